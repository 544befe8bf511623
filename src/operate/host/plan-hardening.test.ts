import { describe, expect, test } from 'vitest';
import { flagNames, flagValue } from './find-daemon.ts';
import { type HardeningFacts, planHardening } from './plan-hardening.ts';

const FRESH: HardeningFacts = {
  settings: {},
  flags: [],
  isRootless: false,
  isSwarm: false,
  mapsUsers: false,
  data: { containers: 0, volumes: 0, images: 0 },
  withUserNamespace: false,
};

function names(facts: Partial<HardeningFacts>): string[] {
  return [...new Set(planHardening({ ...FRESH, ...facts }).set.map(({ name }) => name))];
}

function why(facts: Partial<HardeningFacts>, name: string): string | undefined {
  return planHardening({ ...FRESH, ...facts }).left.find((left) => left.name === name)?.why;
}

describe('the proposal', () => {
  test('is all of it for a fresh engine, and nothing for one that has it', () => {
    const { set } = planHardening(FRESH);
    expect(names({})).toEqual(['userns-remap', 'no-new-privileges', 'live-restore', 'log-opts', 'icc']);
    const settings: Record<string, unknown> = {};
    for (const { path, value } of set) {
      const [first = '', second] = path;
      settings[first] = second === undefined ? value : { ...(settings[first] as object), [second]: value };
    }
    expect(planHardening({ ...FRESH, settings })).toMatchObject({ set: [], left: [] });
  });

  test('leaves userns-remap out where data would be lost from sight, unless it is asked for', () => {
    const data = { containers: 1, volumes: 2, images: 3 };
    expect(names({ data })).not.toContain('userns-remap');
    expect(why({ data }, 'userns-remap')).toMatch(/1 containers, 2 volumes and 3 images/);
    expect(names({ data, withUserNamespace: true })).toContain('userns-remap');
  });

  test('leaves out what would keep the engine from starting, or makes no sense there', () => {
    expect(why({ flags: ['icc'] }, 'icc')).toMatch(/--icc/);
    expect(why({ flags: ['log-opt'] }, 'log-opts')).toMatch(/--log-opt/);
    expect(why({ isSwarm: true }, 'live-restore')).toMatch(/Swarm/);
    expect(why({ isRootless: true, withUserNamespace: true }, 'userns-remap')).toMatch(/rootless/);
    expect(why({ settings: { 'log-driver': 'journald' } }, 'log-opts')).toMatch(/journald/);
  });

  test('keeps limits and a user that others have chosen', () => {
    const settings = { 'log-opts': { 'max-size': '1g' }, 'userns-remap': 'somebody' };
    expect(planHardening({ ...FRESH, settings }).set.map(({ path }) => path.join('.'))).toEqual([
      'no-new-privileges',
      'live-restore',
      'log-opts.max-file',
      'icc',
    ]);
  });
});

test('flags of the command line are read in both forms', () => {
  const args = ['--icc=false', '--data-root', '/data', '-H', 'unix:///s', '--config-file=/c.json'];
  expect(flagNames(args)).toEqual(['icc', 'data-root', 'config-file']);
  expect([flagValue(args, 'data-root'), flagValue(args, 'config-file'), flagValue(args, 'none')]).toEqual([
    '/data',
    '/c.json',
    undefined,
  ]);
});
