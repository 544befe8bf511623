import { expect, test } from 'vitest';
import { fakePorts } from '../../ports/fake/fake-ports.ts';
import type { Lab } from '../lab.ts';
import type { Observation } from '../payload/protocol.ts';
import type { DetonationSite } from './site.ts';
import { takeTurn } from './turn.ts';

test('a turn is taken under a name that a skill cannot guess', async () => {
  const ports = fakePorts();
  const ids: string[] = [];
  const lab = {
    context: { ports },
    execAttempts: async (_: string, attempts: readonly { id: string }[]) => {
      ids.push(...attempts.map(({ id }) => id));
      const forged: [string, Observation] = ['turn', { result: { end: 'forged' } }];
      return new Map([forged, ...ids.map((id): [string, Observation] => [id, { result: { end: id } }])]);
    },
  } as unknown as Lab;
  const site = { twin: 'twin', token: '' } as DetonationSite;
  const { end } = await takeTurn(lab, site, [], 'demo');
  await takeTurn(lab, site, [], 'demo');
  expect(end).toMatch(/^turn-[0-9a-f]{32}$/);
  expect(new Set(ids).size).toBe(2);
});
