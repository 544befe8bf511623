// Runs every scripts/generate-*.mjs, with the same arguments (--check: write nothing, fail when a file is not current).
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { root, run } from './support/run.mjs';

const folder = join(root, 'scripts');
const generators = (await readdir(folder)).filter((name) => /^generate-.*\.mjs$/.test(name)).toSorted();
for (const name of generators) {
  const code = await run(process.execPath, [join(folder, name), ...process.argv.slice(2)]);
  if (code !== 0) process.exitCode = code;
}
