import type { AuditJob, Looked } from './audit-jobs.ts';

/** Somebody else who does jobs at the same time. */
export interface Helper {
  /** Everything of one job. Rejects when the helper fails, of itself and not of the deployments, or is closed. */
  ask(job: AuditJob): Promise<Looked[]>;
  close(): void;
}

export interface Sharing {
  /** Called at most once, when there are many deployments. Null when there is none to be had, which is no failure. */
  start: () => Promise<Helper | null>;
  /** Told once when a helper failed; its jobs are done here then. */
  onLost: () => void;
  signal: AbortSignal;
}

/** With fewer deployments the helper has hardly started when all is done. */
export const MANY = 24;
/** Found ahead of the one that is looked at, so that there is something to share. */
const AHEAD = 24;
/** Reports that wait for one in front of them take memory. */
const MOST_OPEN = 64;
/** What the helper has beside the one that it is at, so that it need not wait for the next. */
const MOST_GIVEN = 3;
/** The answer to a job comes as a whole. */
const MOST_TARGETS_GIVEN = 20;

interface Place {
  job: AuditJob;
  state: 'waiting' | 'taken' | 'done';
  /** What was found and not told yet. */
  looked: Looked[];
}

/**
 * Does jobs, and tells what comes of them in the order of the jobs, whoever did which. A helper that fails costs nothing but
 * time: what it has not answered is done here.
 * @param doJob does one here
 */
export async function* shareJobs(
  jobs: AsyncIterator<AuditJob>,
  doJob: (job: AuditJob) => AsyncIterable<Looked>,
  sharing?: Sharing,
): AsyncGenerator<Looked> {
  const queue = createQueue(jobs);
  let desk: Desk | undefined;
  try {
    for (;;) {
      sharing?.signal.throwIfAborted();
      await queue.fill();
      if (sharing !== undefined && desk === undefined && queue.targets() >= MANY)
        desk = createDesk(queue, sharing);
      yield* queue.finished();
      const place = queue.take();
      desk?.handOut();
      if (place !== undefined) yield* doHere(place, queue, doJob);
      else if (queue.isOver()) break;
      else if (!queue.isEmpty()) await desk?.event();
    }
  } finally {
    desk?.close();
  }
  queue.rethrow();
}

/** What is first in line is told at once. */
async function* doHere(
  place: Place,
  queue: Queue,
  doJob: (job: AuditJob) => AsyncIterable<Looked>,
): AsyncGenerator<Looked> {
  const isFirst = queue.isFirst(place);
  for await (const looked of doJob(place.job)) {
    if (isFirst) yield looked;
    else place.looked.push(looked);
  }
  place.state = 'done';
}

interface Queue {
  /** Looks for more jobs as long as few wait. */
  fill(): Promise<void>;
  /** Tells, and forgets, what is done at the front. */
  finished(): Generator<Looked>;
  /** The next job that nobody does. */
  take(most?: number): Place | undefined;
  isFirst(place: Place): boolean;
  isEmpty(): boolean;
  /** Everything was found, done and told. */
  isOver(): boolean;
  waiting(): number;
  /** Deployments in the jobs that wait. */
  targets(): number;
  /** Throws what ended the search for jobs. */
  rethrow(): void;
}

function createQueue(jobs: AsyncIterator<AuditJob>): Queue {
  const places: Place[] = [];
  let failure: { error: unknown } | undefined;
  let isAtEnd = false;
  const waiting = (): Place[] => places.filter(({ state }) => state === 'waiting');
  const count = (): number => waiting().reduce((sum, { job }) => sum + job.length, 0);
  return {
    async fill() {
      while (!isAtEnd && places.length < MOST_OPEN && count() < AHEAD) {
        try {
          const next = await jobs.next();
          if (next.done === true) isAtEnd = true;
          else places.push({ job: next.value, state: 'waiting', looked: [] });
        } catch (error) {
          // What was found before is told first, as if nobody had looked ahead.
          failure = { error };
          isAtEnd = true;
        }
      }
    },
    *finished() {
      for (let [first] = places; first?.state === 'done'; [first] = places) {
        yield* first.looked;
        places.shift();
      }
    },
    take(most = Infinity) {
      const place = places.find(({ state, job }) => state === 'waiting' && job.length <= most);
      if (place !== undefined) place.state = 'taken';
      return place;
    },
    isFirst: (place) => places[0] === place,
    isEmpty: () => places.length === 0,
    isOver: () => isAtEnd && places.length === 0,
    waiting: () => waiting().length,
    targets: count,
    rethrow() {
      if (failure !== undefined) throw failure.error;
    },
  };
}

/** Where the helper gets its jobs, and puts what came of them. */
interface Desk {
  handOut(): void;
  /** Resolves when something has changed. */
  event(): Promise<void>;
  close(): void;
}

function createDesk(queue: Queue, { start, onLost, signal }: Sharing): Desk {
  let given = 0;
  let isLost = false;
  let isClosed = false;
  let wake = (): void => {};
  const helper = start();
  // Whoever awaits an answer hears of it.
  helper.catch(() => {});
  function lose(): void {
    if (!isLost && !isClosed) onLost();
    isLost = true;
  }
  async function give(place: Place): Promise<void> {
    given += 1;
    try {
      const started = await helper;
      if (started === null) isClosed = true;
      else place.looked = await started.ask(place.job);
      place.state = started === null ? 'waiting' : 'done';
    } catch {
      place.state = 'waiting';
      lose();
    }
    given -= 1;
    handOut();
    wake();
  }
  function handOut(): void {
    if (isLost || isClosed) return;
    // The last ones are done by whoever is free first.
    while (given < Math.min(MOST_GIVEN, queue.waiting())) {
      const place = queue.take(MOST_TARGETS_GIVEN);
      if (place === undefined) return;
      void give(place);
    }
  }
  return {
    handOut,
    event: () =>
      new Promise<void>((resolve) => {
        wake = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      }),
    close() {
      isClosed = true;
      void helper.then((started) => started?.close()).catch(() => {});
    },
  };
}
