import { describe, expect, test } from 'vitest';
import { engineCallFailed } from '../errors/engine-errors.ts';
import type { TwinSpec, Variant } from './proof-target.ts';
import type { Bench, GroupRun, ProbeListing, RingGroup } from './rings/ring-group.ts';
import { runControls } from './run-controls.ts';
import { probeResult } from './testing/proof-fixture.ts';

const listing = (id: string, ...weakenedBy: [string, ...string[]]): ProbeListing => ({
  ...probeResult({ id }),
  expects: 'refused',
  weakenedBy,
});

const spec = { config: { strong: true }, networks: [] } as unknown as TwinSpec;

/** Every twin of `weak` lets the attacks of its probes through; what was asked for is noted. */
function group(changes: Partial<RingGroup> = {}): RingGroup & { asked: string[] } {
  const asked: string[] = [];
  const variant = (id: string, weaken: Variant['weaken']): Variant => ({
    id,
    title: `weaker in ${id}`,
    weaken,
  });
  return {
    asked,
    rings: ['container'],
    weakAtOnce: 2,
    probes: [
      listing('one', 'a', 'b'),
      listing('two', 'a'),
      listing('three', 'b'),
      listing('four', 'none'),
      listing('five', 'lost'),
    ],
    variants: [
      variant('a', (twin) => {
        if (twin.config) twin.config['strong'] = false;
        return twin;
      }),
      variant('b', (twin) => twin),
      variant('none', () => null),
    ],
    async run(_bench, weak, wanted): Promise<GroupRun> {
      asked.push(`${String(weak.config?.['strong'])}: ${[...wanted].join(' ')}`);
      const state = weak.config?.['strong'] === false ? 'fail' : 'pass';
      return { judged: [...wanted].map((id) => probeResult({ id, state })), durations: {} };
    },
    ...changes,
  };
}

const all = (state: 'pass' | 'fail' | 'skipped' | 'error'): Map<string, { state: typeof state }> =>
  new Map(['one', 'two', 'three', 'four', 'five'].map((id) => [id, { state }]));

const run = (given: RingGroup, onTarget = all('pass')): ReturnType<typeof runControls> =>
  runControls({ bench: {} as Bench, spec, group: given, onTarget, step: () => undefined });

describe('controls', () => {
  test('probes with the same control share a twin, which is weaker in that point alone', async () => {
    const given = group();
    const runs = await run(given);
    expect(given.asked.toSorted()).toEqual(['false: one two', 'true: three']);
    expect([...runs].map(([id, found]) => [id, found.state]).toSorted()).toEqual([
      ['five', 'error'],
      ['four', 'skipped'],
      ['one', 'fail'],
      ['three', 'pass'],
      ['two', 'fail'],
    ]);
    expect(spec.config).toEqual({ strong: true });
  });

  test('twins that can follow each other do so, beside one that cannot', async () => {
    const open = new Set<string>();
    const together: string[] = [];
    const given = group({
      canFollow: (_one, weak) => weak.config?.['strong'] === true,
      variants: ['a', 'b', 'none', 'lost'].map((id) => ({
        id,
        title: id,
        weaken: (twin: TwinSpec) => (id === 'b' ? { ...twin, config: { strong: false } } : twin),
      })),
      async run(_bench, weak, wanted): Promise<GroupRun> {
        const name = weak.config?.['strong'] === true ? 'follows' : 'alone';
        open.add(name);
        together.push([...open].toSorted().join(' + '));
        await Promise.resolve();
        open.delete(name);
        return { judged: [...wanted].map((id) => probeResult({ id })), durations: {} };
      },
    });
    expect([...(await run(given)).keys()].toSorted()).toEqual(['five', 'four', 'one', 'three', 'two']);
    expect(together).toEqual(['alone', 'alone + follows', 'follows', 'follows']);
  });

  test.each(['fail', 'skipped'] as const)('what ended with %s on the target needs none', async (state) => {
    const given = group();
    expect(await run(given, all(state))).toEqual(new Map());
    expect(given.asked).toEqual([]);
  });

  test('a twin that cannot be had makes its own controls an error; a bug is no outcome', async () => {
    const failing = (error: Error): RingGroup =>
      group({
        run: async () => {
          throw error;
        },
      });
    const runs = await run(failing(engineCallFailed('make a container', 'other', 'no space')));
    expect(runs.get('one')).toMatchObject({ state: 'error' });
    await expect(run(failing(new TypeError('bug')))).rejects.toThrow('bug');
  });
});
