import { join } from 'node:path';
import type { Files } from '../ports/files.ts';
import type { Clock, Random } from '../ports/system.ts';
import { PATHS } from '../render/layout.ts';

export interface JournalEntry {
  at: string;
  /** The same for all entries of one run. */
  run: string;
  command: string;
  event: 'begin' | 'step' | 'done' | 'failed';
  /** What was begun or done; never a secret. */
  detail: string;
}

export interface Journal {
  step(detail: string): Promise<void>;
  done(detail: string): Promise<void>;
  failed(detail: string): Promise<void>;
}

/** Opens the folder's journal: one JSON line an event, each on disk before the next change is made. */
export async function openJournal(
  ports: { files: Files; clock: Clock; random: Random },
  folder: string,
  command: string,
  options: { isWayBack?: boolean } = {},
): Promise<Journal> {
  const path = join(folder, PATHS.toolFolder, 'journal.jsonl');
  const run = ports.random.hex(4);
  const write = async (event: JournalEntry['event'], detail: string): Promise<void> => {
    const entry: JournalEntry = { at: ports.clock.now().toISOString(), run, command, event, detail };
    await ports.files.appendLine(path, JSON.stringify(entry));
  };
  const journal: Journal = {
    step: (detail) => write('step', detail),
    done: (detail) => write('done', detail),
    failed: (detail) => write('failed', detail),
  };
  if (options.isWayBack === true) await write('begin', command).catch(() => undefined);
  else await write('begin', command);
  return options.isWayBack === true ? forgiving(journal) : journal;
}

/** The same for a way back: a disk that is full keeps nobody from going it. */
export function forgiving(journal: Journal): Journal {
  const attempt =
    (write: (detail: string) => Promise<void>) =>
    (detail: string): Promise<void> =>
      write(detail).catch(() => undefined);
  return {
    step: attempt((detail) => journal.step(detail)),
    done: attempt((detail) => journal.done(detail)),
    failed: attempt((detail) => journal.failed(detail)),
  };
}

/** Entries of a journal; a line cut short by a crash is left out. */
export function parseJournal(text: string): JournalEntry[] {
  return text.split('\n').flatMap((line) => {
    try {
      const value = JSON.parse(line) as JournalEntry;
      return typeof value.run === 'string' && typeof value.event === 'string' ? [value] : [];
    } catch {
      return [];
    }
  });
}
