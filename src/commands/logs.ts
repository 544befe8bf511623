import type { CommandContext } from './context.ts';
import type { LogsOptions } from './options.ts';

export async function run(_context: CommandContext, _options: LogsOptions): Promise<number> {
  throw new Error('clawproof logs has no body yet');
}
