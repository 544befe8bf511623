import { test as property, fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { MIB, parseBytes } from '../../policy/bytes.ts';
import { loadPolicy } from '../../policy/load.ts';
import { type AdviceInput, adviseLimits } from './advice.ts';
import type { Figures } from './figures.ts';

const GIB = 1024 * MIB;

interface Change {
  memory?: Partial<Figures['memory']>;
  cpu?: Partial<Figures['cpu']>;
  pids?: Partial<Figures['pids']>;
  openFiles?: Partial<Figures['openFiles']>;
}

function input(change: Change = {}, rest: Partial<AdviceInput> = {}): AdviceInput {
  return {
    figures: {
      layout: 'v1',
      samples: 30,
      seconds: 30,
      memory: { needed: 700 * MIB, peakSinceStart: 900 * MIB, limit: 2 * GIB, kills: 0, ...change.memory },
      cpu: { mean: 0.5, peak: 1.2, limit: 2, throttled: 0, ...change.cpu },
      pids: { peak: 36, sinceStart: true, limit: 256, refused: 0, ...change.pids },
      openFiles: { peak: 60, limit: 8192, ...change.openFiles },
    },
    resources: { memory: 2 * GIB, heapMiB: 1536, cpus: 2, pids: 256, openFiles: 8192 },
    heapIsNamed: false,
    host: { cpus: 4, memory: 16 * GIB },
    ownUse: false,
    outOfMemory: false,
    ...rest,
  };
}

const suggested = (given: AdviceInput): Record<string, unknown> =>
  Object.fromEntries(
    adviseLimits(given).advice.flatMap(({ key, suggested: value }) => (value === null ? [] : [[key, value]])),
  );

describe('limits for what was measured', () => {
  test('what fits is left, without a warning', () => {
    expect(suggested(input())).toEqual({});
    expect(adviseLimits(input()).warnings).toEqual([]);
  });

  test('too little memory: half as much again, with a warning when it is nearly used up', () => {
    const tight = input({ memory: { needed: 1900 * MIB, peakSinceStart: 1950 * MIB } });
    expect(suggested(tight)).toEqual({ 'resources.memory': '3g' });
    expect(adviseLimits(tight).warnings).toHaveLength(1);
  });

  test('the kernel’s peak says nothing when files filled all there is', () => {
    expect(suggested(input({ memory: { needed: 700 * MIB, peakSinceStart: 2 * GIB } }))).toEqual({});
  });

  test('processes that were ended: more memory, whatever was seen since', () => {
    const killed = input({ memory: { kills: 1 } });
    expect(suggested(killed)).toEqual({ 'resources.memory': '3g' });
    expect(adviseLimits(killed).warnings[0]).toMatch(/ended 1 times/);
    expect(suggested(input({}, { outOfMemory: true }))).toEqual({
      'resources.memory': '3g',
    });
  });

  test('a named heap goes with the memory', () => {
    const resources = { memory: 2 * GIB, heapMiB: 1700, cpus: 2, pids: 256, openFiles: 8192 };
    expect(suggested(input({}, { heapIsNamed: true, resources }))).toEqual({ 'resources.heap': '1536m' });
  });

  test('a processor limit that cuts off grows, but not beyond the host', () => {
    expect(suggested(input({ cpu: { throttled: 0.3, peak: 2 } }))).toEqual({ 'resources.cpus': 3 });
    expect(
      suggested(input({ cpu: { throttled: 0.3, peak: 2 } }, { host: { cpus: 2, memory: GIB } })),
    ).toEqual({});
  });

  test('refused threads, many files', () => {
    expect(suggested(input({ pids: { peak: 256, refused: 4 }, openFiles: { peak: 3000 } }))).toEqual({
      'resources.pids': 1024,
      'resources.openFiles': 24_576,
    });
  });

  test('a load never lowers a limit; one’s own use may', () => {
    const resources = { memory: 16 * GIB, heapMiB: 12_288, cpus: 8, pids: 4096, openFiles: 8192 };
    expect(suggested(input({}, { resources }))).toEqual({});
    expect(suggested(input({}, { resources, ownUse: true }))).toEqual({
      'resources.memory': '1536m',
      'resources.pids': 192,
    });
  });

  test('limits that the engine does not hold are said', () => {
    const { warnings } = adviseLimits(input({ memory: { limit: null }, pids: { limit: null } }));
    expect(warnings).toHaveLength(2);
  });
});

const amount = fc.integer({ min: 0, max: 64 * 1024 });

property.prop([
  amount,
  amount,
  fc.integer({ min: 0, max: 3 }),
  fc.integer({ min: 0, max: 5000 }),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.boolean(),
])(
  'what is suggested is a valid policy and no less than what was needed',
  (needed, peak, kills, pids, throttled, ownUse) => {
    const given = input(
      {
        memory: { needed: needed * MIB, peakSinceStart: peak * MIB, kills },
        pids: { peak: pids },
        cpu: { throttled },
      },
      { ownUse },
    );
    const found = suggested(given);
    const resources = Object.fromEntries(
      Object.entries(found).map(([key, value]) => [key.replace('resources.', ''), value]),
    );
    expect(() => loadPolicy(JSON.stringify({ version: 1, resources }), 'clawproof.yaml')).not.toThrow();
    const memory = found['resources.memory'];
    if (memory !== undefined) expect(parseBytes(memory as string)).toBeGreaterThanOrEqual(needed * MIB);
    if (typeof found['resources.pids'] === 'number') expect(found['resources.pids']).toBeGreaterThan(pids);
  },
);
