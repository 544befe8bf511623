import { describe, expect, test } from 'vitest';
import { fakePorts } from '../../ports/fake/fake-ports.ts';
import type { ChangeContext } from '../change/change.ts';
import { inspectScript } from './begin-change.ts';
import { type ExecMemo, execChange } from './exec-change.ts';
import { sha256Of } from '../content-hash.ts';

const FOLDER = '/srv/claw';
const SOURCE = '/home/ann/report.sh';
const COPY = `${FOLDER}/scripts/report.sh`;
const TEXT = '#!/bin/sh\necho a\n';

const change = execChange(() => Promise.resolve({ pass: 1, skipped: 0, seconds: 1 }));
const step = (id: string) => change.steps.find((each) => each.id === id);
const memo = (changes: Partial<ExecMemo>): ExecMemo => ({
  before: 'version: 1\n',
  after: 'version: 1\nexec: { mode: allowlist }\n',
  isApplied: true,
  isProved: false,
  ...changes,
});

async function context(): Promise<ChangeContext> {
  const ports = fakePorts();
  await ports.files.writeAtomic(SOURCE, TEXT, { mode: 0o644 });
  return { ports, path: FOLDER } as unknown as ChangeContext;
}

describe('a script that is added', () => {
  const added = { name: 'report.sh', source: SOURCE, hash: sha256Of(new TextEncoder().encode(TEXT)) };

  test('is copied once and again, and taken away when the change is taken back', async () => {
    const on = await context();
    const { files } = on.ports;
    for (let times = 0; times < 2; times += 1)
      await step('script')?.run(on, memo({ added }), () => undefined);
    expect(await files.stat(COPY)).toMatchObject({ kind: 'file', mode: 0o555 });
    for (let times = 0; times < 2; times += 1) await step('script')?.undo?.(on, memo({ added }));
    expect(await files.stat(COPY)).toBeNull();
    expect(await files.read(SOURCE)).toBe(TEXT);
  });

  test('is not copied when it is no longer what was shown', async () => {
    const on = await context();
    await on.ports.files.writeAtomic(SOURCE, `${TEXT}rm -rf /\n`, { mode: 0o644 });
    await expect(step('script')?.run(on, memo({ added }), () => undefined)).rejects.toMatchObject({
      id: 'not-a-script',
    });
    expect(await on.ports.files.stat(COPY)).toBeNull();
  });

  test('is a file of its own', async () => {
    const on = await context();
    expect(await inspectScript(on, SOURCE)).toMatchObject({ name: 'report.sh', interpreter: '/bin/sh' });
    (on.ports.files as unknown as { putLink(path: string, to: string): void }).putLink(
      '/home/ann/l.sh',
      SOURCE,
    );
    await expect(inspectScript(on, '/home/ann/l.sh')).rejects.toMatchObject({ id: 'not-a-script' });
    await expect(inspectScript(on, '/home/ann/none.sh')).rejects.toMatchObject({ id: 'not-a-script' });
    await expect(inspectScript(on, '/home/ann')).rejects.toMatchObject({ id: 'not-a-script' });
  });
});

test('a script that is removed goes last, and is kept', async () => {
  const on = await context();
  const { files } = on.ports;
  await files.writeAtomic(COPY, TEXT, { mode: 0o555 });
  expect(change.steps.at(-1)?.id).toBe(change.commitAt);
  for (let times = 0; times < 2; times += 1)
    await step('done')?.run(on, memo({ removed: 'report.sh' }), () => undefined);
  expect(await files.stat(COPY)).toBeNull();
  expect(await files.read(`${FOLDER}/.clawproof/removed-scripts/report.sh`)).toBe(TEXT);
});

test('what need not be proved is not', async () => {
  const on = await context();
  expect(await step('proof')?.run(on, memo({}), () => undefined)).toBeUndefined();
  expect(await step('proof')?.run(on, memo({ isProved: true }), () => undefined)).toMatchObject({
    proof: { pass: 1 },
  });
});
