import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { detectEngine } from '../../src/engine/detect.ts';
import { ensureBase } from '../../src/engine/images/base-image.ts';
import { buildImage, buildTag } from '../../src/engine/images/build.ts';
import { withBuildSecrets } from '../../src/engine/images/build-secrets.ts';
import { ensureImages } from '../../src/engine/images/ensure-images.ts';
import type { EnsuredImages } from '../../src/engine/images/ensure-images.ts';
import { imageEngine } from '../../src/engine/images/image-engine.ts';
import type { ImageEngine } from '../../src/engine/images/image-engine.ts';
import { isAppError } from '../../src/errors/app-error.ts';
import { formatLock, parseLock } from '../../src/engine/lock-file.ts';
import type { Lock } from '../../src/engine/lock-file.ts';
import { defaultPolicy } from '../../src/policy/defaults.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { createNodeHostPorts } from '../../src/ports/node/host.ts';
import { renderBuildContexts } from '../../src/render/images/build-context.ts';
import { builtImage } from '../support/docker-cli.ts';
import { freePort, startLoopbackRegistry } from '../support/loopback-registry.ts';
import type { LoopbackRegistry } from '../support/loopback-registry.ts';

const run = promisify(execFile);
const VERSION = defaultPolicy().openclaw.version;
const ports = { ...createNodeHostPorts(process), signal: new AbortController().signal };
const folder = mkdtempSync(join(tmpdir(), 'clawproof-live-registry-'));
let registry: LoopbackRegistry;
let engine: ImageEngine;

/** Never synchronous: the registry's door is in this very process. */
async function docker(...args: string[]): Promise<string> {
  return (await run(engine.docker, args)).stdout.trim();
}

/** Policy of a gateway without sidecars, from a repository of the registry on loopback. */
function policyFor(repository: string, source: Policy['image']['source'] = 'registry'): Policy {
  const policy = defaultPolicy();
  return { ...policy, preset: 'baseline', image: { ...policy.image, source, gateway: repository } };
}

async function ensure(policy: Policy, lock: Lock | null): Promise<EnsuredImages> {
  return ensureImages(ports, engine, policy, lock, folder, {
    step: () => undefined,
    result: () => undefined,
  });
}

async function failure(work: Promise<unknown>): Promise<{ id: string; state: string }> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!isAppError(error)) throw new Error(`no AppError: ${String(error)}`);
  return { id: error.id, state: error.entry.state };
}

/** Puts an image of random bytes, which shares no layer with any other, under a tag of the registry; nothing stays here. */
async function pushRandom(repository: string, megabytes: number): Promise<void> {
  const file = join(folder, 'blob');
  writeFileSync(file, randomBytes(megabytes * 1024 * 1024));
  await run('tar', ['-C', folder, '-cf', join(folder, 'blob.tar'), 'blob']);
  const name = `${repository}:${VERSION}`;
  await docker('import', join(folder, 'blob.tar'), name);
  await docker('push', '--quiet', name);
  await forgetLocally(repository);
}

/** Removes every image of a repository from the engine. */
async function forgetLocally(repository: string): Promise<void> {
  const lines = await docker('image', 'ls', '--digests', '--format', '{{.Tag}} {{.Digest}}', repository);
  for (const line of lines.split('\n').filter(Boolean)) {
    const [tag, digest] = line.split(' ');
    // The last name takes the others with it.
    for (const name of [`${repository}:${tag}`, `${repository}@${digest}`])
      if (!name.includes('<none>')) await docker('image', 'rm', name).catch(() => '');
  }
  if ((await docker('image', 'ls', '--quiet', repository)) !== '')
    throw new Error(`${repository} is still here`);
}

beforeAll(async () => {
  engine = imageEngine(await detectEngine(ports));
  for (const file of renderBuildContexts(defaultPolicy())) {
    const path = join(folder, file.path);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.text);
  }
  registry = await startLoopbackRegistry();
});

