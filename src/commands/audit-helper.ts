import { readAnswer } from '../audit/helper-answers.ts';
import type { Sharing } from '../audit/share-jobs.ts';
import type { Ports } from '../ports/ports.ts';
import type { AuditSettings } from './audit-tools.ts';

/** What a helper has to know of the audit; plain data. */
export interface HelperSettings extends AuditSettings {
  /** File of this program. */
  program: string;
}

/** The program itself, as main.ts starts it in a thread. */
const THREAD = `
globalThis[Symbol.for('clawproof.thread')] = true;
require(require('node:worker_threads').workerData.program);
`;

/** Shares an audit with a thread, where there is a second processor for it. */
export function shareWithThread(
  { threads, system, progress, signal }: Pick<Ports, 'threads' | 'system' | 'progress' | 'signal'>,
  settings: AuditSettings,
): Sharing {
  return {
    async start() {
      await system.optimiseLess();
      const program = system.program[1];
      if (program === undefined || system.processors < 2) return null;
      const thread = await threads.start(THREAD, { ...settings, program });
      if (thread === null) throw new Error('no thread could be started');
      return {
        ask: async (job) => readAnswer((await thread.ask(job)) as string),
        close: () => thread.close(),
      };
    },
    onLost: () => progress.note('The second thread of the audit failed, so that it takes longer.'),
    signal,
  };
}
