// Writes schemas/clawproof.schema.json from the policy's schema. With --check it writes nothing and fails when it is not current.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root, run } from './support/run.mjs';

const target = join(root, 'schemas/clawproof.schema.json');
const code = await run(process.execPath, [join(root, 'scripts/build.mjs')]);
if (code !== 0) process.exit(code);
const { policyJsonSchemaText } = await import('../dist/policy/json-schema.js');
const text = policyJsonSchemaText();

if (!process.argv.includes('--check')) {
  await mkdir(join(root, 'schemas'), { recursive: true });
  await writeFile(target, text);
} else if ((await readFile(target, 'utf8').catch(() => '')) !== text) {
  console.error('schemas/clawproof.schema.json is not current. Run: npm run generate');
  process.exitCode = 1;
}
