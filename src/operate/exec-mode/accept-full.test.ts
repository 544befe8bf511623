import { describe, expect, test } from 'vitest';
import { defaultPolicy } from '../../policy/defaults.ts';
import { fakePorts } from '../../ports/fake/fake-ports.ts';
import type { FakePorts } from '../../ports/fake/fake-ports.ts';
import { dayAfter } from '../../policy/acceptance.ts';
import { acceptFull } from './accept-full.ts';
import { execWarning, requireExecReady } from './require-exec-ready.ts';

function ports(canAsk: boolean, env: Record<string, string> = { USER: 'ann' }): FakePorts {
  const made = fakePorts();
  made.terminal.canAsk = canAsk;
  Object.assign(made.system, { env });
  return made;
}

describe('who accepts mode full', () => {
  test('is who was named, for a week', async () => {
    const made = ports(false);
    const until = dayAfter(made.clock.now(), 7);
    expect(await acceptFull(made, { by: 'Ann Example' })).toEqual({ by: 'Ann Example', until });
  });

  test('is who sits at the terminal and says yes', async () => {
    const made = ports(true);
    made.terminal.answers.push(true);
    expect(await acceptFull(made, { days: 1 })).toMatchObject({ by: 'ann' });
    expect(made.terminal.questions[0]).toContain('as ann');
  });

  test('is nobody who says no, and nobody where none can be asked', async () => {
    await expect(acceptFull(ports(true), {})).rejects.toMatchObject({ id: 'exec-declined' });
    await expect(acceptFull(ports(false), {})).rejects.toMatchObject({ id: 'exec-needs-name' });
  });

  test.each([
    { by: 'Ann\n' },
    { by: 'Ann', until: '2026-02-30' },
    { by: 'Ann', until: '1999-01-01' },
    { by: 'Ann', until: '2999-01-01' },
    { by: 'Ann', days: 5000 },
  ])('%j is refused', async (options) => {
    await expect(acceptFull(ports(false), options)).rejects.toMatchObject({ id: 'exec-wrong-value' });
  });
});

describe('a start', () => {
  const full = (accepted: { by: string; until: string } | null) =>
    defaultPolicy({ exec: { mode: 'full', scripts: [], accepted } });

  test('is refused in mode full that nobody accepted, or no longer', async () => {
    const made = ports(false);
    for (const accepted of [null, { by: 'Ann', until: dayAfter(made.clock.now(), -1) }]) {
      const policy = full(accepted);
      await expect(requireExecReady(made, { path: '/srv', policy })).rejects.toMatchObject({
        id: 'exec-not-accepted',
      });
      expect(execWarning(policy, made.clock.now())).not.toBeNull();
    }
  });

  test('is made on the last day', async () => {
    const made = ports(false);
    const policy = full({ by: 'Ann', until: dayAfter(made.clock.now(), 0) });
    await requireExecReady(made, { path: '/srv', policy });
    expect(execWarning(policy, made.clock.now())).toBeNull();
  });
});
