import { expect, test } from 'vitest';
import { EARLY_SYNC_BYTES, EarlySync } from './early-sync.ts';

/** A file whose syncs end when they are told to. */
function fakeFile(): { datasync: () => Promise<void>; ends: ((error?: Error) => void)[] } {
  const ends: ((error?: Error) => void)[] = [];
  const datasync = (): Promise<void> =>
    new Promise((resolve, reject) => {
      ends.push((error) => (error === undefined ? resolve() : reject(error)));
    });
  return { datasync, ends };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a file is brought to the disk while it is written, once at a time; a short one is not', async () => {
  const file = fakeFile();
  const early = new EarlySync(file);
  early.wrote(EARLY_SYNC_BYTES - 1);
  expect(file.ends).toHaveLength(0);
  await early.end();
  early.wrote(1);
  early.wrote(2 * EARLY_SYNC_BYTES);
  expect(file.ends).toHaveLength(1);
  file.ends[0]?.();
  await turn();
  early.wrote(1);
  expect(file.ends).toHaveLength(2);
});

test('the end waits for the one that is under way', async () => {
  const file = fakeFile();
  const early = new EarlySync(file);
  early.wrote(EARLY_SYNC_BYTES);
  let isOver = false;
  const end = early.end().then(() => (isOver = true));
  await turn();
  expect(isOver).toBe(false);
  file.ends[0]?.();
  await end;
});

test('a failure that the system tells only once is told at the end, though later ones succeed', async () => {
  const file = fakeFile();
  const early = new EarlySync(file);
  early.wrote(EARLY_SYNC_BYTES);
  file.ends[0]?.(new Error('input/output error'));
  await turn();
  early.wrote(EARLY_SYNC_BYTES);
  file.ends[1]?.();
  await expect(early.end()).rejects.toThrow('input/output error');
});
