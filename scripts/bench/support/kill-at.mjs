import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MAIN } from './bench.mjs';

const STEP_SECONDS = 600;
const POLL_MS = 5;

/**
 * Runs a command and kills it, with all that it started, so many seconds after a step stands in the journal.
 * @returns the steps that the change had begun; null when the command was over
 */
export async function killAt({ folder, env }, { args, input = '' }, step, after) {
  const journal = join(folder, '.clawproof/journal.jsonl');
  const from = sizeOf(journal);
  const child = start([MAIN, '-C', folder, ...args], { ...process.env, ...env }, input);
  const isThere = () => readFileSync(journal).subarray(from).includes(`"event":"step","detail":"${step}"`);
  const until = performance.now() + STEP_SECONDS * 1000;
  while (sizeOf(journal) <= from || !isThere()) {
    if (child.code !== undefined || performance.now() > until)
      throw new Error(`${args.join(' ')} did not come to ${step} (exit code ${child.code}): ${child.said}`);
    await pause(POLL_MS);
  }
  if (after > 0) await pause(after * 1000);
  if (child.code === undefined) process.kill(-child.pid, 'SIGKILL');
  await child.ended;
  const open = await readFile(join(folder, '.clawproof/change.json'), 'utf8').catch(() => null);
  return open === null ? null : JSON.parse(open).begun;
}

/** A process group of its own, as a shell makes it: what the command starts dies with it. */
function start(args, env, input) {
  const child = spawn(process.execPath, args, { detached: true, stdio: ['pipe', 'ignore', 'pipe'], env });
  if (child.pid === undefined) throw new Error(`${args[0]} was not started`);
  const state = { pid: child.pid, code: undefined, said: '' };
  child.stderr.on('data', (text) => (state.said = `${state.said}${text}`.slice(-2000)));
  child.stdin.on('error', () => undefined).end(input);
  state.ended = new Promise((done) => {
    child.on('close', (code) => {
      state.code = code ?? -1;
      done();
    });
  });
  return state;
}

function sizeOf(path) {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function pause(ms) {
  return new Promise((done) => setTimeout(done, ms));
}
