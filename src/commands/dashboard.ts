import type { CommandContext } from './context.ts';
import type { DashboardOptions } from './options.ts';

export async function run(_context: CommandContext, _options: DashboardOptions): Promise<number> {
  throw new Error('clawproof dashboard has no body yet');
}
