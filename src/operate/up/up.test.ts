import { describe, expect, it } from 'vitest';
import { detectEngine } from '../../engine/detect.ts';
import { fakeDockerHost } from '../../engine/fake/fake-docker-host.ts';
import { STDERR } from '../../engine/fake/recorded.ts';
import type { FakePorts } from '../../ports/fake/fake-ports.ts';
import { hasProblems, upSummary } from '../../report/up-summary.ts';
import { createStyle } from '../../report/style.ts';
import { readFolder } from '../folder.ts';
import { dryRun } from './render-only.ts';
import type { UpResult } from './types.ts';
import { up } from './up.ts';

const FOLDER = '/home/ann/my claw';
const REQUEST = { folder: FOLDER, toolVersion: '0.0.0-test' };

/** A host of an ordinary user on which no docker program is. */
function withoutEngine(): FakePorts {
  const ports = fakeDockerHost({ programs: {} });
  Object.assign(ports.system, { uid: 1000, gid: 1000, cwd: '/home/ann', homeDir: '/home/ann' });
  Object.assign(ports.files, { uid: 1000, gid: 1000 });
  return ports;
}

async function dry(ports: FakePorts): Promise<UpResult> {
  return dryRun(ports, await readFolder(ports, FOLDER), await detectEngine(ports), '0.0.0-test');
}

describe('up where no engine can be used', () => {
  it('writes the whole folder, checks its files, and says what is missing', async () => {
    const ports = withoutEngine();
    const result = await up(ports, REQUEST);
    expect(result.state).toBe('rendered');
    expect(result.missing.length).toBeGreaterThan(1);
    expect(result.missing[0]).toMatch(/docker/i);
    const files = Object.keys(ports.files.snapshot()).filter((path) => path.startsWith(FOLDER));
    expect(files.map((path) => path.slice(FOLDER.length + 1))).toEqual([
      '.clawproof/clawproof.schema.json',
      '.clawproof/token.json',
      '.dockerignore',
      '.env',
      '.gitignore',
      'build/egress/.dockerignore',
      'build/egress/Dockerfile',
      'build/gateway/.dockerignore',
      'build/gateway/Dockerfile',
      'build/gateway/first-start.mjs',
      'build/gateway/package.json',
      'build/ingress/.dockerignore',
      'build/ingress/Dockerfile',
      'clawproof.yaml',
      'compose.yaml',
      'config/egress/squid.conf',
      'config/gateway/health.mjs',
      'config/gateway/install-policy.cjs',
      'config/ingress/Caddyfile',
      'config/openclaw/openclaw.json',
      'secrets/gateway_token',
    ]);
    expect(ports.exec.calls).toEqual([]);
  });

  it('finds no fault in what it wrote, and promises nothing about what runs', async () => {
    const result = await up(withoutEngine(), REQUEST);
    expect(result.declared.filter(({ state }) => state === 'fail' || state === 'error')).toEqual([]);
    expect(result.declared.some(({ state }) => state === 'pass')).toBe(true);
    expect(result).toMatchObject({ effective: [], checks: [], openclaw: null, built: [], pulled: [] });
    expect(hasProblems(result)).toBe(false);
  });

  it('keeps private what is private', async () => {
    const ports = withoutEngine();
    const result = await up(ports, REQUEST);
    const modes = { 'secrets/gateway_token': 0o400, '.env': 0o600, 'config/openclaw/openclaw.json': 0o600 };
    for (const [path, mode] of Object.entries(modes)) {
      expect((await ports.files.stat(`${FOLDER}/${path}`))?.mode, path).toBe(mode);
    }
    const token = (await ports.files.read(`${FOLDER}/secrets/gateway_token`)) ?? '';
    expect(token).toHaveLength(64);
    const { 'secrets/gateway_token': _own, ...others } = Object.fromEntries(
      Object.entries(ports.files.snapshot()).map(([path, text]) => [path.slice(FOLDER.length + 1), text]),
    );
    for (const [path, text] of Object.entries(others)) expect(text, path).not.toContain(token);
    expect(JSON.stringify([result, ports.progress.events])).not.toContain(token);
  });

  it('a second run changes nothing, and gives the lock back', async () => {
    const ports = withoutEngine();
    await up(ports, REQUEST);
    const before = ports.files.snapshot();
    const result = await up(ports, REQUEST);
    expect(result).toMatchObject({ state: 'rendered', changedFiles: [] });
    expect(ports.files.snapshot()).toEqual(before);
    expect(await ports.files.stat(`${FOLDER}/.clawproof/run.lock`)).toBeNull();
  });

  it('a run that fails at any file is completed by the next', async () => {
    const complete = withoutEngine();
    await up(complete, REQUEST);
    const places = ['clawproof.yaml', 'build/gateway/Dockerfile', 'compose.yaml', 'config/egress', 'secrets'];
    for (const place of places) {
      const ports = withoutEngine();
      ports.files.failWith(`${FOLDER}/${place}`, 'ENOSPC');
      await expect(up(ports, REQUEST), place).rejects.toMatchObject({ id: 'disk-full' });
      expect(await ports.files.stat(`${FOLDER}/.clawproof/run.lock`), place).toBeNull();
      ports.files.failWith(`${FOLDER}/${place}`, undefined);
      await up(ports, REQUEST);
      const paths = Object.keys(ports.files.snapshot());
      expect(paths, place).toEqual(Object.keys(complete.files.snapshot()));
    }
  });

  it('keeps what the user has in openclaw.json, and never writes over one that it cannot read', async () => {
    const ports = withoutEngine();
    await up(ports, REQUEST);
    const config = `${FOLDER}/config/openclaw/openclaw.json`;
    ports.files.put(config, '{"channels": {"telegram": {"enabled": true}}}', { mode: 0o600 });
    await up(ports, REQUEST);
    expect(JSON.parse((await ports.files.read(config)) ?? '')).toMatchObject({
      channels: { telegram: { enabled: true } },
      tools: { exec: { mode: 'deny' } },
    });
    for (const broken of [new Uint8Array([0xff, 0xfe, 0x00]), '{ "half": ']) {
      ports.files.put(config, broken, { mode: 0o600 });
      await expect(up(ports, REQUEST)).rejects.toMatchObject({
        id: expect.stringMatching(/not-utf8|unreadable/),
      });
      expect(await ports.files.readBytes(config)).toEqual(
        typeof broken === 'string' ? new TextEncoder().encode(broken) : broken,
      );
    }
  });

  it('also stands by when the engine does not answer', async () => {
    const ports = fakeDockerHost({ unreachable: STDERR.denied });
    Object.assign(ports.system, { uid: 1000 });
    const result = await up(ports, REQUEST);
    expect(result.state).toBe('rendered');
    expect(upSummary(result, createStyle(false))).toMatch(
      /^The folder is ready, but nothing runs: .+\n[\s\S]*Then run: clawproof up\n$/,
    );
  });

  it('refuses a foreign folder before it writes anything', async () => {
    const ports = withoutEngine();
    ports.files.put(`${FOLDER}/docker-compose.yml`, 'services: {}\n');
    const before = ports.files.snapshot();
    await expect(up(ports, REQUEST)).rejects.toMatchObject({ id: 'foreign-folder' });
    expect(ports.files.snapshot()).toEqual(before);
    expect(ports.files.changes).toEqual([]);
  });
});

