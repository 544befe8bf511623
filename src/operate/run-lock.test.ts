import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { FakeFiles } from '../ports/fake/fake-files.ts';
import { type FakePorts, fakePorts } from '../ports/fake/fake-ports.ts';
import type { Files } from '../ports/files.ts';
import { contentHash } from './content-hash.ts';
import { withRunLock } from './run-lock.ts';

const FOLDER = '/srv/openclaw';
const LOCK = `${FOLDER}/.clawproof/run.lock`;

async function hostWithFolder(): Promise<FakePorts> {
  const ports = fakePorts();
  await ports.files.makeDirectory(`${FOLDER}/.clawproof`, 0o700);
  return ports;
}

function holder(pid: number, started: string | null): string {
  return `${JSON.stringify({ pid, started, command: 'clawproof up', since: '2026-11-22T09:00:00.000Z' })}\n`;
}

/** A dead lock, on which a run died that took over from one that had died taking over. */
function putDeadTakeovers(files: FakeFiles): void {
  const [first, second, third] = [holder(77, 'boot:9'), holder(78, 'boot:9'), holder(79, 'boot:9')];
  const claim = `${LOCK}.${contentHash(first)}`;
  files
    .put(LOCK, first)
    .put(claim, second)
    .put(`${claim}.${contentHash(second)}`, third);
}

const left = (ports: { files: Files }): Promise<string[]> => ports.files.list(`${FOLDER}/.clawproof`);

describe('withRunLock', () => {
  it('names its holder while the work runs and is gone afterwards, also when the work fails', async () => {
    const ports = await hostWithFolder();
    const work = withRunLock(ports, FOLDER, 'clawproof down', async () => {
      expect(JSON.parse((await ports.files.read(LOCK)) ?? '')).toMatchObject({
        pid: 4242,
        started: 'boot:1',
        command: 'clawproof down',
        since: '2026-11-22T10:00:00.000Z',
      });
      expect((await ports.files.stat(LOCK))?.mode).toBe(0o600);
      throw new Error('boom');
    });
    await expect(work).rejects.toThrow('boom');
    expect(await left(ports)).toEqual([]);
    expect(await withRunLock(ports, FOLDER, 'clawproof up', async () => 7)).toBe(7);
  });

  it('is refused with the pid, the command and the time of a run that lives, and leaves its lock', async () => {
    const ports = await hostWithFolder();
    ports.system.processes.set(77, 'boot:9');
    ports.files.put(LOCK, holder(77, 'boot:9'));
    const work = withRunLock(ports, FOLDER, 'clawproof up', async () => 'never');
    await expect(work).rejects.toMatchObject({
      id: 'run-in-progress',
      message: expect.stringMatching(/clawproof up.*pid 77.*2026-11-22T09:00/),
      entry: { exitCode: 4 },
    });
    expect(await ports.files.read(LOCK)).toBe(holder(77, 'boot:9'));
    expect(await left(ports)).toEqual(['run.lock']);
  });

  it('believes a living pid whose start time nobody knows', async () => {
    const ports = await hostWithFolder();
    ports.system.processes.set(77, 'boot:9');
    ports.files.put(LOCK, holder(77, null));
    await expect(withRunLock(ports, FOLDER, 'up', async () => 'never')).rejects.toMatchObject({
      id: 'run-in-progress',
    });
  });

  it.each([
    ['of a process that is gone', holder(77, 'boot:9')],
    ['of a pid that another process has now', holder(4243, 'boot:2')],
    ['without text', ''],
    ['with other text', 'not a lock\n'],
    ['with JSON that is no lock', '[null]'],
    ['without a pid', '{"started":"boot:9"}'],
  ])('takes over a lock %s', async (_name, text) => {
    const ports = await hostWithFolder();
    ports.system.processes.set(4243, 'boot:8');
    ports.files.put(LOCK, text);
    expect(await withRunLock(ports, FOLDER, 'clawproof up', async () => 'done')).toBe('done');
    expect(await left(ports)).toEqual([]);
  });

  it('takes over from runs that were killed while they took over', async () => {
    const ports = await hostWithFolder();
    putDeadTakeovers(ports.files);
    expect(await withRunLock(ports, FOLDER, 'up', async () => 'done')).toBe('done');
    expect(await left(ports)).toEqual([]);
  });

  it('waits for a run that is taking over, and gives up without touching anything', async () => {
    const ports = await hostWithFolder();
    ports.system.processes.set(79, 'boot:4');
    ports.files.put(LOCK, holder(77, 'boot:9'));
    ports.files.put(`${LOCK}.${contentHash(holder(77, 'boot:9'))}`, holder(79, 'boot:4'));
    await expect(withRunLock(ports, FOLDER, 'up', async () => 'never')).rejects.toMatchObject({
      id: 'run-in-progress',
    });
    expect(await ports.files.read(LOCK)).toBe(holder(77, 'boot:9'));
    expect(ports.clock.sleeps.length).toBeGreaterThan(10);
  });

  it('does not take away a lock that somebody else holds by now', async () => {
    const ports = await hostWithFolder();
    await withRunLock(ports, FOLDER, 'up', async () => {
      ports.files.put(LOCK, holder(77, 'boot:9'));
    });
    expect(await ports.files.read(LOCK)).toBe(holder(77, 'boot:9'));
  });
});

/** Files whose every operation waits for its turn, so that the order of several runs' steps is the scheduler's. */
function interleaved(files: FakeFiles, scheduler: fc.Scheduler): Files {
  const proxy = new Proxy(files, {
    get: (target, name) => {
      const method = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
      return async (...args: unknown[]) => {
        await scheduler.schedule(Promise.resolve(), String(name));
        return method.apply(target, args);
      };
    },
  });
  return proxy;
}

test('whatever the order of their steps, never do two runs hold it at once, and one always gets it', async () => {
  const leftovers = fc.constantFrom(null, '', 'garbage', holder(77, 'boot:9'), 'takeovers');
  const property = fc.asyncProperty(
    fc.scheduler(),
    fc.integer({ min: 2, max: 4 }),
    leftovers,
    async (scheduler, takers, leftover) => {
      const ports = await hostWithFolder();
      if (leftover === 'takeovers') putDeadTakeovers(ports.files);
      else if (leftover !== null) ports.files.put(LOCK, leftover);
      const files = interleaved(ports.files, scheduler);
      let inside = 0;
      let most = 0;
      let worked = 0;
      const runs = Array.from({ length: takers }, (_, index) => {
        const pid = 100 + index;
        ports.system.processes.set(pid, `boot:${pid}`);
        const system = Object.assign(Object.create(ports.system), { pid });
        const clock = Object.assign(Object.create(ports.clock), {
          now: () => ports.clock.now(),
          sleep: async () => undefined,
        });
        return withRunLock({ ...ports, files, system, clock }, FOLDER, 'up', async () => {
          most = Math.max(most, (inside += 1));
          await scheduler.schedule(Promise.resolve(), 'work');
          worked += 1;
          inside -= 1;
        });
      });
      const ended = Promise.allSettled(runs);
      await scheduler.waitFor(ended);
      for (const outcome of await ended) {
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ id: 'run-in-progress' });
      }
      expect(most).toBe(1);
      expect(worked).toBeGreaterThanOrEqual(1);
      expect(await left(ports)).toEqual([]);
    },
  );
  await fc.assert(property, { numRuns: 1000 });
});
