import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { AppError } from '../errors/app-error.ts';
import { createNodeTerminal } from '../ports/node/terminal.ts';
import { createCommandLine } from './command-line.ts';
import type { CommandLoaders } from './command-table.ts';
import type { CommandContext } from './context.ts';

const host = {
  platform: 'linux',
  arch: 'x64',
  pid: 1,
  version: 'v20.0.0',
  env: {},
  cwd: () => '/nowhere',
  kill: () => true,
};

/** Runs a command line whose commands all do `body`. */
async function runLine(
  args: string[],
  body: (context: CommandContext, options: unknown) => Promise<number>,
  signal?: AbortSignal,
) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const terminal = createNodeTerminal({ stdin: new PassThrough(), stdout, stderr }, {});
  const module = () => Promise.resolve({ run: body });
  const names = ['up', 'down', 'status', 'logs', 'dashboard', 'openclaw', 'engine', 'config'];
  const loaders = Object.fromEntries(names.map((name) => [name, module])) as unknown as CommandLoaders;
  const input = {
    args,
    version: '1.2.3',
    terminal,
    signal: signal ?? new AbortController().signal,
    host,
    loaders,
  };
  const code = await createCommandLine(input).run();
  const text = (stream: PassThrough): string => (stream.read() as Buffer | null)?.toString() ?? '';
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** The options that a command gets for these arguments. */
async function options(args: string[]): Promise<unknown> {
  let given: unknown;
  const { stderr } = await runLine(args, (_context, parsed) => {
    given = parsed;
    return Promise.resolve(0);
  });
  return given ?? stderr;
}

const failure = new AppError('port-taken', {
  exitCode: 4,
  message: 'Port 18789 is taken.',
  state: 'Nothing was started.',
  next: ['Choose another port.'],
  position: { file: 'clawproof.yaml', line: 3, column: 9, excerpt: '  port: 18789', length: 5 },
});

describe('options', () => {
  test.each<[string[], unknown]>([
    [['up'], { folder: '/nowhere/openclaw', dryRun: false, yes: false, prove: true }],
    [['up', 'a b', '--dry-run', '-y'], { folder: '/nowhere/a b', dryRun: true, yes: true, prove: true }],
    [['-C', '/x', 'up'], { folder: '/x', dryRun: false, yes: false, prove: true }],
    [['engine', 'install', '--yes'], { action: 'install', dryRun: false, yes: true }],
    [['engine', 'status'], { action: 'status' }],
    [['config', 'schema'], { action: 'schema' }],
  ])('%j', async (args, expected) => {
    expect(await options(args)).toEqual(expected);
  });

  test.each<[string[], { json: boolean; quiet: boolean }]>([
    [['engine', 'status'], { json: false, quiet: false }],
    [['--json', 'engine', 'status'], { json: true, quiet: false }],
    [['engine', '-q', 'status'], { json: false, quiet: true }],
    [['engine', 'status', '--json', '--quiet'], { json: true, quiet: true }],
  ])('the output mode of %j', async (args, expected) => {
    let mode: unknown;
    await runLine(args, (context) => {
      mode = context.output;
      return Promise.resolve(0);
    });
    expect(mode).toEqual(expected);
  });
});

describe('what a command does', () => {
  test('its number is the exit code', async () => {
    expect(await runLine(['up'], () => Promise.resolve(1))).toEqual({ code: 1, stdout: '', stderr: '' });
  });

  test('its error is shown with the place, the state and what to do', async () => {
    expect(await runLine(['up'], () => Promise.reject(failure))).toMatchInlineSnapshot(`
      {
        "code": 4,
        "stderr": "Error: Port 18789 is taken.

        clawproof.yaml:3:9
        3 |   port: 18789
          |         ^^^^^

      Nothing was started.

      What to do
        Choose another port.

      [port-taken]
      ",
        "stdout": "",
      }
    `);
  });

  test('its error is a JSON document with --json', async () => {
    const { code, stdout, stderr } = await runLine(['up', '--json'], () => Promise.reject(failure));
    expect({ code, stderr }).toEqual({ code: 4, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({ ok: false, error: { id: 'port-taken', ...failure.entry } });
  });

  test('an error that nobody expected is a bug', async () => {
    const { code, stderr } = await runLine(['up'], () => Promise.reject(new TypeError('a is undefined')));
    expect(code).toBe(70);
    expect(stderr).toContain('TypeError: a is undefined\n    at ');
    expect(stderr).toContain('This is a bug');
    expect(stderr).toContain('clawproof 1.2.3, Node v20.0.0, linux x64');
  });

  test('an interruption is no error', async () => {
    const controller = new AbortController();
    const result = await runLine(
      ['up'],
      () => Promise.reject((controller.abort(), new Error('killed'))),
      controller.signal,
    );
    expect(result).toEqual({
      code: 130,
      stdout: '',
      stderr: 'Stopped. Nothing is half-written: run the same command again to go on.\n',
    });
  });
});