describe('up --dry-run', () => {
  it('shows every file of a new folder, and writes none', async () => {
    const ports = withoutEngine();
    const before = ports.files.snapshot();
    const result = await dry(ports);
    expect(result.state).toBe('dry-run');
    expect(result.changedFiles).toContain('compose.yaml');
    expect(result.changedFiles[0]).toBe('clawproof.yaml');
    for (const path of result.changedFiles) expect(result.diff).toContain(`\n+++ b/${path}\n`);
    expect(ports.files.snapshot()).toEqual(before);
    expect(ports.files.changes).toEqual([]);
  });

  it('shows what an edit of clawproof.yaml would change, and nothing when there is none', async () => {
    const ports = withoutEngine();
    await up(ports, REQUEST);
    expect(await dry(ports)).toMatchObject({ changedFiles: [], diff: '' });
    const policy = `${FOLDER}/clawproof.yaml`;
    const text = (await ports.files.read(policy)) ?? '';
    ports.files.put(policy, text.replace('port: 18789', 'port: 28789'));
    ports.files.changes.length = 0;
    const result = await dry(ports);
    expect(result.changedFiles).toEqual(['compose.yaml', 'config/openclaw/openclaw.json']);
    expect(result.diff).toContain('-      - 127.0.0.1:18789:8080\n+      - 127.0.0.1:28789:8080\n');
    expect(ports.files.changes).toEqual([]);
  });
});
