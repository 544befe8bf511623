import type { CommandContext } from './context.ts';
import type { DownOptions } from './options.ts';

export async function run(_context: CommandContext, _options: DownOptions): Promise<number> {
  throw new Error('clawproof down has no body yet');
}
