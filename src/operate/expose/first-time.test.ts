import { expect, test } from 'vitest';
import { PATHS } from '../../render/layout.ts';
import type { ChangeContext } from '../change/change.ts';
import { fakeUpContext } from '../testing/fake-up-context.ts';
import { absentBefore, removeFirstTime } from './first-time.ts';

test('what came with a first way in goes with it, and what was there stays', async () => {
  const fake = fakeUpContext();
  const context = { ...fake, path: '/srv/openclaw' } as unknown as ChangeContext;
  const path = (file: string): string => `/srv/openclaw/${file}`;
  const volumes = new Set(['openclaw_issued']);
  const removed: string[] = [];
  fake.docker.inspectVolume = async (name) => (volumes.has(name) ? ({ Name: name } as never) : null);
  fake.docker.removeVolume = async (name) => removed.push(name) > 0;
  fake.ports.files.put(path(PATHS.edgeConfig), 'there before');

  const absent = await absentBefore(context);
  expect(absent.volumes).toEqual(['openclaw_certificates']);
  for (const file of [PATHS.edgeConfig, PATHS.certificatesCaddyfile]) fake.ports.files.put(path(file), 'new');
  await removeFirstTime(context, absent);
  expect(await fake.ports.files.read(path(PATHS.edgeConfig))).toBe('new');
  expect(await fake.ports.files.read(path(PATHS.certificatesCaddyfile))).toBeNull();
  expect(removed).toEqual(['openclaw_certificates']);
});
