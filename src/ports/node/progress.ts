import type { Progress } from '../terminal.ts';
import { plainLine } from '../../report/width.ts';
import { createJsonView } from './progress-json.ts';
import { createLiveView } from './progress-live.ts';
import { createPlainView } from './progress-plain.ts';
import type { ProgressDependencies, ProgressView, TaskRecord } from './progress-view.ts';

/** Progress as the output mode and the terminal ask for it: JSON lines, nothing, a live list, or plain lines. */
export function createNodeProgress(
  mode: { json: boolean; quiet: boolean },
  dependencies: ProgressDependencies,
): Progress {
  return trackTasks(chooseView(mode, dependencies), dependencies);
}

function chooseView(
  mode: { json: boolean; quiet: boolean },
  dependencies: ProgressDependencies,
): ProgressView {
  if (mode.quiet) return QUIET;
  if (mode.json) return createJsonView(dependencies);
  return dependencies.terminal.isInteractive ? createLiveView(dependencies) : createPlainView(dependencies);
}

const QUIET: ProgressView = { started() {}, ended() {}, note() {} };

function trackTasks(view: ProgressView, { clock, signal }: ProgressDependencies): Progress {
  let lastId = 0;
  return {
    async task(title, work) {
      lastId += 1;
      const record: TaskRecord = { id: lastId, title, step: '', result: '', startedMs: clock.monotonicMs() };
      view.started(record);
      try {
        const value = await work({
          step(text) {
            record.step = plainLine(text);
          },
          result(text) {
            record.result = plainLine(text);
          },
        });
        view.ended(record, 'done');
        return value;
      } catch (error) {
        view.ended(record, signal.aborted ? 'stopped' : 'failed');
        throw error;
      }
    },
    note: (text) => view.note(text),
  };
}
