import { join } from 'node:path';
import { policyJsonSchema } from '../policy/json-schema.ts';
import { loadPolicy } from '../policy/load.ts';
import { PATHS } from '../render/layout.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { ConfigOptions } from './options.ts';

export async function run({ ports, output }: CommandContext, options: ConfigOptions): Promise<number> {
  const { terminal } = ports;
  if (options.action === 'schema') {
    terminal.out(`${JSON.stringify(policyJsonSchema(), null, 2)}\n`);
    return exitCodes.done;
  }
  const path = join(options.folder, PATHS.policy);
  const policy = loadPolicy((await ports.files.read(path)) ?? '', path);
  terminal.out(
    output.json
      ? `${JSON.stringify({ ok: true, policy }, null, 2)}\n`
      : `${path} is valid: preset ${policy.preset}, OpenClaw ${policy.openclaw.version}.\n`,
  );
  return exitCodes.done;
}
