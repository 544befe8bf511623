import { expect, test } from 'vitest';
import { emptyLock } from '../../engine/lock-file.ts';
import { isAppError } from '../../errors/app-error.ts';
import { defaultPolicy } from '../../policy/defaults.ts';
import { fakePorts } from '../../ports/fake/fake-ports.ts';
import { desiredConfig, parseConfig } from '../openclaw-config.ts';
import { requireDeclared } from './held.ts';

const SUBNET = '10.255.240.0/28';
const POLICY = defaultPolicy();
const CONTEXT = { ports: fakePorts(), path: '/srv/openclaw', toolVersion: '1.0.0' };
const MEASURE = 'declared:plugins-allowlist';

async function look(plugins: unknown, held: string[]): Promise<unknown> {
  const config = JSON.stringify({ ...parseConfig(desiredConfig(POLICY, SUBNET, null)), plugins });
  const lock = { ...emptyLock('2026.9.6'), cageSubnet: SUBNET };
  return requireDeclared(CONTEXT, { policy: POLICY, lock, config }, held).catch((error: unknown) => error);
}

test('a protection that held and is lost by the new settings ends the trial', async () => {
  const error = await look({ entries: { brave: { enabled: true } } }, [MEASURE]);
  expect(isAppError(error) && error.id).toBe('update-weakens');
  expect(isAppError(error) && error.entry.message).toContain(MEASURE);
});

test('one that did not hold before ends nothing, nor does one that still holds', async () => {
  expect(await look({ entries: { brave: { enabled: true } } }, [])).toBeUndefined();
  expect(await look({}, [MEASURE])).toBeUndefined();
});
