import type { CommandContext } from './context.ts';
import type { EngineOptions } from './options.ts';

export async function run(_context: CommandContext, _options: EngineOptions): Promise<number> {
  throw new Error('clawproof engine has no body yet');
}
