import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { emptyLock } from '../../src/engine/lock-file.ts';
import { prepareState } from '../../src/operate/host/prepare-state.ts';
import { checkSandbox } from '../../src/operate/host/sandbox-check.ts';
import { deploymentFiles, pinsFrom } from '../../src/operate/up/file-set.ts';
import { defaultPolicy } from '../../src/policy/defaults.ts';
import { GATEWAY, PATHS } from '../../src/render/layout.ts';
import { measured } from '../support/live-program.ts';
import { GATEWAY_IMAGE, type SandboxEngine, startSandboxEngine } from '../support/sandbox-engine.ts';

/** The control: a runtime that takes the same limits and keeps none of them. */
const UNLIMITED = 'runsc-unlimited';
const RUNSC = '/usr/bin/runsc';

const POLICY = defaultPolicy({
  preset: 'sandboxed',
  name: 'live-sandboxed',
  sandbox: { accept: ['native-paths'] },
});

/** Files and databases as an agent may leave them in its state. */
const STATE = `
const { DatabaseSync } = require('node:sqlite');
const { execFileSync } = require('node:child_process');
const { mkdirSync, symlinkSync, writeFileSync } = require('node:fs');
mkdirSync('/state/agents/main', { recursive: true });
for (const name of ['/state/one.sqlite', '/state/agents/main/two.sqlite']) {
  const database = new DatabaseSync(name);
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (v); INSERT INTO t VALUES (42)');
  database.close();
}
writeFileSync('/state/notes.sqlite', 'no database');
writeFileSync('/state/torn.sqlite', Buffer.concat([Buffer.from('SQLite format 3\\0\\x10\\0\\x02\\x02'), Buffer.alloc(900, 7)]));
symlinkSync('/etc/hostname', '/state/link.sqlite');
execFileSync('mkfifo', ['/state/pipe.sqlite']);
`;

const MODES = `
const { DatabaseSync } = require('node:sqlite');
const look = (name) => {
  const database = new DatabaseSync(name);
  const mode = database.prepare('PRAGMA journal_mode').get().journal_mode;
  return mode + ' ' + database.prepare('SELECT v FROM t').get().v;
};
console.log(JSON.stringify(['/state/one.sqlite', '/state/agents/main/two.sqlite'].map(look)));
`;

/** What a container sees of its own walls. */
const INSIDE = `
const fs = require('node:fs');
const attempt = (work) => { try { work(); return 'done'; } catch (error) { return error.code; } };
const status = fs.readFileSync('/proc/self/status', 'utf8');
console.log(JSON.stringify({
  uid: process.getuid(),
  capabilities: /CapEff:\\s*(\\w+)/.exec(status)?.[1],
  root: attempt(() => fs.writeFileSync('${GATEWAY.home}/x', '')),
  config: attempt(() => fs.writeFileSync('${GATEWAY.configFolder}/x', '')),
  tmp: attempt(() => fs.writeFileSync('/tmp/x', '')),
  addresses: Object.values(require('node:os').networkInterfaces()).flat().map(({ address }) => address),
  kernel: fs.readFileSync('/proc/version', 'utf8'),
  native: process.env.FS_SAFE_NATIVE_MODE,
}));
`;

