import { PassThrough } from 'node:stream';
import { describe, expect, test, vi } from 'vitest';
import { createNodeTerminal, type NodeTerminal, type TerminalStreams } from './terminal.ts';
import { VirtualScreen } from './testing/virtual-screen.ts';

interface Ends {
  stdin?: boolean;
  stdout?: boolean;
  stderr?: boolean;
}

function terminalWith(
  env: Record<string, string>,
  ends: Ends = { stdin: true, stdout: true, stderr: true },
): NodeTerminal {
  const end = (isTTY: boolean | undefined): unknown =>
    Object.assign(new PassThrough(), { isTTY: isTTY === true, columns: 100 });
  return createNodeTerminal(
    { stdin: end(ends.stdin), stdout: end(ends.stdout), stderr: end(ends.stderr) } as TerminalStreams,
    env,
  );
}

describe('what the terminal can do', () => {
  test.each<[string, Record<string, string>, Ends, Partial<NodeTerminal>]>([
    [
      'a terminal',
      {},
      { stdin: true, stdout: true, stderr: true },
      { isInteractive: true, showsOutput: true, canAsk: true, colour: true, errorColour: true },
    ],
    [
      'piped results',
      {},
      { stdin: true, stderr: true },
      { isInteractive: true, canAsk: true, colour: false, errorColour: true },
    ],
    [
      'piped messages',
      {},
      { stdin: true, stdout: true },
      { isInteractive: false, canAsk: false, colour: true, errorColour: false },
    ],
    ['piped input', {}, { stdout: true, stderr: true }, { isInteractive: true, canAsk: false }],
    [
      'nothing',
      {},
      {},
      { isInteractive: false, showsOutput: false, canAsk: false, colour: false, errorColour: false },
    ],
  ])('%s', (_name, env, ends, expected) => {
    expect(terminalWith(env, ends)).toMatchObject(expected);
  });

  test.each<[string, Record<string, string>, Partial<NodeTerminal>]>([
    ['NO_COLOR', { NO_COLOR: '1' }, { colour: false, errorColour: false, isInteractive: true }],
    ['an empty NO_COLOR', { NO_COLOR: '' }, { colour: true }],
    ['FORCE_COLOR over NO_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, { colour: true }],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, { colour: false }],
    ['TERM=dumb', { TERM: 'dumb' }, { colour: false, isInteractive: false, canAsk: false }],
    ['CI', { CI: 'true' }, { isInteractive: false, canAsk: false }],
    ['CI=false', { CI: 'false' }, { isInteractive: true }],
    ['the Linux console', { TERM: 'linux', LANG: 'C.UTF-8' }, { unicode: false }],
    ['a locale without Unicode', { LC_ALL: 'POSIX', LANG: 'C.UTF-8' }, { unicode: false }],
    ['no locale', {}, { unicode: true }],
  ])('%s', (_name, env, expected) => {
    expect(terminalWith(env)).toMatchObject(expected);
  });

  test('colours a pipe when FORCE_COLOR asks for it', () => {
    expect(terminalWith({ FORCE_COLOR: '1' }, {}).colour).toBe(true);
  });

  test('knows the width after a resize', () => {
    const screen = new VirtualScreen(100);
    const terminal = createNodeTerminal(
      { stdin: new PassThrough(), stdout: screen, stderr: screen } as unknown as TerminalStreams,
      {},
    );
    screen.columns = 60;
    expect(terminal.columns).toBe(60);
  });
});

describe('confirm', () => {
  test('is no where nobody can answer', async () => {
    await expect(terminalWith({}, {}).confirm('Delete all?')).resolves.toBe(false);
  });

  test.each([
    ['y', true],
    ['n', false],
    ['\r', false],
    ['\u0003', false],
  ])('the key %j gives %s', async (key, expected) => {
    const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
    const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
    const streams = { stdin, stdout: new VirtualScreen(), stderr } as unknown as TerminalStreams;
    const answer = createNodeTerminal(streams, {}).confirm('Delete all?');
    await vi.waitFor(() => expect(stdin.listenerCount('keypress')).toBeGreaterThan(0), { timeout: 10_000 });
    stdin.write(key);
    await expect(answer).resolves.toBe(expected);
  });
});

describe('askSecret', () => {
  test('gives none where nobody can answer', async () => {
    await expect(terminalWith({}, {}).askSecret('Key?')).resolves.toBeNull();
  });

  test.each([
    ['s3cret-key\r', 's3cret-key'],
    ['\u0003', null],
  ])('the keys %j give %s, and nothing that was typed is shown', async (keys, expected) => {
    const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
    const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
    let shown = '';
    stderr.on('data', (text: Buffer) => (shown += text.toString()));
    const streams = { stdin, stdout: new VirtualScreen(), stderr } as unknown as TerminalStreams;
    const answer = createNodeTerminal(streams, {}).askSecret('Key?');
    await vi.waitFor(() => expect(stdin.listenerCount('keypress')).toBeGreaterThan(0), { timeout: 10_000 });
    stdin.write(keys);
    await expect(answer).resolves.toBe(expected);
    expect(shown).toContain('Key?');
    expect(shown).not.toContain('s3cret');
  });
});

describe('readInput', () => {
  const reading = (text: string, maxBytes: number): Promise<string | null> => {
    const stdin = new PassThrough();
    stdin.end(text);
    const streams = { stdin, stdout: new VirtualScreen(), stderr: new PassThrough() };
    return createNodeTerminal(streams, {}).readInput(maxBytes);
  };

  test('gives all of stdin, and none of one that is too long', async () => {
    await expect(reading('a key ü\n', 100)).resolves.toBe('a key ü\n');
    await expect(reading('a key', 4)).resolves.toBeNull();
  });

  test('does not wait for a terminal', async () => {
    await expect(
      terminalWith({}, { stdin: true, stdout: true, stderr: true }).readInput(10),
    ).resolves.toBeNull();
  });
});
