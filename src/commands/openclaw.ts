import type { CommandContext } from './context.ts';
import type { OpenclawOptions } from './options.ts';

export async function run(_context: CommandContext, _options: OpenclawOptions): Promise<number> {
  throw new Error('clawproof openclaw has no body yet');
}
