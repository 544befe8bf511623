import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from './wait-for.ts';

const LOCK = join(tmpdir(), 'clawproof-live-tests.lock');
const WAIT_SECONDS = 1800;

/**
 * Waits until no other run of the live tests uses this machine: two would fight over names and ports.
 * @returns what lets the next run go on
 */
export async function takeLiveTurn(): Promise<() => void> {
  await waitFor('another run of the live tests has ended', WAIT_SECONDS, () => {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: 'wx', mode: 0o600 });
      return true;
    } catch {
      if (!holderLives()) rmSync(LOCK, { force: true });
      return false;
    }
  });
  return () => rmSync(LOCK, { force: true });
}

function holderLives(): boolean {
  try {
    process.kill(Number(readFileSync(LOCK, 'utf8')), 0);
    return true;
  } catch {
    return false;
  }
}
