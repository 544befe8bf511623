import { describe, expect, test } from 'vitest';
import { isAppError } from '../errors/app-error.ts';
import { measures } from '../measures/registry.generated.ts';
import { FakeTerminal } from '../ports/fake/fake-terminal.ts';
import type { Ports } from '../ports/ports.ts';
import { textWidth } from '../report/width.ts';
import type { CommandContext } from './context.ts';
import { run } from './explain.ts';

async function explain(
  measure?: string,
  changes: { json?: boolean; columns?: number; colour?: boolean } = {},
) {
  const terminal = new FakeTerminal();
  terminal.columns = changes.columns ?? 80;
  terminal.colour = changes.colour ?? false;
  const context: CommandContext = {
    ports: { terminal } as unknown as Ports,
    output: { json: changes.json ?? false, quiet: false },
    version: '0.0.0',
  };
  const code = await run(context, measure === undefined ? {} : { measure });
  return { code, stdout: terminal.stdout, stderr: terminal.stderr };
}

async function idAndMessage(measure: string): Promise<string[]> {
  try {
    await explain(measure);
  } catch (error) {
    if (isAppError(error)) return [error.id, String(error.entry.exitCode), error.message];
  }
  return [];
}

test('without an argument it lists all measures, worst first', async () => {
  const { code, stdout } = await explain();
  expect(code).toBe(0);
  const lines = stdout.split('\n').slice(1, measures.length + 1);
  const severities = lines.map((line) => line.split(' ')[0] ?? '');
  expect(severities).toEqual(
    ['critical', 'high', 'medium', 'low'].flatMap((severity) =>
      severities.filter((each) => each === severity),
    ),
  );
  for (const { id } of measures) expect(stdout).toContain(` ${id} `);
  for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(80);
});

describe.each(measures.map(({ id }) => id))('%s', (id) => {
  test.each([40, 80, 200])('its page fits %i columns', async (columns) => {
    const { code, stdout } = await explain(id, { columns });
    expect(code).toBe(0);
    for (const heading of ['Why', 'Bad', 'Good', 'How it is fixed', 'How it is proved'])
      expect(stdout).toContain(`\n\n${heading}\n\n`);
    const limit = Math.min(columns, 100);
    // Code stays whole, and so does a word that is longer than the line.
    const prose = stdout.split('\n').filter((line) => !line.startsWith('    ') || /^ {14}\S/.test(line));
    const tooLong = prose.filter((line) => textWidth(line) > limit && /\S \S/.test(line));
    expect(tooLong).toEqual([]);
    expect(stdout).not.toMatch(/```|\*\*/);
  });
});

test('it says how the severity comes about, who asks for it, and whether it can be fixed', async () => {
  const { stdout } = await explain('read-only-root', { columns: 100 });
  expect(stdout).toContain('severity      medium: whoever makes use of it needs another flaw or fault first');
  expect(stdout).toContain('rows G7, H1');
  expect(stdout).toContain('CIS Docker Benchmark: 5.13');
  expect(stdout).toMatch(/\nfix {11}\S/);
});

test('colours change nothing but the colour', async () => {
  const plain = await explain('read-only-root');
  const coloured = await explain('read-only-root', { colour: true });
  expect(coloured.stdout).toContain('\u001B[1m');
  // oxlint-disable-next-line no-control-regex -- the escape character is what it looks for
  expect(coloured.stdout.replaceAll(/\u001B\[\d+m/g, '')).toBe(plain.stdout);
});

test('--json', async () => {
  const one = JSON.parse((await explain('no-engine-socket', { json: true })).stdout) as Record<
    string,
    unknown
  >;
  expect(one).toMatchObject({ id: 'no-engine-socket', severity: 'critical', rows: ['G2'] });
  expect(one['readme']).toContain('## Why');
  const all = JSON.parse((await explain(undefined, { json: true })).stdout) as { measures: { id: string }[] };
  expect(all.measures.map(({ id }) => id)).toEqual(measures.map(({ id }) => id));
});

test('an unknown measure is an error with the nearest names', async () => {
  expect(await idAndMessage('read-only-rot')).toEqual([
    'unknown-measure',
    '2',
    'There is no measure "read-only-rot". Did you mean read-only-root?',
  ]);
  expect((await idAndMessage('socket'))[2]).toContain('no-engine-socket');
  expect((await idAndMessage('readonly'))[2]).toContain('read-only-root');
  expect((await idAndMessage('xyzzy'))[2]).toBe('There is no measure "xyzzy".');
  expect((await idAndMessage('__proto__'))[0]).toBe('unknown-measure');
  expect((await idAndMessage('a\u001B[2J'))[2]).not.toContain('\u001B');
  expect((await explain('Read-Only-Root')).code).toBe(0);
});
