import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const manyLines = (count: number, line: string): string => `${line}\n`.repeat(count);

/** Snippets that break a rule of the house: path, text, rule that must report it. */
const violations: [path: string, text: string, rule: string][] = [
  [
    'src/engine/start.ts',
    "import { spawn } from 'node:child_process';\nspawn('x');\n",
    'clawproof(node-imports)',
  ],
  [
    'src/ports/node/files.ts',
    "import { spawn } from 'node:child_process';\nspawn('x');\n",
    'clawproof(node-imports)',
  ],
  ['src/engine/dynamic.ts', "export const load = () => import('node:fs');\n", 'clawproof(node-imports)'],
  ['src/engine/net.ts', "export { connect } from 'node:net';\n", 'clawproof(node-imports)'],
  [
    'src/commands/env.ts',
    "import { env } from 'node:process';\nexport const a = env.A;\n",
    'clawproof(node-imports)',
  ],
  [
    'src/engine/token.ts',
    "import { randomBytes } from 'node:crypto';\nrandomBytes(1);\n",
    'clawproof(node-imports)',
  ],
  [
    'src/measures/a/measure.ts',
    "import { join } from 'node:path';\nexport const a = join('a');\n",
    'clawproof(node-imports)',
  ],
  [
    'src/policy/read.ts',
    "import { readFileSync } from 'node:fs';\nreadFileSync('a');\n",
    'clawproof(node-imports)',
  ],
  ['src/render/compose.ts', "import { inspect } from 'node:util';\ninspect(1);\n", 'clawproof(node-imports)'],
  ['src/report/text.ts', "export * from 'node:os';\n", 'clawproof(node-imports)'],
  ['src/deployment/read.ts', "import 'node:url';\n", 'clawproof(node-imports)'],
  ['src/documents/read.ts', "import 'node:crypto';\n", 'clawproof(node-imports)'],
  [
    'src/measures/b/measure.ts',
    "import { engine } from '../../engine/engine.ts';\nengine();\n",
    'clawproof(layers)',
  ],
  ['src/measures/c/measure.ts', "export { up } from '../../commands/up.ts';\n", 'clawproof(layers)'],
  [
    'src/measures/d/measure.ts',
    "export const a = () => import('../../operate/apply.ts');\n",
    'clawproof(layers)',
  ],
  [
    'src/measures/e/measure.ts',
    "import type { Ports } from '../../ports/ports.ts';\nexport const a = (b: Ports) => b;\n",
    'clawproof(layers)',
  ],
  ['src/render/engine.ts', "import { engine } from '../engine/engine.ts';\nengine();\n", 'clawproof(layers)'],
  ['src/engine/apply.ts', "import { apply } from '../operate/apply.ts';\napply();\n", 'clawproof(layers)'],
  ['src/operate/up.ts', "import { up } from '../commands/up.ts';\nup();\n", 'clawproof(layers)'],
  ['src/engine/runner.ts', "import { host } from './fake/host.ts';\nhost();\n", 'clawproof(layers)'],
  ['src/report/result.ts', "import { up } from '../operate/up.ts';\nup();\n", 'clawproof(layers)'],
  ['src/operate/fake.ts', "import { fake } from '../ports/fake/fake.ts';\nfake();\n", 'clawproof(layers)'],
  ['src/engine/exec.ts', "import { exec } from '../ports/node/exec.ts';\nexec();\n", 'clawproof(layers)'],
  ['src/novel/thing.ts', "import { engine } from '../engine/engine.ts';\nengine();\n", 'clawproof(layers)'],
  ['src/engine/process.ts', 'export const cwd = () => process.cwd();\n', 'eslint(no-restricted-globals)'],
  ['src/ports/node/pid.ts', 'export const pid = () => process.pid;\n', 'eslint(no-restricted-globals)'],
  [
    'src/engine/global.ts',
    'export const a = () => globalThis.process.pid;\n',
    'eslint(no-restricted-properties)',
  ],
  ['src/engine/log.ts', "console.log('a');\n", 'eslint(no-console)'],
  ['src/engine/float.ts', 'async function a(): Promise<void> {}\na();\n', 'typescript(no-floating-promises)'],
  ['src/engine/default.ts', 'export default 1;\n', 'import(no-default-export)'],
  [
    'src/engine/one.ts',
    "import { two } from './two.ts';\nexport const one = () => two();\n",
    'import(no-cycle)',
  ],
  ['src/engine/long-file.ts', manyLines(401, 'export {};'), 'eslint(max-lines)'],
  [
    'src/engine/long.ts',
    `export function a(): void {\n${manyLines(60, '  void 0;')}}\n`,
    'eslint(max-lines-per-function)',
  ],
  [
    'src/engine/complex.ts',
    `export function a(b: number): number {\n${manyLines(12, '  if (b > 1) return b;')}  return 0;\n}\n`,
    'eslint(complexity)',
  ],
];

