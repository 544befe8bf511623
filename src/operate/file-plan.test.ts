import { describe, expect, it } from 'vitest';
import { FakeFiles } from '../ports/fake/fake-files.ts';
import type { RenderedFile } from '../render/file-set.ts';
import { diffText, planFiles, writeChanges } from './file-plan.ts';

const FOLDER = '/srv/open claw';
const file = (path: string, text: string, mode = 0o644): RenderedFile => {
  return { path, text, mode, owner: 'user', readBy: ['tool'] };
};
const SET = [
  file('compose.yaml', 'name: openclaw\n'),
  file('.env', 'A=1\n', 0o600),
  file('config/x', 'x\n', 0o444),
];

async function written(): Promise<FakeFiles> {
  const files = new FakeFiles();
  await writeChanges(files, FOLDER, await planFiles(files, FOLDER, SET));
  return files;
}

describe('planFiles and writeChanges', () => {
  it('write all that is missing with its mode, and then nothing', async () => {
    const files = await written();
    expect(files.snapshot()).toEqual({
      [`${FOLDER}/.env`]: 'A=1\n',
      [`${FOLDER}/compose.yaml`]: 'name: openclaw\n',
      [`${FOLDER}/config/x`]: 'x\n',
    });
    expect((await files.stat(`${FOLDER}/.env`))?.mode).toBe(0o600);
    expect((await files.stat(`${FOLDER}/config/x`))?.mode).toBe(0o444);
    expect(await planFiles(files, FOLDER, SET)).toEqual([]);
  });

  it('write only what differs', async () => {
    const files = await written();
    files.put(`${FOLDER}/compose.yaml`, 'name: other\n');
    files.changes.length = 0;
    const changes = await planFiles(files, FOLDER, SET);
    expect(changes).toEqual([{ file: SET[0], before: 'name: other\n' }]);
    await writeChanges(files, FOLDER, changes);
    expect(files.changes).toEqual([`write ${FOLDER}/compose.yaml`]);
    expect(await files.read(`${FOLDER}/compose.yaml`)).toBe('name: openclaw\n');
  });

  it('see and mend permission bits alone', async () => {
    const files = await written();
    await files.setMode(`${FOLDER}/.env`, 0o644);
    const changes = await planFiles(files, FOLDER, SET);
    expect(changes).toEqual([{ file: SET[1], before: 'A=1\n', modeBefore: 0o644 }]);
    expect(diffText(changes)).toBe('mode of .env: 0644 → 0600\n');
    await writeChanges(files, FOLDER, changes);
    expect((await files.stat(`${FOLDER}/.env`))?.mode).toBe(0o600);
  });

  it('compare a file of the gateway with what was read of it, and do not look at the disk', async () => {
    const files = new FakeFiles();
    const set = [file('config/openclaw/openclaw.json', '{}\n', 0o600)];
    const path = 'config/openclaw/openclaw.json';
    expect(await planFiles(files, FOLDER, set, { [path]: '{}\n' })).toEqual([]);
    expect(await planFiles(files, FOLDER, set, { [path]: null })).toEqual([{ file: set[0], before: null }]);
    expect(await planFiles(files, FOLDER, set, { [path]: '[]' })).toEqual([{ file: set[0], before: '[]' }]);
  });

  it('a write that fails leaves the files before it written and the ones after it as they were', async () => {
    const files = new FakeFiles().failWith(`${FOLDER}/.env`, 'ENOSPC');
    const work = writeChanges(files, FOLDER, await planFiles(files, FOLDER, SET));
    await expect(work).rejects.toMatchObject({ id: 'disk-full' });
    expect(Object.keys(files.snapshot())).toEqual([`${FOLDER}/compose.yaml`]);
    files.failWith(`${FOLDER}/.env`, undefined);
    expect((await planFiles(files, FOLDER, SET)).map((change) => change.file.path)).toEqual([
      '.env',
      'config/x',
    ]);
  });
});

describe('diffText', () => {
  it('shows a new file, a changed one and a changed mode', () => {
    const lines = Array.from({ length: 9 }, (_, index) => `line ${index}\n`);
    const before = lines.join('');
    const after = before.replace('line 4', 'line four\t');
    const changes = [
      { file: file('new.txt', 'one\ntwo\n'), before: null },
      { file: file('changed.txt', after, 0o444), before, modeBefore: 0o644 },
      { file: file('no-end.txt', 'x'), before: 'y' },
    ];
    expect(diffText(changes)).toMatchInlineSnapshot(`
      "--- /dev/null
      +++ b/new.txt
      @@ -0,0 +1,2 @@
      +one
      +two
      mode of changed.txt: 0644 → 0444
      --- a/changed.txt
      +++ b/changed.txt
      @@ -2,7 +2,7 @@
       line 1
       line 2
       line 3
      -line 4
      +line four	
       line 5
       line 6
       line 7
      --- a/no-end.txt
      +++ b/no-end.txt
      @@ -1,1 +1,1 @@
      -y
      \\ No newline at end of file
      +x
      \\ No newline at end of file
      "
    `);
  });

  it('is empty when nothing changes', () => {
    expect(diffText([])).toBe('');
  });

  it('hides what may be a secret in the files that are there', () => {
    const before =
      '{\n  "channels": {\n    "telegram": {\n      "botToken": "hunter2",\n      "enabled": true\n    }\n  },\n  "token": "plain"\n}\n';
    const after = before.replace('"plain"', '{\n    "source": "file"\n  }').replace('true', 'false');
    const diff = diffText([{ file: file('openclaw.json', after), before }]);
    expect(diff).not.toMatch(/hunter2|plain/);
    expect(diff).toContain('-      "enabled": true\n+      "enabled": false\n');
    expect(diff).toContain('+  "token": {\n+    "source": "file"\n');
    expect(diff).toMatch(/^-  "token": •+$/m);
  });
});
