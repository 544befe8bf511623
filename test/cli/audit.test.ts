import { spawn } from 'node:child_process';
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditReport } from '../../src/audit/audit-report.ts';
import { build, clawproof, emptyFolder } from './support/clawproof.ts';

let folder: string;
let remove: (() => Promise<void>) | undefined;

const GOOD = `name: claw
services:
  gateway:
    image: ghcr.io/openclaw/openclaw:2026.9.6@sha256:${'a'.repeat(64)}
    command: [openclaw, gateway]
`;
const WEAK = `services:
  gateway:
    image: ghcr.io/openclaw/openclaw:latest
    privileged: true
    environment:
      ANTHROPIC_API_KEY: sk-ant-0123456789abcdefghijklmnop
    ports: ["18789:18789"]
`;

async function files(contents: Record<string, string | Uint8Array>, name = ''): Promise<string> {
  const root = join(folder, name);
  for (const [path, content] of Object.entries(contents)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}

async function report(args: string[], cwd = folder): Promise<AuditReport & { code: number }> {
  const { code, stdout } = await clawproof(['audit', '--json', '--quiet', ...args], cwd);
  return { ...(JSON.parse(stdout) as AuditReport), code };
}

/** Paragraphs are broken where the terminal ends. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/gu, ' ');
}

beforeAll(async () => {
  await build();
  ({ path: folder, remove } = await emptyFolder());
  await files({
    'weak/compose.yaml': WEAK,
    'good/compose.yaml': GOOD,
    'several/a/docker-compose.yml': WEAK,
    'several/b/docker-compose.yml': WEAK,
    'several/b/docker-compose.prod.yml': 'services:\n  gateway:\n    privileged: false\n',
    'several/notes.txt': 'nothing\n',
    'override/compose.yaml': WEAK,
    'override/compose.override.yaml': 'services:\n  gateway:\n    privileged: false\n',
    'other/docker-compose.yml': 'services:\n  db:\n    image: postgres\n',
    'files/Dockerfile': 'FROM debian\nARG NPM_TOKEN\nRUN curl http://x | sh\n',
    'files/openclaw.json': '{ "gateway": { "bind": "lan" } }\n',
    'files/daemon.json': '{ "icc": true, "hosts": ["tcp://0.0.0.0:2375"] }\n',
    'broken/compose.yaml': 'services:\n  gateway:\n    image: [\n',
    'empty/readme.md': '# nothing\n',
  });
});

afterAll(() => remove?.());

describe('clawproof audit', () => {
  test('tells what is wrong, where, why and what to do', async () => {
    const { code, stdout, stderr } = await clawproof(['audit', 'weak/compose.yaml'], folder);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toContain('weak/compose.yaml:4:5');
    expect(stdout).toContain('    4 |     privileged: true');
    expect(stdout).toContain('not-privileged');
    expect(stdout).not.toContain('sk-ant-');
    expect(stdout).not.toContain('\u001B');
    expect(stdout).toContain('No check can prove that a deployment is completely secure');
  });

  test.each([
    [['weak'], 1],
    [['weak/compose.yaml', '--fail-on', 'critical'], 1],
    [['good', '--fail-on', 'critical'], 0],
    [['broken'], 4],
    [['broken', 'weak'], 4],
    [['weak', 'missing'], 4],
    [['missing'], 3],
    [['empty'], 3],
    [['other'], 3],
    [['other', 'weak'], 1],
  ])('exit code of %j is %i', async (args, code) => {
    expect((await clawproof(['audit', ...args], folder)).code).toBe(code);
  });

  test('reads each kind of file by itself', async () => {
    const { targets, code } = await report(['files/Dockerfile', 'files/openclaw.json', 'files/daemon.json']);
    expect(targets.map(({ kind }) => kind)).toEqual(['dockerfile', 'openclaw-config', 'daemon-config']);
    expect(targets.map(({ findings }) => findings.length > 0)).toEqual([true, true, true]);
    expect(code).toBe(1);
  });

  test('merges override files as Compose does', async () => {
    const failing = async (...args: string[]): Promise<boolean> =>
      (await report(args)).targets.some(({ findings }) =>
        findings.some(({ measure }) => measure === 'not-privileged'),
      );
    expect(await failing('override')).toBe(false);
    expect(await failing('override/compose.yaml')).toBe(true);
    expect(await failing('override/compose.yaml', '-f', 'override/compose.override.yaml')).toBe(false);
    expect(await failing('-f', 'override/compose.yaml', '-f', 'override/compose.override.yaml')).toBe(false);
    await files({ '.env': 'COMPOSE_FILE=compose.yaml\n' }, 'override');
    expect(await failing('override')).toBe(true);
  });

  test('finds all below a folder, and reads what only adds to a file together with it', async () => {
    const { targets } = await report(['-r', 'several']);
    expect(targets.map(({ name, files: read }) => [name, read.length])).toEqual([
      ['several/a', 1],
      ['several/b', 1],
      ['several/b/docker-compose.prod.yml', 2],
    ]);
  });

  test('looks at the current folder, or at the one of -C', async () => {
    const here = await report([], join(folder, 'weak'));
    expect(here.targets.map(({ name }) => name)).toEqual(['.']);
    const there = await report(['-C', 'weak']);
    expect(there.summary.findings).toEqual(here.summary.findings);
  });

  test('says when nothing is there', async () => {
    const { code, stdout, stderr } = await clawproof(['audit'], join(folder, 'empty'));
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(oneLine(stderr)).toContain('holds no compose file, Dockerfile or openclaw.json');
    const { stderr: several } = await clawproof(['audit', 'missing', 'empty/readme.md'], folder);
    expect(oneLine(several)).toContain('missing does not exist');
  });

  test('writes a report to a file, whole or not at all', async () => {
    const { code, stdout } = await clawproof(
      ['audit', 'weak', '--format', 'sarif', '-o', 'out/a.sarif'],
      folder,
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    const sarif = JSON.parse(await readFile(join(folder, 'out/a.sarif'), 'utf8')) as { version: string };
    expect(sarif.version).toBe('2.1.0');
    await clawproof(['audit', 'missing', '--format', 'sarif', '-o', 'out/b.sarif'], folder);
    await expect(readFile(join(folder, 'out/b.sarif'))).rejects.toThrow('ENOENT');
  });

  test.each(['text', 'json', 'sarif', 'junit', 'markdown', 'html', 'github'])(
    'writes %s of several deployments without a secret',
    async (format) => {
      const { code, stdout } = await clawproof(
        ['audit', 'weak', 'override', '--format', format, '-q'],
        folder,
      );
      expect(code).toBe(1);
      expect(stdout.length).toBeGreaterThan(500);
      expect(stdout).not.toContain('sk-ant-');
    },
  );

  test('accepts what was there, by a baseline', async () => {
    const base = join('weak', 'baseline.json');
    expect((await clawproof(['audit', 'weak', '--write-baseline', base], folder)).code).toBe(0);
    const { code, summary } = await report(['weak', '--baseline', base]);
    expect(code).toBe(0);
    expect(summary.inBaseline).toBeGreaterThan(5);
    expect((await clawproof(['audit', 'override', '--baseline', base], folder)).code).toBe(1);
    const { code: missing, stderr } = await clawproof(['audit', 'weak', '--baseline', 'none.json'], folder);
    expect(missing).toBe(4);
    expect(stderr).toContain('[baseline-not-usable]');
  });

  test('leaves alone what is suppressed with a reason, unless told otherwise', async () => {
    const text = WEAK.replace(
      '    privileged: true',
      '    # clawproof: ignore[not-privileged] reason="needs the GPU" owner=me\n    privileged: true',
    );
    await files({ 'compose.yaml': text }, 'ignored');
    const marked = await report(['ignored']);
    expect(marked.summary.suppressed).toBe(1);
    const all = await report(['ignored', '--no-ignores']);
    expect(all.summary.suppressed).toBe(0);
  });

  test('colours only where they are asked for', async () => {
    const coloured = await clawproof(['audit', 'weak'], folder, { FORCE_COLOR: '1' });
    expect(coloured.stdout).toContain('\u001B[');
    const plain = await clawproof(['audit', 'weak'], folder, { NO_COLOR: '1' });
    expect(plain.stdout).not.toContain('\u001B');
  });

  test('does not call a report clean that nobody read to its end', async () => {
    const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
    const names = Array.from({ length: 40 }, () => 'weak');
    const child = spawn(process.execPath, [main, 'audit', ...names], { cwd: folder });
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(141);
  });

  test.each<[string[], string]>([
    [['--formt', 'json'], 'Did you mean --format?'],
    [['--format', 'xml'], '"xml" is no value for --format <format>.'],
    [['--fail-on', 'bad'], '"bad" is no value for --fail-on <severity>.'],
    [['--json', '--format', 'html'], '--json and --format html ask for two different reports.'],
    [['a', 'b', '-f', 'c'], '-f adds compose files to one deployment, and 2 were named.'],
    [['a', '--live', 'b'], '--live audits what an engine runs'],
    [['--baseline'], 'The option --baseline <file> needs a value and got none.'],
  ])('%j is wrong usage', async (args, message) => {
    const { code, stdout, stderr } = await clawproof(['audit', ...args], folder);
    expect(code).toBe(2);
    expect(oneLine(stderr + stdout)).toContain(message);
  });

  test('a service that is not there cannot be the gateway', async () => {
    const { code, targets } = await report(['weak', '--service', 'nope']);
    expect(code).toBe(4);
    expect(targets[0]?.errors).toMatchObject([{ id: 'service-missing' }]);
    expect((await report(['other', '--service', 'db'])).targets[0]?.services[0]).toMatchObject({
      role: 'gateway',
    });
  });
});

describe('a file that cannot be read or understood', () => {
  test.each<[string, string | Uint8Array, string]>([
    ['compose.yaml', 'services: [', 'compose-not-understood'],
    ['compose.yaml', '', 'compose-not-understood'],
    ['compose.yaml', 'apiVersion: v1\nkind: Pod\n', 'compose-not-understood'],
    ['compose.yaml', new Uint8Array([0x73, 0xff, 0xfe]), 'file-not-utf8'],
    ['compose.yaml', 'services:\0\n', 'file-not-text'],
    ['openclaw.json', '{ gateway: ', 'config-not-understood'],
    ['openclaw.json', '[]', 'config-not-understood'],
    ['daemon.json', '{ // no\n}', 'daemon-config-not-understood'],
    ['Dockerfile', 'RUN true\n', 'dockerfile-not-understood'],
  ])('%s with %j is an error: %s', async (name, content, id) => {
    await files({ [name]: content }, 'odd');
    const { code, targets } = await report([`odd/${name}`]);
    expect(targets.flatMap(({ errors }) => errors.map((error) => error.id))).toContain(id);
    expect(code).toBe(4);
  });

  test('as is one that nobody may read, or that leads nowhere', async () => {
    const root = await files({ 'locked/compose.yaml': WEAK }, 'rights');
    await symlink('/dev/zero', join(root, 'zero.yaml'));
    await symlink('loop.yaml', join(root, 'loop.yaml'));
    expect((await clawproof(['audit', 'rights/zero.yaml'], folder)).code).toBe(4);
    expect((await clawproof(['audit', 'rights/loop.yaml'], folder)).code).toBeGreaterThanOrEqual(3);
    if (process.getuid?.() === 0) return;
    await chmod(join(root, 'locked/compose.yaml'), 0);
    expect((await clawproof(['audit', 'rights/locked'], folder)).code).toBe(4);
  });
});

describe('clawproof fix', () => {
  test('shows a patch and changes nothing', async () => {
    const root = await files({ 'compose.yaml': WEAK }, 'mend');
    const { code, stdout, stderr } = await clawproof(['fix', 'mend'], folder);
    expect(code).toBe(1);
    expect(stdout).toContain('--- a/mend/compose.yaml\n+++ b/mend/compose.yaml\n');
    expect(stdout + stderr).not.toContain('sk-ant-');
    expect(stderr).toContain('Nothing was written. To write it: clawproof fix mend --write');
    const unsafe = await clawproof(['fix', 'mend', '--unsafe'], folder);
    expect(unsafe.stderr).toContain('To write it: clawproof fix mend --unsafe --write');
    expect(await readFile(join(root, 'compose.yaml'), 'utf8')).toBe(WEAK);
  });

  test('writes, finds nothing more to write, and takes it back', async () => {
    const path = join(await files({ 'compose.yaml': WEAK }, 'mend2'), 'compose.yaml');
    await clawproof(['fix', 'mend2', '--write', '--unsafe'], folder);
    const mended = await readFile(path, 'utf8');
    expect(mended).toContain('127.0.0.1:18789:18789');
    expect(mended).not.toContain('privileged: true');
    const again = await clawproof(['fix', 'mend2', '--write', '--unsafe'], folder);
    expect(again.stdout).toBe('');
    expect(await readFile(path, 'utf8')).toBe(mended);
    const { code, stdout } = await clawproof(['fix', 'mend2', '--undo'], folder);
    expect(code).toBe(0);
    expect(stdout).toContain('mend2/compose.yaml');
    expect(await readFile(path, 'utf8')).toBe(WEAK);
  });

  test('mends only what it is told to', async () => {
    await files({ 'compose.yaml': WEAK }, 'mend3');
    const { stdout } = await clawproof(['fix', 'mend3', '--json', '--only', 'loopback-publish'], folder);
    const { targets } = JSON.parse(stdout) as { targets: { fixed: { measure: string }[] }[] };
    expect([...new Set(targets[0]?.fixed.map(({ measure }) => measure))]).toEqual(['loopback-publish']);
    const { code, stderr } = await clawproof(['fix', 'mend3', '--only', 'loopback'], folder);
    expect(code).toBe(2);
    expect(stderr).toContain('loopback-publish');
  });

  test('has nothing to take back where nothing was written', async () => {
    await files({ 'compose.yaml': WEAK }, 'mend4');
    const { code, stderr } = await clawproof(['fix', 'mend4', '--undo'], folder);
    expect(code).toBeGreaterThan(0);
    expect(stderr).toContain('[fix-nothing-to-undo]');
  });
});

/** Counts what threads answer, and writes it to a file; with `without`, no thread can be started. */
const WATCH = `
const threads = require('node:worker_threads');
const { writeFileSync } = require('node:fs');
let answers = 0;
const { Worker } = threads;
threads.Worker = class extends Worker {
  constructor(...args) {
    if (process.env.WATCH === 'without') throw new Error('no thread');
    super(...args);
    this.on('message', () => (answers += 1));
  }
};
process.on('exit', () => writeFileSync(process.env.WATCHED, String(answers)));
`;

describe.runIf(availableParallelism() > 1)('an audit of many deployments', () => {
  test('is shared with a thread, and says the same without', async () => {
    const all = Array.from({ length: 40 }, (_, index): [string, string] => [
      `${String(index).padStart(2, '0')}/compose.yaml`,
      index === 7 ? 'services:\n  gateway:\n    image: [\n' : WEAK.replace('18789:', `${18_000 + index}:`),
    ]);
    const root = await files(Object.fromEntries(all), 'many');
    await files({ 'watch.cjs': WATCH });
    const watched = async (
      WATCH_AS: string,
    ): Promise<{ answers: number; code: number; stdout: string; stderr: string }> => {
      const WATCHED = join(folder, 'watched');
      const NODE_OPTIONS = `--require ${JSON.stringify(join(folder, 'watch.cjs'))}`;
      const env = { WATCH: WATCH_AS, WATCHED, NODE_OPTIONS };
      const result = await clawproof(['audit', '-r', '--quiet', '.'], root, env);
      return { ...result, answers: Number(await readFile(WATCHED, 'utf8')) };
    };
    const shared = await watched('with');
    expect(shared.answers).toBeGreaterThan(0);
    expect(shared).toMatchObject({ code: 4, stderr: '' });
    const alone = await watched('without');
    expect(alone.answers).toBe(0);
    expect(alone.stdout).toBe(shared.stdout);
    expect(oneLine(alone.stdout)).toContain('in 40 deployments, 40 files');
  });
});

describe('clawproof explain', () => {
  test('prints what a measure is about', async () => {
    const { code, stdout } = await clawproof(['explain', 'read-only-root'], folder);
    expect(code).toBe(0);
    expect(stdout).toContain('read_only');
  });

  test('lists all of them, and says which one was meant', async () => {
    const { stdout } = await clawproof(['explain'], folder);
    expect(stdout).toContain('no-engine-socket');
    const { code, stderr } = await clawproof(['explain', 'read-only-rot'], folder);
    expect(code).toBe(2);
    expect(stderr).toContain('read-only-root');
  });
});
