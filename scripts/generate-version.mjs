// Writes src/version.ts from package.json. With --check it writes nothing and fails when the file is not current.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './support/run.mjs';

const target = join(root, 'src/version.ts');
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const text = `// This file is generated from package.json by scripts/generate-version.mjs.\nexport const version = '${version}';\n`;

if (!process.argv.includes('--check')) {
  await writeFile(target, text);
} else if ((await readFile(target, 'utf8').catch(() => '')) !== text) {
  console.error('src/version.ts is not current. Run: npm run generate');
  process.exitCode = 1;
}
