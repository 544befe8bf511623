import { resolve } from 'node:path';
import { makeSbom } from '../operate/sbom/sbom.ts';
import { plainLine } from '../report/width.ts';
import type { SbomOptions } from './advisories-options.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';

export async function run(context: CommandContext, options: SbomOptions): Promise<number> {
  const { ports, output, version } = context;
  const { terminal, system, files } = ports;
  const { folder, image } = options;
  const request = { folder, toolVersion: version, ...(image === undefined ? {} : { image }) };
  const { text, components, skipped } = await makeSbom(ports, request);
  for (const { what, reason } of skipped)
    // Both may be an image's own words.
    ports.progress.note(plainLine(`Not in it: ${what}: ${reason}`));
  if (options.output === undefined) {
    terminal.out(text);
    return skipped.length === 0 ? exitCodes.done : exitCodes.incomplete;
  }
  const path = resolve(system.cwd, options.output);
  await files.writeAtomic(path, text, { mode: 0o644 });
  terminal.out(
    output.json
      ? `${JSON.stringify({ ok: true, output: path, components, skipped })}\n`
      : `${components} components written to ${path}\n`,
  );
  return skipped.length === 0 ? exitCodes.done : exitCodes.incomplete;
}
