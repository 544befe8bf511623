import { execFileSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MAX_FILE_BYTES, VOLUME_SCRIPT, type VolumeAnswer, type VolumeOrder } from './volume-script.ts';

let root: string;
let outside: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'clawproof-volume-'));
  outside = mkdtempSync(join(tmpdir(), 'clawproof-outside-'));
  writeFileSync(join(outside, 'SOUL.md'), 'of somebody else');
});
afterEach(() => {
  for (const folder of [root, outside]) rmSync(folder, { recursive: true, force: true });
});

/** As in the container, with `root` as the state. */
function ask(...orders: VolumeOrder[]): VolumeAnswer[] {
  const text = execFileSync(process.execPath, ['-e', VOLUME_SCRIPT, root], {
    input: JSON.stringify(orders),
    encoding: 'utf8',
  });
  return JSON.parse(text) as VolumeAnswer[];
}

const soul = { folder: 'workspace', name: 'SOUL.md' } as const;

describe('the script in the state volume', () => {
  test('writes, reads and removes, and makes the folder', () => {
    const [written, read] = ask(
      { do: 'write', ...soul, text: 'hé\n', expected: null },
      { do: 'read', ...soul },
    );
    expect(written).toEqual({ state: 'done' });
    expect(read).toMatchObject({ state: 'file', text: 'hé\n' });
    expect(readdirSync(join(root, 'workspace'))).toEqual(['SOUL.md']);
    const hash = read?.state === 'file' ? read.hash : '';
    expect(
      ask({ do: 'remove', ...soul, expected: 'other' }, { do: 'remove', ...soul, expected: hash }),
    ).toEqual([{ state: 'changed' }, { state: 'done' }]);
    expect(ask({ do: 'read', ...soul })).toMatchObject([{ state: 'absent' }]);
  });

  test('what somebody else wrote meanwhile is not written over', () => {
    mkdirSync(join(root, 'workspace'));
    writeFileSync(join(root, 'workspace/SOUL.md'), 'the agent');
    expect(ask({ do: 'write', ...soul, text: 'x', expected: null })).toEqual([{ state: 'changed' }]);
    expect(readFileSync(join(root, 'workspace/SOUL.md'), 'utf8')).toBe('the agent');
  });

  test.each<[string, () => void]>([
    [
      'a link in place of the file',
      () => symlinkSync(join(outside, 'SOUL.md'), join(root, 'workspace/SOUL.md')),
    ],
    ['a second name of a file', () => linkSync(join(outside, 'SOUL.md'), join(root, 'workspace/SOUL.md'))],
    ['a pipe', () => execFileSync('mkfifo', [join(root, 'workspace/SOUL.md')])],
    ['a folder', () => mkdirSync(join(root, 'workspace/SOUL.md'))],
    ['no text', () => writeFileSync(join(root, 'workspace/SOUL.md'), Buffer.from([0xff, 0xfe, 0x00]))],
    ['a huge file', () => writeFileSync(join(root, 'workspace/SOUL.md'), 'x'.repeat(MAX_FILE_BYTES + 1))],
  ])('%s is not read', (_, plant) => {
    mkdirSync(join(root, 'workspace'));
    plant();
    expect(ask({ do: 'read', ...soul })).toMatchObject([{ state: 'refused' }]);
  });

  test('a workspace that is a link is neither read nor written', () => {
    symlinkSync(outside, join(root, 'workspace'));
    const answers = ask(
      { do: 'read', ...soul },
      { do: 'write', ...soul, text: 'x' },
      { do: 'create', ...soul },
      { do: 'remove', ...soul },
    );
    expect(answers.map(({ state }) => state)).toEqual(['refused', 'refused', 'refused', 'refused']);
    expect(readFileSync(join(outside, 'SOUL.md'), 'utf8')).toBe('of somebody else');
  });

  test('a folder that leads out is refused', () => {
    expect(ask({ do: 'write', folder: '../x', name: 'SOUL.md', text: 'x' })).toMatchObject([
      { state: 'refused' },
    ]);
  });

  test('writing over a link writes no other file', () => {
    mkdirSync(join(root, 'workspace'));
    symlinkSync(join(outside, 'SOUL.md'), join(root, 'workspace/SOUL.md'));
    expect(ask({ do: 'write', ...soul, text: 'mine' })).toEqual([{ state: 'done' }]);
    expect(readFileSync(join(outside, 'SOUL.md'), 'utf8')).toBe('of somebody else');
    expect(readFileSync(join(root, 'workspace/SOUL.md'), 'utf8')).toBe('mine');
  });

  test('a target for a mount: made when it is not there, a link makes place, a file stays', () => {
    mkdirSync(join(root, 'workspace'));
    symlinkSync(join(outside, 'SOUL.md'), join(root, 'workspace/SOUL.md'));
    writeFileSync(join(root, 'workspace/USER.md'), 'stays');
    ask(
      { do: 'create', ...soul },
      { do: 'create', folder: 'workspace', name: 'USER.md' },
      { do: 'create', folder: 'workspace-b', name: 'USER.md' },
    );
    expect(statSync(join(root, 'workspace/SOUL.md')).size).toBe(0);
    expect(readFileSync(join(root, 'workspace/USER.md'), 'utf8')).toBe('stays');
    expect(statSync(join(root, 'workspace-b/USER.md')).isFile()).toBe(true);
  });
});
