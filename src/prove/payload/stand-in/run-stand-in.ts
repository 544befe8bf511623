import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { fetchAll } from './fetch.ts';
import { readCurl, readWget } from './fetch-options.ts';
import { MISSING } from './missing.ts';
import { inputOf, tell } from './told.ts';

/** These read what they are to do. */
const READS_INPUT = new Set(['crontab', 'at', 'batch', 'tee', 'pbcopy', 'mail', 'sendmail']);
const INPUT_MS = 3000;

/**
 * In the place of a program that the image does not have: says that it was called, and does what it can.
 * @returns its exit code
 */
export async function runStandIn(name: string, words: readonly string[]): Promise<number> {
  if (name === 'curl' || name === 'wget') {
    await tell(name, words);
    return fetchAll(name === 'curl' ? readCurl(words) : readWget(words));
  }
  if (/^(?:nc|ncat|netcat|telnet)$/.test(name)) {
    await tell(name, words);
    return converse(words);
  }
  if (name === 'sudo' || name === 'doas') {
    await tell(name, words);
    return runRest(words);
  }
  await tell(name, words, READS_INPUT.has(name) ? await inputOf(INPUT_MS) : Buffer.alloc(0));
  if (!MISSING.test(name)) return 0;
  process.stderr.write(`${name}: not found\n`);
  return 127;
}

/** Connects stdin and stdout, or a program (-e, -c), with an address. */
async function converse(words: readonly string[]): Promise<number> {
  const program = valueOf(words, 'e') ?? valueOf(words, 'c');
  const [host, port] = words.filter(
    (word, index) => !word.startsWith('-') && !/^-[a-z]*[ecwpi]$/.test(words[index - 1] ?? ''),
  );
  if (host === undefined || !/^\d+$/.test(port ?? '')) return 1;
  const socket = connect({ host, port: Number(port) });
  socket.setTimeout(15_000, () => socket.destroy());
  if (program === undefined) {
    process.stdin.pipe(socket);
    socket.pipe(process.stdout);
  } else {
    const child = spawn('/bin/sh', ['-c', program], { stdio: ['pipe', 'pipe', 'pipe'] });
    socket.pipe(child.stdin);
    child.stdout.pipe(socket);
    child.stderr.pipe(socket);
    child.stdin.on('error', () => undefined);
  }
  return new Promise((resolve) => {
    socket.once('error', () => resolve(1));
    socket.once('close', () => resolve(0));
  });
}

function valueOf(words: readonly string[], letter: string): string | undefined {
  const at = words.findIndex((word) => new RegExp(`^-[a-z]*${letter}$`).test(word));
  return at < 0 ? undefined : words[at + 1];
}

/** The rest of the line, as whoever runs it already is. */
function runRest(words: readonly string[]): Promise<number> {
  const first = words.findIndex((word) => !word.startsWith('-') && !/^\w+=/.test(word));
  const [program, ...rest] = first < 0 ? [] : words.slice(first);
  if (program === undefined) return Promise.resolve(0);
  const child = spawn(program, rest, { stdio: 'inherit' });
  return new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('close', (code) => resolve(code ?? 1));
  });
}
