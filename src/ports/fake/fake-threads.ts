import type { Thread, Threads } from '../threads.ts';

/** A system that gives no threads. */
export class FakeThreads implements Threads {
  start(): Promise<Thread | null> {
    return Promise.resolve(null);
  }
}
