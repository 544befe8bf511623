import { describe, expect, it } from 'vitest';
import { fileVariants } from '../../variants/container-files.ts';
import { containerVariants } from '../../variants/container.ts';
import { proofTarget } from '../../testing/judged.ts';
import { fileProbes } from './files.ts';

describe('probes of files, of the view of the host and of limits', () => {
  it.each(fileProbes.map((probe) => [probe.id, probe] as const))(
    '%s passes on nothing that was not seen',
    (_, probe) => {
      const target = proofTarget();
      const attempts = probe.attempts(target, undefined);
      if ('skipped' in attempts) throw new Error(attempts.skipped);
      expect(attempts.length).toBeGreaterThan(0);
      expect(probe.judge(new Map(), target, undefined).state).toBe('error');
      const failed = new Map(attempts.map(({ id }) => [id, { error: 'TypeError: broken' }]));
      expect(probe.judge(failed, target, undefined)).toEqual({
        state: 'error',
        reason: expect.stringContaining('TypeError: broken') as string,
      });
    },
  );

  it.each(fileProbes.map((probe) => [probe.id, probe] as const))(
    '%s does not pass on an empty result',
    (_, probe) => {
      const target = proofTarget();
      const empty = new Map(
        ['every-folder', 'write', 'execute', 'fill', 'read', 'open'].map((id) => [id, { result: {} }]),
      );
      const judge = (): string => probe.judge(empty, target, undefined).state;
      let state = 'error';
      try {
        state = judge();
      } catch {
        // What is not understood is an error of the probe.
      }
      expect(state).not.toBe('pass');
    },
  );

  it('names variants that there are, and no two probes share a name', () => {
    const known = new Set(containerVariants.map(({ id }) => id));
    expect(fileProbes.flatMap(({ weakenedBy }) => weakenedBy).filter((id) => !known.has(id))).toEqual([]);
    expect(new Set(fileProbes.map(({ id }) => id)).size).toBe(fileProbes.length);
  });

  it('is there for each of its variants', () => {
    const named = new Set(fileProbes.flatMap(({ weakenedBy }) => weakenedBy));
    expect(fileVariants.map(({ id }) => id).filter((id) => !named.has(id))).toEqual([]);
  });
});
