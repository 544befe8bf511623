import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Thread, Threads } from '../threads.ts';

export function createNodeThreads(): Threads {
  return { start };
}

async function start(program: string, data: unknown): Promise<Thread | null> {
  try {
    // Neither the environment nor the flags of this process are the script's business.
    const worker = new Worker(program, { eval: true, workerData: data, env: {}, execArgv: [] });
    const thread = new NodeThread(worker);
    await once(worker, 'online');
    return thread;
  } catch {
    return null;
  }
}

interface Waiting {
  resolve: (answer: unknown) => void;
  reject: (error: Error) => void;
}

class NodeThread implements Thread {
  readonly #worker: Worker;
  /** In the order of their questions. */
  readonly #waiting: Waiting[] = [];
  #ended: Error | null = null;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (answer: unknown) => this.#waiting.shift()?.resolve(answer));
    worker.on('error', (error) => this.#end(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', () => this.#end(new Error('the thread has ended')));
  }

  ask(question: unknown): Promise<unknown> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- it goes to a thread, not to a window
      this.#worker.postMessage(question);
    });
  }

  close(): void {
    this.#end(new Error('the thread was closed'));
    void this.#worker.terminate();
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#ended);
  }
}
