import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { orElse } from '../attempt-code.ts';

export interface SeenProcess {
  pid: number;
  parent: number;
  /** Words of the command line, as it was seen last. */
  words: string[];
  /** Milliseconds since 1970 at which it was seen first and last. */
  from: number;
  to: number;
  /**
   * It was let go by whoever started it while it was watched, and went to the first process of the namespace. Left out for
   * all others, and for what ran before.
   */
  orphan?: true;
}

const STOP = '/dev/shm/clawproof-watch-stop';
/** What lives shorter than this may be missed; more often would take the twin's time. */
const TURN_MS = 15;
const MOST = 3000;
const MOST_TEXT = 2000;

/** Notes all processes of its process namespace until it is told to stop. */
export async function watchProcesses(): Promise<{ processes: SeenProcess[]; dropped: number }> {
  const watch = new Watch();
  rmSync(STOP, { force: true });
  while (!existsSync(STOP)) {
    const now = Date.now();
    watch.begin();
    for (const name of readdirSync('/proc')) if (/^\d+$/.test(name)) watch.look(Number(name), now);
    await new Promise((resolve) => setTimeout(resolve, TURN_MS));
  }
  return { processes: watch.all, dropped: watch.dropped };
}

/** The first process of a namespace gets those whose parent is gone. */
const INIT = 1;

/** Exported for its test. */
export class Watch {
  readonly all: SeenProcess[] = [];
  dropped = 0;
  /** Looks at all processes that were begun; what the first one finds ran before. */
  #turns = 0;
  readonly #running = new Map<number, { process: SeenProcess; started: string }>();

  begin(): void {
    this.#turns += 1;
  }

  look(pid: number, now: number): void {
    const stat = orElse(() => readFileSync(`/proc/${pid}/stat`, 'utf8'), '');
    if (stat !== '') this.note(pid, now, stat, wordsOf(pid));
  }

  /** @param stat text of /proc/PID/stat; @param words of its command line */
  note(pid: number, now: number, stat: string, words: string[]): void {
    // State, parent, …, start time: what is behind the name, which may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state = '', parent = '0'] = fields;
    const started = fields[19] ?? '';
    if (state === 'Z') return;
    const known = this.#running.get(pid);
    if (known?.started === started) {
      update(known.process, Number(parent), words, now);
      return;
    }
    const seen: SeenProcess = { pid, parent: Number(parent), words, from: now, to: now };
    if (seen.parent === INIT && this.#turns > 1) seen.orphan = true;
    this.#running.set(pid, { process: seen, started });
    if (this.all.length < MOST) this.all.push(seen);
    else this.dropped += 1;
  }
}

function update(process: SeenProcess, parent: number, words: string[], now: number): void {
  process.to = now;
  if (parent === INIT && process.parent !== INIT) process.orphan = true;
  // A process that was just forked has its parent's words until it runs its own program.
  if (words.length > 0) process.words = words;
}

export async function stopWatch(): Promise<void> {
  writeFileSync(STOP, '');
}

function wordsOf(pid: number): string[] {
  const line = orElse(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'), '');
  return line
    .slice(0, MOST_TEXT)
    .replace(/\0$/, '')
    .split('\0')
    .filter((word) => word !== '');
}
