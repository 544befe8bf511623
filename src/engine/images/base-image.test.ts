import { expect, test } from 'vitest';
import { fakePorts } from '../../ports/fake/fake-ports.ts';
import type { LockedBase } from '../lock-file.ts';
import { ensureBase } from './base-image.ts';

const id = (letter: string): string => `sha256:${letter.repeat(64)}`;
const LOCKED: LockedBase = {
  source: 'debootstrap',
  reference: 'clawproof/base:trixie-1',
  digest: id('a'),
  suite: 'trixie',
  packages: id('1'),
};

/** @param images ids by the words that the engine is asked with */
async function ensure(images: Record<string, string>): Promise<{ how: string; tagged: string[][] }> {
  const ports = fakePorts();
  ports.exec.on('docker', ['image', 'inspect', '--format', '{{json .}}', /./], ({ args }) => {
    const found = images[args.at(-1) ?? ''];
    return found === undefined
      ? { code: 1, stderr: 'Error: No such image' }
      : { stdout: JSON.stringify({ Id: found }) };
  });
  ports.exec.on('docker', ['image', 'tag', /./, /./], {});
  const task = { step: () => undefined, result: () => undefined };
  const engine = { docker: 'docker', builder: null, arch: 'no such processor' };
  const { how } = await ensureBase({ ports, engine, task }, 'debian:trixie-slim', LOCKED);
  const tagged = ports.exec.calls.filter(({ args }) => args[1] === 'tag').map(({ args }) => args.slice(2));
  return { how, tagged };
}

test('a base that was made here is taken as it is', async () => {
  const { how, tagged } = await ensure({ [LOCKED.reference]: id('a') });
  expect([how, tagged]).toEqual(['present', []]);
});

test('one that lost its name to a newer base gets it back', async () => {
  const { how, tagged } = await ensure({ [LOCKED.reference]: id('b'), [id('a')]: id('a') });
  expect([how, tagged]).toEqual(['present', [[id('a'), LOCKED.reference]]]);
});

test('one that is gone is not replaced by the one of its name', async () => {
  await expect(ensure({ [LOCKED.reference]: id('b') })).rejects.toMatchObject({
    id: 'processor-not-supported',
  });
});
