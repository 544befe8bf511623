import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { AuditJob, Looked } from './audit-jobs.ts';
import { emptyReport } from './testing/audit-fixture.ts';
import { type Helper, MANY, type Sharing, shareJobs } from './share-jobs.ts';

function jobOf(name: string): AuditJob {
  return [{ name, kind: 'compose', files: [`/${name}`], folder: '/' }];
}

function looked(job: AuditJob, by: string): Looked[] {
  return job.map(({ name }) => ({
    report: emptyReport({ name, kind: 'compose', files: [by] }),
  }));
}

async function turns(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await new Promise((resolve) => setImmediate(resolve));
}

interface Case {
  count: number;
  /** Turns of the event loop that a job takes here, and there. */
  here: number;
  there: number;
  /** The helper fails at this question; 0 = it does not start. */
  diesAt?: number;
  isNone?: boolean;
  /** The search for jobs breaks off at this one. */
  breaksAt?: number;
}

interface Outcome {
  names: string[];
  by: Record<string, number>;
  lost: number;
  isClosed: boolean;
  failure: string | undefined;
}

async function run(wanted: Case): Promise<Outcome> {
  const outcome: Outcome = {
    names: [],
    by: { here: 0, there: 0 },
    lost: 0,
    isClosed: false,
    failure: undefined,
  };
  let asked = 0;
  const helper: Helper = {
    async ask(job) {
      asked += 1;
      const isDead = wanted.diesAt !== undefined && asked >= wanted.diesAt;
      await turns(wanted.there);
      if (isDead) throw new Error('dead');
      return looked(job, 'there');
    },
    close: () => void (outcome.isClosed = true),
  };
  const sharing: Sharing = {
    async start() {
      if (wanted.diesAt === 0) throw new Error('it does not start');
      return wanted.isNone === true ? null : helper;
    },
    onLost: () => void (outcome.lost += 1),
    signal: new AbortController().signal,
  };
  async function* jobs(): AsyncGenerator<AuditJob> {
    for (let index = 0; index < wanted.count; index += 1) {
      if (index === wanted.breaksAt) throw new Error('no folder');
      yield jobOf(String(index));
    }
  }
  async function* here(job: AuditJob): AsyncGenerator<Looked> {
    await turns(wanted.here);
    yield* looked(job, 'here');
  }
  try {
    for await (const { report } of shareJobs(jobs(), here, sharing)) {
      outcome.names.push(report.name);
      const [by = ''] = report.files;
      outcome.by[by] = (outcome.by[by] ?? 0) + 1;
    }
  } catch (error) {
    outcome.failure = (error as Error).message;
  }
  return outcome;
}

describe('shareJobs', () => {
  property.prop(
    [
      fc.record({
        count: fc.integer({ min: 0, max: 120 }),
        here: fc.integer({ min: 0, max: 3 }),
        there: fc.integer({ min: 0, max: 3 }),
      }),
      fc.option(fc.integer({ min: 0, max: 40 })),
      fc.option(fc.integer({ min: 0, max: 120 })),
    ],
    { numRuns: 60 },
  )('tells everything once and in order, whoever fails', async (sizes, diesAt, breaksAt) => {
    const { names, lost, failure } = await run({
      ...sizes,
      ...(diesAt === null ? {} : { diesAt }),
      ...(breaksAt === null ? {} : { breaksAt }),
    });
    const end = Math.min(sizes.count, breaksAt ?? sizes.count);
    expect(names).toEqual(Array.from({ length: end }, (_, index) => String(index)));
    expect(failure).toBe(breaksAt !== null && breaksAt < sizes.count ? 'no folder' : undefined);
    expect(lost).toBeLessThanOrEqual(diesAt === null ? 0 : 1);
  });

  test('lets both do many', async () => {
    const { by, lost, isClosed } = await run({ count: 200, here: 2, there: 2 });
    expect(by['there']).toBeGreaterThan(30);
    expect(by['here']).toBeGreaterThan(30);
    expect({ lost, isClosed }).toEqual({ lost: 0, isClosed: true });
  });

  test('starts no helper for few', async () => {
    const { by, isClosed } = await run({ count: MANY - 1, here: 1, there: 0 });
    expect({ by, isClosed }).toEqual({ by: { here: MANY - 1, there: 0 }, isClosed: false });
  });

  test('says that the helper failed, and not that there is none', async () => {
    expect((await run({ count: 60, here: 1, there: 1, diesAt: 0 })).lost).toBe(1);
    expect((await run({ count: 60, here: 1, there: 1, diesAt: 5 })).lost).toBe(1);
    expect((await run({ count: 60, here: 1, there: 1, isNone: true })).lost).toBe(0);
  });

  test('stops when the user does, though the helper does not answer', async () => {
    const controller = new AbortController();
    let isClosed = false;
    const silent: Helper = { ask: () => new Promise(() => {}), close: () => void (isClosed = true) };
    const sharing: Sharing = { start: async () => silent, onLost: () => {}, signal: controller.signal };
    async function* jobs(): AsyncGenerator<AuditJob> {
      for (let index = 0; index < 30; index += 1) yield jobOf(String(index));
    }
    async function* here(job: AuditJob): AsyncGenerator<Looked> {
      yield* looked(job, 'here');
    }
    setTimeout(() => controller.abort(new Error('stopped')), 50);
    const drain = async (): Promise<void> => {
      for await (const one of shareJobs(jobs(), here, sharing)) expect(one).toBeDefined();
    };
    await expect(drain()).rejects.toThrow('stopped');
    await turns(2);
    expect(isClosed).toBe(true);
  });
});