afterAll(async () => {
  const names = (await docker('image', 'ls', '--format', '{{.Repository}}')).split('\n');
  for (const name of new Set(names)) if (name.startsWith(`${registry.address}/`)) await forgetLocally(name);
  await registry.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('an image registry', () => {
  // First, so that the other way to an image, building it here, has given the later tests their gateway image.
  test('that is not there is an error where only pulling is allowed, and makes auto build', async () => {
    const absent = `127.0.0.1:${await freePort()}/openclaw`;
    const started = Date.now();
    expect((await failure(ensure(policyFor(absent), null))).id).toBe('registry-unreachable');
    expect(Date.now() - started).toBeLessThan(15_000);

    const built = await ensure(policyFor(absent, 'auto'), null);
    expect(built.lock.images.gateway?.source).toBe('build');
    expect(built.notes.join('\n')).toContain('does not answer');
    const image = JSON.parse(
      await docker('image', 'inspect', '--format', '{{json .Config}}', built.images.gateway),
    ) as { User: string };
    expect(image.User).toBe('1000:1000');
    expect(await ensure(policyFor(absent, 'auto'), parseLock(formatLock(built.lock)))).toMatchObject({
      built: [],
      pulled: [],
      images: built.images,
    });
  });

  test('gives the real gateway image, pinned by the digest that the registry names', async () => {
    const repository = `${registry.address}/openclaw`;
    await docker('tag', await builtImage('gateway'), `${repository}:${VERSION}`);
    await docker('push', '--quiet', `${repository}:${VERSION}`);
    await forgetLocally(repository);

    const first = await ensure(policyFor(repository), null);
    const digest = await registry.digestOf('openclaw', VERSION);
    expect(first.pulled).toEqual(['gateway']);
    expect(first.images.gateway).toBe(`${repository}@${digest}`);
    expect(first.lock.images.gateway).toEqual({
      source: 'registry',
      reference: `${repository}:${VERSION}`,
      digest,
      inputs: null,
    });
    expect(
      await docker(
        'run',
        '--rm',
        '--network',
        'none',
        '--entrypoint',
        'openclaw',
        first.images.gateway,
        '--version',
      ),
    ).toContain(VERSION);

    registry.shut();
    const second = await ensure(policyFor(repository), parseLock(formatLock(first.lock)));
    await registry.open();
    expect(second).toMatchObject({ pulled: [], built: [], images: first.images });
  });

  test('whose tag moved: it is said, and the pinned image stays', async () => {
    const repository = `${registry.address}/moving`;
    await pushRandom(repository, 1);
    const first = await ensure(policyFor(repository), null);
    const again = await ensure(policyFor(repository), first.lock);
    expect(again.notes.join('\n')).not.toContain('has moved');
    await forgetLocally(repository);
    await pushRandom(repository, 1);
    expect(await registry.digestOf('moving', VERSION)).not.toBe(first.lock.images.gateway?.digest);

    const later = await ensure(policyFor(repository), first.lock);
    expect(later.pulled).toEqual(['gateway']);
    expect(later.images).toEqual(first.images);
    expect(later.lock).toEqual(first.lock);
    expect(later.notes.join('\n')).toContain(`The tag ${repository}:${VERSION} has moved`);
  });

  test('whose tag did not move: nothing is said when the pinned image is pulled again', async () => {
    const repository = `${registry.address}/still`;
    await pushRandom(repository, 1);
    const first = await ensure(policyFor(repository), null);
    await forgetLocally(repository);
    const again = await ensure(policyFor(repository), first.lock);
    expect(again.pulled).toEqual(['gateway']);
    expect(again.notes.filter((note) => note.includes('moved'))).toEqual([]);
  });

  test('that does not have the pinned image is a clear error', async () => {
    const repository = `${registry.address}/lost`;
    await pushRandom(repository, 1);
    const { lock } = await ensure(policyFor(repository), null);
    const { gateway } = lock.images;
    if (gateway === null) throw new Error('the gateway was not pinned');
    // Not by deleting the image from the registry: the engine may still know its manifest and need only the layers.
    const digest = `sha256:${randomBytes(32).toString('hex')}`;
    const elsewhere = { ...lock, images: { ...lock.images, gateway: { ...gateway, digest } } };
    expect((await failure(ensure(policyFor(repository), elsewhere))).id).toBe('pinned-image-gone');
  });

  test('that has no such image is told from one that does not answer', async () => {
    expect((await failure(ensure(policyFor(`${registry.address}/nothing-here`), null))).id).toBe(
      'image-missing',
    );
  });

  test('gives the base of builds, pinned by digest, and BuildKit starts from it', async () => {
    const context = { ports, engine, task: { step: () => undefined, result: () => undefined } };
    const local = await ensureBase(context, `127.0.0.1:${await freePort()}/none:1`, null);
    const reference = `${registry.address}/base:1`;
    await docker('tag', local.base.reference, reference);
    await docker('push', '--quiet', reference);
    await forgetLocally(`${registry.address}/base`);

    const { base, how } = await ensureBase(context, reference, null);
    expect(how).toBe('pulled');
    expect(base).toMatchObject({ source: 'registry', digest: await registry.digestOf('base', '1') });
    expect((await ensureBase(context, reference, base)).how).toBe('present');

    const program = String.raw`RUN printf '#!/bin/sh\n' > /usr/bin/caddy && chmod 755 /usr/bin/caddy`;
    writeFileSync(
      join(folder, 'Dockerfile'),
      ['ARG BASE', 'FROM ${BASE}', program, 'USER 1000:1000', ''].join('\n'),
    );
    const plan = {
      role: 'ingress',
      folder,
      base: base.reference,
      inputs: `sha256:${'f'.repeat(64)}`,
    } as const;
    const id = await withBuildSecrets(ports, (secrets) => buildImage(context, plan, secrets));
    await docker('image', 'rm', buildTag('ingress', plan.inputs));
    expect(id).toMatch(/^sha256:/);
  });

  test('that dies in the middle of a pull is a clear error, and the next run completes', async () => {
    const repository = `${registry.address}/dying`;
    await pushRandom(repository, 24);
    registry.dieAfter(4 * 1024 * 1024);
    const error = await failure(ensure(policyFor(repository), null));
    expect(error.id).toBe('pull-interrupted');
    expect(error.state).toContain('nothing is pinned');
    expect(await docker('image', 'ls', '--quiet', repository)).toBe('');

    await registry.open();
    const next = await ensure(policyFor(repository), null);
    expect(next.pulled).toEqual(['gateway']);
    expect(next.lock.images.gateway?.digest).toBe(await registry.digestOf('dying', VERSION));
  });
});
