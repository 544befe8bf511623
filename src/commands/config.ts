import type { CommandContext } from './context.ts';
import type { ConfigOptions } from './options.ts';

export async function run(_context: CommandContext, _options: ConfigOptions): Promise<number> {
  throw new Error('clawproof config has no body yet');
}
