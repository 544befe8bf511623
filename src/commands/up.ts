import type { CommandContext } from './context.ts';
import type { UpOptions } from './options.ts';

export async function run(_context: CommandContext, _options: UpOptions): Promise<number> {
  throw new Error('clawproof up has no body yet');
}
