import type { CommandContext } from './context.ts';
import type { StatusOptions } from './options.ts';

export async function run(_context: CommandContext, _options: StatusOptions): Promise<number> {
  throw new Error('clawproof status has no body yet');
}
