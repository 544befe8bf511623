// `npm run generate`: writes all generated files. With --check it writes nothing and fails when one is not current.
// A generator is scripts/generate-*.mjs, which does that by itself, or scripts/generate-*.ts, which exports
// generatedFiles(): path from the root → text.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createViteServer } from 'vitest/node';
import { root, run } from './support/run.mjs';

const isCheck = process.argv.includes('--check');
const names = (await readdir(join(root, 'scripts'))).filter((name) => /^generate-.*\.(mjs|ts)$/.test(name));

for (const name of names.filter((each) => each.endsWith('.mjs')).toSorted()) {
  const code = await run(process.execPath, [join(root, 'scripts', name), ...process.argv.slice(2)]);
  if (code !== 0) process.exitCode = code;
}
for (const [path, text] of await filesOf(names.filter((name) => name.endsWith('.ts')).toSorted())) {
  await writeOrCheck(join(root, path), path, text);
}

/** Node 20 reads no TypeScript: the generators run in the module loader of the tests. */
async function filesOf(generators) {
  if (generators.length === 0) return [];
  const server = await createViteServer({
    root,
    configFile: false,
    logLevel: 'error',
    appType: 'custom',
    server: { middlewareMode: true, hmr: false, watch: null },
    optimizeDeps: { noDiscovery: true },
  });
  try {
    const modules = await Promise.all(generators.map((name) => server.ssrLoadModule(`/scripts/${name}`)));
    return (await Promise.all(modules.map((module) => module.generatedFiles()))).flatMap(Object.entries);
  } finally {
    await server.close();
  }
}

async function writeOrCheck(target, path, text) {
  if ((await readFile(target, 'utf8').catch(() => '')) === text) return;
  if (isCheck) {
    console.error(`${path} is not current. Run: npm run generate`);
    process.exitCode = 1;
    return;
  }
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, text);
  console.log(`wrote ${path}`);
}
