import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeUpContext } from '../testing/fake-up-context.ts';
import { PREPARE_SCRIPT } from './prepare-script.ts';
import { prepareState } from './prepare-state.ts';

const HEAD = 'SQLite format 3\0\x10\0';
const WAL = `${HEAD}\x02\x02`;
const ROLLBACK = `${HEAD}\x01\x01`;

describe('the program that prepares a state', () => {
  let folder: string;
  let opened: string[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'clawproof-prepare-'));
    mkdirSync(join(folder, 'agents/main'), { recursive: true });
    opened = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** With a stand-in for SQLite, which Node 20 does not have; the live test runs it with the real one. */
  const run = (mode: (path: string) => string): unknown => {
    class DatabaseSync {
      readonly path: string;
      constructor(path: string) {
        opened.push(path.slice(folder.length + 1));
        this.path = path;
      }
      prepare(): { get: () => { journal_mode: string } } {
        return { get: () => ({ journal_mode: mode(this.path) }) };
      }
      close(): void {
        return undefined;
      }
    }
    const load = createRequire(import.meta.url);
    const lines: string[] = [];
    const program = compileFunction(PREPARE_SCRIPT, ['require', 'process']) as (...args: unknown[]) => void;
    program((name: string) => (name === 'node:sqlite' ? { DatabaseSync } : load(name)), {
      argv: ['node', folder],
      stdout: { write: (text: string) => lines.push(text) },
    });
    return JSON.parse(lines.join('')) as unknown;
  };
  const put = (path: string, text: string): void =>
    writeFileSync(join(folder, path), Buffer.from(text, 'latin1'));

  it('takes databases out of their write-ahead log, and opens nothing else', () => {
    put('one.sqlite', WAL);
    put('agents/main/two.sqlite', WAL);
    put('rollback.sqlite', ROLLBACK);
    put('empty.sqlite', '');
    put('other.db', WAL);
    expect(run(() => 'delete')).toEqual({ converted: 2, left: [], leftCount: 0 });
    expect(opened.toSorted()).toEqual(['agents/main/two.sqlite', 'one.sqlite']);
  });

  it('leaves what is no database, cannot be read or cannot be changed, and goes on', () => {
    put('aa.sqlite', 'this is no database');
    put('bb.sqlite', 'short');
    put('damaged.sqlite', WAL);
    put('held.sqlite', WAL);
    put('whole.sqlite', WAL);
    symlinkSync('/etc/passwd', join(folder, 'link\u001b[31m.sqlite'));
    mkdirSync(join(folder, 'folder.sqlite'));
    const found = run((path) => {
      if (path.endsWith('damaged.sqlite')) throw new Error('database disk image is malformed');
      return path.endsWith('held.sqlite') ? 'wal' : 'delete';
    }) as { left: { name: string; why: string }[] };
    expect(found).toMatchObject({ converted: 1, leftCount: 5 });
    expect(Object.fromEntries(found.left.map(({ name, why }) => [name, why]))).toEqual({
      'aa.sqlite': 'it is no database',
      'bb.sqlite': 'it is no database',
      'damaged.sqlite': 'database disk image is malformed',
      'held.sqlite': 'it keeps its write-ahead log',
      'link\u001b[31m.sqlite': 'ELOOP',
    });
    expect(opened).not.toContain('aa.sqlite');
  });

  it('names twenty of many', () => {
    for (let count = 0; count < 50; count += 1) put(`${count}.sqlite`, 'no');
    expect(run(() => 'delete')).toMatchObject({ leftCount: 50, left: { length: 20 } });
  });
});

describe('prepareState', () => {
  const prepare = (stdout: string, code = 0): Promise<string[]> => {
    const { docker, policy } = fakeUpContext({ preset: 'sandboxed' });
    docker.containers.clear();
    docker.inspectVolume = async () => ({ Name: 'state' }) as never;
    docker.oneOffReply = () => ({ code, stdout, stderr: 'a trace\nError: no room' });
    return prepareState(docker, { policy, image: 'gateway', stop: async () => undefined });
  };

  it('warns of what was left, by names that say nothing to a terminal, and starts', async () => {
    const left = [{ name: 'a\u001b[2J.sqlite', why: 'it is no database' }];
    const notes = await prepare(`${JSON.stringify({ converted: 3, left, leftCount: 9 })}\n`);
    expect(notes).toEqual([
      expect.stringMatching(/^"a\\u001b\[2J\.sqlite" .*\(it is no database\); it was left as it is\.$/),
      '8 more files of that kind were left as they are.',
    ]);
  });

  it.each([
    ['a program that fails', '', 1],
    ['an answer that is none', 'nothing', 0],
  ])('is no start after %s', async (_name, stdout, code) => {
    await expect(prepare(stdout, code)).rejects.toMatchObject({
      id: 'sandbox-not-ready',
      message: expect.stringContaining('Error: no room'),
    });
  });

  it('does nothing for other presets', async () => {
    const { docker, policy } = fakeUpContext({ preset: 'caged' });
    expect(await prepareState(docker, { policy, image: 'gateway', stop: async () => undefined })).toEqual([]);
    expect(docker.oneOffs).toEqual([]);
  });
});
