import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { detectEngine } from '../../src/engine/detect.ts';
import { ensureBase } from '../../src/engine/images/base-image.ts';
import { buildImage, buildTag } from '../../src/engine/images/build.ts';
import { withBuildSecrets } from '../../src/engine/images/build-secrets.ts';
import { imageEngine, inspectImage } from '../../src/engine/images/image-engine.ts';
import type { ImageContext } from '../../src/engine/images/image-engine.ts';
import { isAppError } from '../../src/errors/app-error.ts';
import { createNodeHostPorts } from '../../src/ports/node/host.ts';

const run = promisify(execFile);
const ports = { ...createNodeHostPorts(process), signal: new AbortController().signal };
const folder = mkdtempSync(join(tmpdir(), 'clawproof-live-check-'));
/** The ingress image's self-test runs this. */
const PROGRAM = String.raw`RUN printf '#!/bin/sh\nexit 0\n' > /usr/bin/caddy && chmod 755 /usr/bin/caddy`;
const USER = 'USER 1000:1000';
let context: ImageContext;
let base = '';
let count = 0;

beforeAll(async () => {
  const engine = imageEngine(await detectEngine(ports));
  context = { ports, engine, task: { step: () => undefined, result: () => undefined } };
  base = (await ensureBase(context, 'clawproof.invalid/base:none', null)).base.reference;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Builds an ingress image with these lines in its Dockerfile; "clean", or what was found to be wrong. */
async function verdict(...lines: string[]): Promise<string> {
  writeFileSync(join(folder, 'Dockerfile'), ['ARG BASE', 'FROM ${BASE}', ...lines, ''].join('\n'));
  const inputs = `sha256:${String((count += 1)).padStart(64, '0')}`;
  const plan = { role: 'ingress', folder, base, inputs } as const;
  const tag = buildTag('ingress', inputs);
  try {
    await withBuildSecrets(ports, (secrets) => buildImage(context, plan, secrets));
    await run(context.engine.docker, ['image', 'rm', tag]);
    return 'clean';
  } catch (error) {
    if (!isAppError(error)) throw error;
    expect(await inspectImage(context, tag)).toBeNull();
    return `${error.id}: ${error.message}`;
  }
}

test('a clean image passes', async () => {
  expect(await verdict(PROGRAM, USER)).toBe('clean');
});

test.each([
  ['root', [PROGRAM], 'it runs as ""'],
  [
    'a copied CA bundle',
    [PROGRAM, 'RUN --mount=type=secret,id=ca cp /run/secrets/ca /usr/share/ca.crt', USER],
    'secret of the build ended up in it',
  ],
  [
    'an npmrc that a later step deletes',
    [
      PROGRAM,
      'RUN --mount=type=secret,id=npmrc cp /run/secrets/npmrc /etc/copied-npmrc',
      'RUN rm /etc/copied-npmrc',
      USER,
    ],
    'secret of the build ended up in it',
  ],
  ['an npm cache', [PROGRAM, 'RUN mkdir /root/.npm', USER], '/root/.npm is left in it'],
  ['a compiler', [PROGRAM, 'RUN cp /bin/true /usr/bin/gcc', USER], 'it has the build tool gcc'],
  [
    'a setuid program',
    [PROGRAM, 'RUN chmod u+s /bin/true', USER],
    '/usr/bin/true has a setuid or setgid bit',
  ],
  [
    'package lists',
    [PROGRAM, 'RUN mkdir -p /var/lib/apt/lists && echo 1 > /var/lib/apt/lists/x', USER],
    '/var/lib/apt/lists/x is left in it',
  ],
  ['a program that does not run', [USER], '"/usr/bin/caddy version" fails in it'],
])('%s is found, and the image is not kept', async (_, lines, problem) => {
  const found = await verdict(...lines);
  expect(found).toMatch(/^image-not-clean: /);
  expect(found).toContain(problem);
});

test('a step that fails is named, with what it printed and without the secrets', async () => {
  const found = await verdict(
    'RUN --mount=type=secret,id=ca head -n 1 /run/secrets/ca && echo the-reason && false',
    USER,
  );
  expect(found).toMatch(/^image-build-failed: .*head -n 1/);
  expect(found).toContain('the-reason');
  expect(found).toContain('[hidden]');
  expect(found).not.toMatch(/clawproof-build-secret/);
});
