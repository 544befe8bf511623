import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle } from './bundle.mjs';
import { root } from './run.mjs';

/** A module of src/, for scripts that use a part of the program. @param path below src/, with .ts */
export async function importSource(path) {
  const folder = await mkdtemp(join(tmpdir(), 'clawproof-source-'));
  try {
    await bundle(join(root, 'src', path), folder);
    return await import(pathToFileURL(join(folder, basename(path).replace(/\.ts$/, '.js'))).href);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