/** Snippets that look alike and are right. */
const allowed: [path: string, text: string][] = [
  [
    'src/report/status.ts',
    "import type { Apply } from '../operate/apply.ts';\nexport const show = (a: Apply): string => a.b;\n",
  ],
  ['src/main.ts', 'process.exitCode = 1;\n'],
  [
    'src/ports/node/exec.ts',
    "import { spawn } from 'node:child_process';\nexport const exec = (): unknown => spawn('x');\n",
  ],
  [
    'src/engine/hash.ts',
    "import { createHash } from 'node:crypto';\nexport const hash = (): unknown => createHash('sha256');\n",
  ],
  ['src/ports/fake/fake.ts', 'export const fake = (): number => 1;\n'],
  [
    'src/engine/engine.ts',
    "import { join } from 'node:path';\nexport const engine = (): string => join('a');\n",
  ],
  ['src/engine/two.ts', "import { one } from './one.ts';\nexport const two = (): unknown => one();\n"],
  [
    'src/operate/apply.ts',
    "import { engine } from '../engine/engine.ts';\nexport const apply = (): string => engine();\n",
  ],
  [
    'src/commands/up.ts',
    "import { apply } from '../operate/apply.ts';\nexport const up = (): string => apply();\n",
  ],
  ['src/measures/f/measure.test.ts', "import { readFileSync } from 'node:fs';\nreadFileSync('a');\n"],
  ['src/ports/ports.ts', 'export interface Ports {\n  a: string;\n}\n'],
];

let folder: string;
let reported: Map<string, string[]>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clawproof-lint-'));
  for (const name of ['.oxlintrc.json', 'tsconfig.json', 'package.json'])
    await cp(join(root, name), join(folder, name));
  for (const name of ['tools', 'node_modules']) await symlink(join(root, name), join(folder, name));
  for (const [path, text] of [...violations, ...allowed]) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  reported = await lint(folder);
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the lint configuration', () => {
  test.each(violations)('reports %s', (path, _text, rule) => {
    expect(reported.get(path)).toContain(rule);
  });

  test.each(allowed)('accepts %s', (path) => {
    // The other half of the import cycle is reported on both of its files.
    const rules = (reported.get(path) ?? []).filter(
      (rule) => path !== 'src/engine/two.ts' || rule !== 'import(no-cycle)',
    );
    expect(rules).toEqual([]);
  });
});

/** Rules that were reported, by file. */
async function lint(cwd: string): Promise<Map<string, string[]>> {
  const output = await new Promise<string>((resolve) => {
    const program = join(root, 'node_modules/.bin/oxlint');
    execFile(program, ['--type-aware', '-f', 'json', 'src'], { cwd, maxBuffer: 2 ** 26 }, (_error, stdout) =>
      resolve(stdout),
    );
  });
  const { diagnostics } = JSON.parse(output) as { diagnostics: { code: string; filename: string }[] };
  const byFile = new Map<string, string[]>();
  for (const { code, filename } of diagnostics) byFile.set(filename, [...(byFile.get(filename) ?? []), code]);
  return byFile;
}
