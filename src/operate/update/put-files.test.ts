import { expect, test } from 'vitest';
import { emptyLock } from '../../engine/lock-file.ts';
import { defaultPolicy } from '../../policy/defaults.ts';
import type { ChangeContext } from '../change/change.ts';
import { fakeUpContext } from '../testing/fake-up-context.ts';
import { deploymentFiles, pinsFrom } from '../up/file-set.ts';
import { putFiles } from './put-files.ts';

test('every file of a set is written, those of the gateway’s user among them', async () => {
  const up = fakeUpContext();
  const policy = defaultPolicy({ openclaw: { version: '2026.9.6' } });
  const lock = emptyLock('2026.9.6');
  lock.cageSubnet = '10.255.240.0/28';
  const digest = `sha256:${'a'.repeat(64)}`;
  for (const role of ['gateway', 'egress', 'ingress'] as const)
    lock.images[role] = { source: 'build', reference: `clawproof/${role}:a`, digest, inputs: digest };
  const set = deploymentFiles(policy, pinsFrom(policy, lock, '1.0.0'), null);
  expect(set.filter(({ owner }) => owner === 'container').length).toBeGreaterThan(1);
  const context = { ...up, path: up.folder } as unknown as ChangeContext;
  await putFiles(context, { set, lock, policyText: 'version: 1\n' });
  for (const { path, text } of set)
    expect(await up.ports.files.read(`${up.folder}/${path}`), path).toBe(text);
});
