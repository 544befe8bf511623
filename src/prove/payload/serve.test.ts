import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AttemptLine } from './protocol.ts';

const FUNCTIONS = `
export const functions = {
  echo: async (params) => params,
  nothing: async () => undefined,
  refused: async () => { throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' }); },
  never: () => new Promise(() => undefined),
  later: async () => { setTimeout(() => { throw new Error('from a timer'); }, 5); await new Promise(() => undefined); },
  forgotten: async () => { void Promise.reject(new Error('nobody waits')); await new Promise(() => undefined); },
  circular: async () => { const a = {}; a.a = a; return a; },
  exit: async () => process.exit(3),
};`;

let folder = '';
let program = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'clawproof-payload-'));
  const entry = join(folder, 'entry.mjs');
  writeFileSync(join(folder, 'functions.mjs'), FUNCTIONS);
  writeFileSync(
    entry,
    `import { serve } from ${JSON.stringify(join(import.meta.dirname, 'serve.ts'))};\nimport { functions } from './functions.mjs';\nvoid serve(functions);`,
  );
  const build = await rolldown({ input: entry, platform: 'node' });
  program = join(folder, 'payload.cjs');
  await build.write({ file: program, format: 'cjs' });
  await build.close();
});

afterAll(() => rmSync(folder, { recursive: true }));

async function served(lines: readonly string[]): Promise<{ code: number | null; out: unknown[] }> {
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stdin.end(lines.map((line) => `${line}\n`).join(''));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    code,
    out: text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  };
}

function attempt(run: string, params: AttemptLine['params'] = {}, timeoutMs = 2000): string {
  return JSON.stringify({ id: run, run, params, timeoutMs } satisfies AttemptLine);
}

it('gives one line for each attempt, in turn, whatever happens, and ends with its input', async () => {
  const { code, out } = await served([
    attempt('echo', { a: 1 }),
    attempt('nothing'),
    'no JSON',
    '',
    attempt('refused'),
    attempt('never', {}, 30),
    attempt('later'),
    attempt('forgotten'),
    attempt('circular'),
    attempt('toString'),
    attempt('echo', { b: 'ü'.repeat(100_000) }),
  ]);
  expect(code).toBe(0);
  expect(out).toEqual([
    { id: '', result: { pid: expect.any(Number) as number } },
    { id: 'echo', result: { a: 1 } },
    { id: 'nothing', result: null },
    { id: 'refused', error: 'Error: EACCES: permission denied' },
    { id: 'never', error: 'no end within 30 ms' },
    { id: 'later', error: 'Error: from a timer' },
    { id: 'forgotten', error: 'Error: nobody waits' },
    { id: 'circular', error: expect.stringContaining('no JSON') as string },
    { id: 'toString', error: 'the payload knows no function toString' },
    { id: 'echo', result: { b: 'ü'.repeat(100_000) } },
  ]);
});

it('has told of what was before when an attempt ends it', async () => {
  const { code, out } = await served([attempt('echo'), attempt('exit'), attempt('echo')]);
  expect(code).toBe(3);
  expect(out).toHaveLength(2);
});
