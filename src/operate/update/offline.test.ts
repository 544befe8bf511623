import { expect, test } from 'vitest';
import type { Compose } from '../../engine/compose.ts';
import { isAppError } from '../../errors/app-error.ts';
import { fakePorts } from '../../ports/fake/fake-ports.ts';
import { runDoctor } from './offline.ts';

const FOLDER = '/srv/openclaw';
const KEPT = `${FOLDER}/.clawproof/results/update-doctor.txt`;
const TOKEN = '0123456789abcdef'.repeat(4);

/** @param codes of its runs, one after the other; the last one stays */
async function doctor(
  codes: number[],
  stdout: string,
  stderr = '',
): Promise<{ error: unknown; kept: string }> {
  const ports = fakePorts();
  const left = [...codes];
  const answer = (): unknown => ({ code: left.length > 1 ? left.shift() : left[0], stdout, stderr });
  const compose = { run: async () => answer() } as unknown as Compose;
  const error = await runDoctor({ ports, path: FOLDER }, compose, '2026.9.6', 'the state').catch(
    (thrown: unknown) => thrown,
  );
  return { error, kept: (await ports.files.read(KEPT)) ?? '' };
}

test('all that the doctor said is kept, also when it went well', async () => {
  const { error, kept } = await doctor([0], '┌──┐\n│ Imported 3 sessions │\n', 'one warning\n');
  expect(error).toBeUndefined();
  expect(kept).toContain('Imported 3 sessions');
  expect(kept).toContain('one warning');
});

test('one that fails shows what stands above its last words, and where the rest is', async () => {
  const lines = Array.from({ length: 60 }, (_, index) => `line ${index}`).join('\n');
  const { error } = await doctor(
    [1],
    `${lines}\n│      │\n[state/agent-db] slow database open\n`,
    'it refuses\n',
  );
  if (!isAppError(error)) throw new Error('no error was thrown');
  expect(error.id).toBe('update-doctor-failed');
  expect(error.entry.message).toContain('line 21\n');
  expect(error.entry.message).not.toContain('line 20\n');
  expect(error.entry.message).not.toContain('slow database');
  expect(error.entry.message.endsWith('it refuses')).toBe(true);
  expect(error.entry.next.join('\n')).toContain(KEPT);
});

test('one that fails is run once more, and no more than that', async () => {
  const { error, kept } = await doctor([1, 0], 'it may be done now\n');
  expect(error).toBeUndefined();
  expect(kept).toBe('it may be done now\nexit code 1\nit may be done now\nexit code 0\n');
  expect(isAppError((await doctor([1, 1, 0], 'never\n')).error)).toBe(true);
});

test('what looks like a secret is neither kept nor shown', async () => {
  const { error, kept } = await doctor([1], `the token ${TOKEN} is wrong\n`);
  expect(kept).not.toContain(TOKEN);
  expect(isAppError(error) && error.entry.message).not.toContain(TOKEN);
});
