import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { build, clawproof, emptyFolder, programFolder } from './support/clawproof.ts';

let folder: string;
let remove: (() => Promise<void>) | undefined;

beforeAll(async () => {
  await build();
  ({ path: folder, remove } = await emptyFolder());
});

afterAll(() => remove?.());

/** Paragraphs are broken where the terminal ends, so in other places with other temporary folders. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/gu, ' ');
}

describe('help and version', () => {
  test('--version is the version of package.json', async () => {
    const { version } = JSON.parse(
      await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
    ) as {
      version: string;
    };
    for (const flag of ['--version', '-V']) {
      expect(await clawproof([flag], folder)).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    }
  });

  test('every help text', async () => {
    const commands = [
      '',
      'up',
      'down',
      'status',
      'logs',
      'dashboard',
      'openclaw',
      'engine',
      'engine install',
      'engine status',
      'config',
      'config schema',
      'config validate',
      'audit',
      'fix',
      'explain',
    ];
    const texts: string[] = [];
    for (const command of commands) {
      const args = command.split(' ').filter((part) => part !== '');
      const { code, stdout, stderr } = await clawproof([...args, '--help'], folder);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      texts.push(`$ ${['clawproof', ...args, '--help'].join(' ')}\n${stdout}`);
    }
    await expect(texts.join('\n')).toMatchFileSnapshot('help.snap.txt');
  });

  test('"help up" is "up --help"', async () => {
    expect(await clawproof(['help', 'up'], folder)).toEqual(await clawproof(['up', '--help'], folder));
  });

  test('no command at all prints the help as an error', async () => {
    const { stdout: help } = await clawproof(['--help'], folder);
    expect(await clawproof([], folder)).toEqual({ code: 2, stdout: '', stderr: help });
  });

  test('colours only where they are asked for', async () => {
    const coloured = await clawproof(['--help'], folder, { FORCE_COLOR: '1' });
    expect(coloured.stdout).toContain('\u001B[');
    const plain = await clawproof(['--help'], folder);
    expect(plain.stdout).not.toContain('\u001B');
  });
});

describe('wrong usage', () => {
  test('an unknown command, with the nearest one', async () => {
    expect(await clawproof(['stauts'], folder)).toMatchInlineSnapshot(`
      {
        "code": 2,
        "stderr": "Error: There is no command "clawproof stauts". Did you mean "clawproof status"?

      Nothing was read, started or changed.

      What to do
        List the commands:
          clawproof --help

      [unknown-command]
      ",
        "stdout": "",
      }
    `);
  });

  test.each<[string[], string]>([
    [['engine', 'instal'], 'Did you mean "clawproof engine install"?'],
    [['up', '--dryrun'], 'Did you mean --dry-run?'],
    [['up', '--jsn'], 'Did you mean --json?'],
    [['logs', '--tail'], 'The option -n, --tail <lines> needs a value and got none.'],
    [['logs', '--tail', '-5'], '"-5" is no value for -n, --tail <lines>.'],
    [
      ['logs', '--tail', 'ten'],
      '"ten" is no value for -n, --tail <lines>. Allowed: a number of lines, or all.',
    ],
    [
      ['up', 'my', 'folder'],
      '"clawproof up" got more arguments than it takes: expected 1 argument but got 2.',
    ],
    [['up', 'a', '--folder', 'b'], 'Two folders were given, "a" as an argument and "b" with --folder.'],
    [['status', 'extra'], 'expected 0 arguments but got 1'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await clawproof(args, folder);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(oneLine(stderr)).toContain(message);
    expect(stderr).not.toMatch(/^error:/mu);
  });

  test('is one JSON document with --json', async () => {
    const { code, stdout, stderr } = await clawproof(['up', '--json', '--nope'], folder);
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(JSON.parse(stdout)).toMatchInlineSnapshot(`
      {
        "error": {
          "exitCode": 2,
          "id": "unknown-option",
          "message": ""clawproof up" has no option --nope.",
          "next": [
            "List its options:",
            "  clawproof up --help",
          ],
          "state": "Nothing was read, started or changed.",
        },
        "ok": false,
      }
    `);
  });
});

describe('the folder', () => {
  test('is missing: exit code 3', async () => {
    const { code, stdout, stderr } = await clawproof(['status'], folder);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(oneLine(stderr)).toContain(
      'There is no clawproof.yaml in @@FOLDER@@ or @@FOLDER@@/openclaw, so there is nothing to work on.',
    );
  });

  test.each([
    ['-C', 'elsewhere', 'status'],
    ['status', '-C', 'elsewhere'],
    ['status', '--folder=elsewhere'],
    ['openclaw', '-C', 'elsewhere', '--', 'status', '--json'],
  ])('is the one given: %s %s %s', async (...args) => {
    const { code, stderr } = await clawproof(args, folder);
    expect(code).toBe(3);
    expect(oneLine(stderr)).toContain('There is no clawproof.yaml in @@FOLDER@@/elsewhere, so');
  });

  test('may be the current one', async () => {
    const here = await emptyFolder();
    await writeFile(join(here.path, 'clawproof.yaml'), 'versin: 1\n');
    const { code, stderr } = await clawproof(['config', 'validate'], here.path);
    await here.remove();
    expect(stderr).not.toContain('There is no clawproof.yaml');
    expect(code).not.toBe(3);
  });
});

describe('the compiled code beside the program', () => {
  test('is not used where it is damaged, of another version, or cut off', async () => {
    const copy = await emptyFolder();
    const program = join(copy.path, 'dist');
    await cp(programFolder, program, { recursive: true });
    const names = (await readdir(join(program, 'chunks'))).filter((name) => name.endsWith('.compiled'));
    expect(names.length).toBeGreaterThan(0);
    const explain = ['explain', 'no-engine-socket'];
    const usual = await clawproof(explain, folder);
    expect(usual.code).toBe(0);
    for (const change of [
      (bytes: Buffer) => bytes.fill(0x5a),
      (bytes: Buffer) => bytes.subarray(0, bytes.length / 2),
      () => Buffer.alloc(0),
    ]) {
      for (const name of names) {
        const bytes = await readFile(join(programFolder, 'chunks', name));
        await writeFile(join(program, 'chunks', name), change(bytes));
      }
      expect(await clawproof(explain, folder, {}, program)).toEqual(usual);
    }
    await copy.remove();
  });
});

test('recover takes away what a killed run had half written, and nothing else', async () => {
  const place = join(folder, 'half-written');
  await mkdir(join(place, 'scripts'), { recursive: true });
  await writeFile(join(place, 'clawproof.yaml'), 'version: 1\n');
  const half = '.clawproof-0123456789abcdef.tmp';
  for (const path of [half, `scripts/${half}`, 'scripts/own.tmp']) await writeFile(join(place, path), 'half');
  const nothing = {
    code: 0,
    stdout: 'Nothing was interrupted here; there is nothing to recover.\n',
    stderr: '',
  };
  expect(await clawproof(['recover', '-C', place], folder)).toEqual(nothing);
  expect(await readdir(place)).toContain(half);
  await mkdir(join(place, '.clawproof'));
  expect(await clawproof(['recover', '-C', place], folder)).toEqual(nothing);
  expect(await readdir(join(place, 'scripts'))).toEqual(['own.tmp']);
  expect(await readdir(place)).not.toContain(half);
});
