import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { detectEngine } from '../../src/engine/detect.ts';
import { imageEngine } from '../../src/engine/images/image-engine.ts';
import { createNodeHostPorts } from '../../src/ports/node/host.ts';
import { runCli } from '../support/live-program.ts';
import { type LoopbackRegistry, startLoopbackRegistry } from '../support/loopback-registry.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'clawproof-live-pin-'));
const compose = join(folder, 'compose.yaml');
const dockerfile = join(folder, 'Dockerfile');
let registry: LoopbackRegistry;
let program = 'docker';
let image = '';
let digest = '';

/** Never synchronous: the registry's door is in this very process. */
async function docker(...args: string[]): Promise<string> {
  return (await run(program, args)).stdout.trim();
}

/** What remains when the last name of an image goes is nothing. */
async function forgetLocally(): Promise<void> {
  for (const name of [image, `${image.slice(0, image.lastIndexOf(':'))}@${digest}`])
    await docker('image', 'rm', name).catch(() => '');
}

beforeAll(async () => {
  const ports = { ...createNodeHostPorts(process), signal: new AbortController().signal };
  program = imageEngine(await detectEngine(ports)).docker;
  registry = await startLoopbackRegistry();
  image = `${registry.address}/openclaw:1`;
  writeFileSync(join(folder, 'blob'), randomBytes(1024));
  await run('tar', ['-C', folder, '-cf', join(folder, 'blob.tar'), 'blob']);
  await docker('import', join(folder, 'blob.tar'), image);
  await docker('push', '--quiet', image);
  digest = await registry.digestOf('openclaw', '1');
  await forgetLocally();
});

afterAll(async () => {
  await forgetLocally();
  await registry.stop();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  writeFileSync(
    compose,
    `services:\n  gateway:\n    image: ${image} # mine\n  second:\n    build: .\n    command: [openclaw, gateway]\n`,
  );
  writeFileSync(dockerfile, `FROM ${image}\nUSER 1000:1000\nCMD ["openclaw", "gateway"]\n`);
});

async function withoutRegistry<T>(work: () => Promise<T>): Promise<T> {
  registry.shut();
  try {
    return await work();
  } finally {
    await registry.open();
  }
}

async function fix(...args: string[]) {
  const only = ['--only', 'pinned-image', '--only', 'pinned-base-image'];
  return runCli(['fix', ...only, '--write', ...args], { cwd: folder });
}

test('an image is pinned to the digest that its registry has, and Compose takes it', async () => {
  const { stderr } = await fix('--pin');
  expect(stderr).toContain(`${image} is ${digest}: its registry says so.`);
  expect(stderr).toContain('2 of 2 findings repaired');
  expect(readFileSync(compose, 'utf8')).toContain(`    image: ${image}@${digest} # mine\n`);
  expect(readFileSync(dockerfile, 'utf8')).toContain(`FROM ${image}@${digest}\n`);
  const { services } = JSON.parse(await docker('compose', '-f', compose, 'config', '--format', 'json')) as {
    services: Record<string, { image?: string }>;
  };
  expect(services['gateway']?.image).toBe(`${image}@${digest}`);
  await docker('pull', '--quiet', `${image}@${digest}`);
  await forgetLocally();
});

test('without --pin the registry hears nothing, and the findings say what to do', async () => {
  let connections = 0;
  const listener = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(listener.address() as AddressInfo).port}`;
  const text = readFileSync(compose, 'utf8').replace(registry.address, address);
  writeFileSync(compose, text);
  const silent = await fix();
  expect(connections).toBe(0);
  const asking = await fix('--pin');
  expect(connections).toBeGreaterThan(0);
  listener.close();
  expect([silent.code, asking.code]).toEqual([1, 1]);
  expect(silent.stderr.replaceAll(/\s+/g, ' ')).toContain('clawproof fix --pin');
  expect(readFileSync(compose, 'utf8')).toBe(text);
});

test('a registry that is gone leaves the findings, and the reason is told', async () => {
  const before = readFileSync(compose, 'utf8');
  const { code, stdout, stderr } = await withoutRegistry(() => fix('--pin', '--json'));
  expect(code).toBe(1);
  expect(stderr).toMatch(/"note".*was not resolved: No answer from .*the engine has not pulled it/);
  const { targets } = JSON.parse(stdout) as { targets: { unfixed: { measure: string; reason: string }[] }[] };
  expect(targets[0]?.unfixed.map(({ measure, reason }) => `${measure} ${reason}`).toSorted()).toEqual([
    'pinned-base-image not-fixable',
    'pinned-image not-fixable',
  ]);
  expect(readFileSync(compose, 'utf8')).toBe(before);
});

test('when the registry is gone, the image that was pulled from it tells the digest', async () => {
  await docker('pull', '--quiet', image);
  const { stderr } = await withoutRegistry(() => fix('--pin'));
  await forgetLocally();
  expect(stderr).toContain('as it was pulled to this machine');
  expect(stderr).toContain('2 of 2 findings repaired');
  expect(readFileSync(compose, 'utf8')).toContain(`${image}@${digest} # mine\n`);
});
