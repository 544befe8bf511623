// Checks the types of src/ and bundles it, with the libraries that it uses, into dist/: few files, so that the program starts
// quickly. Does nothing when dist/ was made from exactly the files that are there now.
import { createHash } from 'node:crypto';
import { chmod, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle } from './support/bundle.mjs';
import { writeCompiledCode } from './support/compiled-code.mjs';
import { binary, capture, root, since } from './support/run.mjs';

const STAMP = join(root, 'dist', '.built-from');
const SETTINGS = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'scripts/build.mjs',
  'scripts/support/bundle.mjs',
  'scripts/support/compiled-code.mjs',
  'scripts/support/record-compiled-code.cjs',
];

/** A fingerprint of all inputs: names, sizes and times. */
async function fingerprint() {
  const sources = await readdir(join(root, 'src'), { recursive: true, withFileTypes: true });
  const files = sources.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash('sha256');
  for (const file of [...files.toSorted(), ...SETTINGS.map((name) => join(root, name))]) {
    const { mtimeMs, size } = await stat(file);
    hash.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** Builds beside dist/ and swaps, so that a failed or interrupted build never leaves half a program. */
async function compile(stamp) {
  const fresh = join(root, `dist.${process.pid}`);
  const stale = join(root, `dist.${process.pid}.old`);
  try {
    await Promise.all([checkTypes(), bundle(join(root, 'src/main.ts'), fresh, { format: 'cjs' })]);
    await writeCompiledCode(fresh);
    await chmod(join(fresh, 'main.js'), 0o755);
    await writeFile(join(fresh, '.built-from'), stamp);
    await rename(join(root, 'dist'), stale).catch(ignore('ENOENT'));
    // Not empty: another build of the same files was quicker.
    await rename(fresh, join(root, 'dist')).catch(ignore('ENOTEMPTY', 'EEXIST'));
  } finally {
    await rm(fresh, { recursive: true, force: true });
    await rm(stale, { recursive: true, force: true });
  }
}

/** The bundler drops types without looking at them. */
async function checkTypes() {
  const { code, stdout, stderr } = await capture(binary('tsc'), ['-p', 'tsconfig.build.json', '--noEmit']);
  if (code !== 0) throw new Error(`the compiler reported errors:\n${stdout}${stderr}`);
}

function ignore(...codes) {
  return (error) => {
    if (!codes.includes(error.code)) throw error;
  };
}

const start = performance.now();
const stamp = await fingerprint();
if ((await readFile(STAMP, 'utf8').catch(() => '')) !== stamp) {
  try {
    await compile(stamp);
    console.error(`Built clawproof in ${since(start)}.`);
  } catch (error) {
    console.error(`Building clawproof failed: ${error.message}`);
    process.exitCode = 1;
  }
}
