import { parentPort, workerData } from 'node:worker_threads';

/** This thread, as the one that started it sees it. */
export interface OwnThread<Settings> {
  settings: Settings;
  /** Answers questions from now on, one after the other. */
  answer: (work: (question: unknown) => Promise<unknown>) => void;
}

/** @throws TypeError in the thread that the program began with */
export function ownThread<Settings>(): OwnThread<Settings> {
  const port = parentPort;
  if (port === null) throw new TypeError('this is the first thread');
  return {
    settings: workerData as Settings,
    answer(work) {
      let before: Promise<unknown> = Promise.resolve();
      port.on('message', (question: unknown) => {
        // A failure is not caught: it ends the thread, and that is what it is known by.
        before = before.then(async () => port.postMessage(await work(question)));
      });
    },
  };
}