describe('preset sandboxed', { timeout: 180_000 }, () => {
  let sandbox: SandboxEngine;

  beforeAll(async () => {
    const began = performance.now();
    const runtimeArgs = ['--network=host', '--platform=ptrace', '--ignore-cgroups'];
    sandbox = await startSandboxEngine({ [UNLIMITED]: { path: RUNSC, runtimeArgs } });
    measured('second engine with runsc and the image of the gateway', performance.now() - began);
  }, 300_000);

  afterAll(() => sandbox?.remove());

  test('host sandbox makes runsc known to the engine and says which limits it keeps', async () => {
    const result = await sandbox.engine.cli('host', 'sandbox', '--platform', 'ptrace', '--yes');
    expect(result.stdout).toMatch(/✔ A container starts under it/);
    expect(result.stdout).toMatch(
      /✔ A container that exceeds its memory is ended\n +ended with 137 after \d+ MiB/,
    );
    expect(result.stdout).toMatch(/✔ A program in it that exceeds its memory is ended/);
    expect(result.stdout).toMatch(/✔ The number of its processes ends/);
    // Debian's build does not know openat2; one that does needs nothing to be accepted.
    expect([0, 1]).toContain(result.code);
    expect(result.stdout.includes('accept: [native-paths]')).toBe(result.code === 1);
    expect(sandbox.engine.config()).toMatchObject({
      runtimes: {
        runsc: { path: RUNSC, runtimeArgs: ['--network=host', '--platform=ptrace'] },
        [UNLIMITED]: {},
      },
    });
  });

  test('the same trials fail where limits are taken and not kept: the control', async () => {
    const trials = await checkSandbox(sandbox.ports, sandbox.docker, {
      image: GATEWAY_IMAGE,
      runtime: UNLIMITED,
    });
    const holds = Object.fromEntries(trials.map((trial) => [trial.id, trial.holds]));
    expect(holds, JSON.stringify(trials)).toMatchObject({ start: true, memory: false, processes: false });
  });

  test('a container with the rendered settings runs under it, behind the same walls', async () => {
    const { engine } = sandbox;
    const folder = join(engine.folder, 'deployment');
    writeDeployment(folder);
    const compose = ['compose', '--file', join(folder, PATHS.compose)];
    const started = await engine.docker(...compose, 'up', '--detach');
    expect(started, started.stderr).toMatchObject({ code: 0 });
    const name = 'live-sandboxed-gateway-1';
    const runtime = await engine.docker('inspect', '--format', '{{.HostConfig.Runtime}}', name);
    expect(runtime.stdout.trim()).toBe('runsc');
    const inside = await engine.docker('exec', name, 'node', '--eval', INSIDE);
    expect(inside, inside.stderr).toMatchObject({ code: 0 });
    const seen = JSON.parse(inside.stdout) as { addresses: string[]; kernel: string };
    expect(seen).toMatchObject({
      uid: 1000,
      capabilities: '0000000000000000',
      root: 'EROFS',
      config: 'EROFS',
      tmp: 'done',
      native: 'off',
    });
    // A kernel of its own, and the cage's network and no other.
    expect(seen.kernel).not.toBe(readFileSync('/proc/version', 'utf8'));
    expect(seen.addresses.filter((address) => !/^(?:127\.|::1|fe80:)/.test(address))).toEqual([
      expect.stringMatching(/^172\.30\.224\./),
    ]);
    await engine.docker(...compose, 'down', '--volumes', '--timeout', '1');
  });

  test('a state is prepared for it, whatever the agent named like a database', async () => {
    const { engine, docker } = sandbox;
    const volume = 'live-sandboxed_state';
    await engine.docker('volume', 'create', volume);
    const mount = ['--mount', `type=volume,source=${volume},target=/state`, '--network', 'none'];
    const run = (user: string, ...command: string[]): ReturnType<typeof engine.docker> =>
      engine.docker('run', '--rm', '--user', user, ...mount, '--entrypoint', ...command);
    expect(await run('0:0', 'chown', GATEWAY_IMAGE, '1000:1000', '/state')).toMatchObject({ code: 0 });
    const made = await run('1000:1000', 'node', GATEWAY_IMAGE, '--eval', STATE);
    expect(made, made.stderr).toMatchObject({ code: 0 });
    const notes = await prepareState(docker, {
      policy: POLICY,
      image: GATEWAY_IMAGE,
      stop: async () => undefined,
    });
    expect(notes.join('\n')).toMatch(/"link\.sqlite".*ELOOP/);
    expect(notes.join('\n')).toMatch(/"notes\.sqlite".*it is no database/);
    expect(notes.join('\n')).toMatch(/"pipe\.sqlite".*it is no file/);
    expect(notes.join('\n')).toMatch(/"torn\.sqlite"/);
    expect(notes).toHaveLength(4);
    const modes = await run('1000:1000', 'node', GATEWAY_IMAGE, '--eval', MODES);
    expect(JSON.parse(modes.stdout)).toEqual(['delete 42', 'delete 42']);
  });

  test('host sandbox --undo takes it out again, and nothing else', async () => {
    expect(await sandbox.engine.cli('host', 'sandbox', '--undo', '--yes')).toMatchObject({ code: 0 });
    expect(Object.keys(sandbox.engine.config()['runtimes'] as object)).toEqual([UNLIMITED]);
  });
});

/** The files of the preset with the gateway alone, which waits in place of OpenClaw: a boot under gVisor takes a minute. */
function writeDeployment(folder: string): void {
  const pins = pinsFrom(POLICY, emptyLock('2026.9.6'), '0.0.0-test', {
    gateway: GATEWAY_IMAGE,
    egress: GATEWAY_IMAGE,
    ingress: GATEWAY_IMAGE,
  });
  for (const { path, text, mode } of deploymentFiles(POLICY, pins, null)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, { mode });
  }
  mkdirSync(join(folder, PATHS.keys), { recursive: true });
  writeFileSync(join(folder, PATHS.gatewayToken), 'a'.repeat(64), { mode: 0o400 });
  for (const path of [PATHS.gatewayToken, PATHS.openclawConfig, dirname(PATHS.openclawConfig)])
    chownSync(join(folder, path), 1000, 1000);
  const rendered = parse(readFileSync(join(folder, PATHS.compose), 'utf8')) as {
    services: { gateway: Record<string, unknown> };
  };
  const { depends_on: _, ...gateway } = rendered.services.gateway;
  const waiting = { ...gateway, entrypoint: ['sleep'], command: ['600'], healthcheck: { disable: true } };
  writeFileSync(join(folder, PATHS.compose), stringify({ ...rendered, services: { gateway: waiting } }));
}
