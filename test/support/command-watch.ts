import { readdirSync, readFileSync } from 'node:fs';

const EVERY_MS = 100;

/** What programs were started with on this host while it watched: command lines and readable environments. */
export interface CommandWatch {
  seen: string[];
  stop(): void;
}

/** Looks again and again at every process: a secret on a command line is one that every user can read. */
export function watchCommands(): CommandWatch {
  const seen = new Set<string>();
  const known = new Set<string>();
  const look = (): void => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const command = read(`/proc/${pid}/cmdline`);
      if (command === '' || known.has(`${pid} ${command}`)) continue;
      known.add(`${pid} ${command}`);
      seen.add(command).add(read(`/proc/${pid}/environ`));
    }
  };
  const timer = setInterval(look, EVERY_MS);
  const watch: CommandWatch = {
    seen: [],
    stop() {
      clearInterval(timer);
      watch.seen = [...seen];
    },
  };
  return watch;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').replaceAll('\0', ' ');
  } catch {
    // It has ended, or belongs to another user.
    return '';
  }
}
