import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { rolldown } from 'rolldown';
import { root } from './run.mjs';

/**
 * One module of src/ with all that it imports, as text that the Node of any image runs. CommonJS: a file named .cjs runs the
 * same wherever it lies and whatever package.json is around it.
 */
export async function oneProgram(path) {
  const build = await rolldown({ input: join(root, path), platform: 'node', cwd: root });
  const { output } = await build.generate({
    format: 'cjs',
    codeSplitting: false,
    // Names and lines stay: what runs in somebody's container must be readable.
    minify: false,
    comments: { legal: false, annotation: false, jsdoc: false },
  });
  await build.close();
  const [program, ...others] = output;
  if (others.length > 0) throw new Error(`${basename(path)} became several files`);
  const foreign = program.imports.filter((name) => !name.startsWith('node:'));
  if (foreign.length > 0)
    throw new Error(`${basename(path)} needs ${foreign.join(', ')}, which no image has`);
  return program.code;
}

/** Writes a generated file when it is not current; with --check it only says so, and the script fails. */
export async function writeGenerated(path, text) {
  const target = join(root, path);
  if ((await readFile(target, 'utf8').catch(() => '')) === text) return;
  if (process.argv.includes('--check')) {
    console.error(`${path} is not current. Run: npm run generate`);
    process.exitCode = 1;
  } else {
    await writeFile(target, text);
    console.log(`wrote ${path}`);
  }
}
