import { expect, test } from 'vitest';
import { loadPolicy } from '../../policy/load.ts';
import type { WorkspaceFile } from '../../policy/workspace-file.ts';
import { editReadOnly } from './protect.ts';

const soul: WorkspaceFile = { folder: 'workspace', name: 'SOUL.md' };
const user: WorkspaceFile = { folder: 'workspace-work', name: 'USER.md' };

function edit(text: string, files: WorkspaceFile[], isOn: boolean): string {
  return editReadOnly(text, loadPolicy(text, 'clawproof.yaml'), files, isOn, 'clawproof.yaml');
}

test('protect adds, unprotect takes away, comments stay', () => {
  const text = '# mine\nversion: 1 # one\n';
  const on = edit(text, [soul, user], true);
  expect(on).toContain('# mine\nversion: 1 # one\n');
  expect(loadPolicy(on, 'f').workspace.readOnly).toEqual([soul, user]);
  expect(edit(on, [soul], true)).toBe(on);
  expect(loadPolicy(edit(on, [soul], false), 'f').workspace.readOnly).toEqual([user]);
  expect(edit(on, [soul, user], false)).toBe(text);
});

test('a policy that is written as JSON stays JSON', () => {
  const text = `${JSON.stringify({ version: 1, name: 'a', access: { port: 28_810 } }, null, 2)}\n`;
  const on = edit(text, [soul], true);
  expect(JSON.parse(on)).toMatchObject({ name: 'a', workspace: { readOnly: ['SOUL.md'] } });
  expect(JSON.parse(edit(on, [soul], false))).toEqual(JSON.parse(text));
});

test('what is not protected needs no change', () => {
  expect(edit('version: 1\n', [soul], false)).toBe('version: 1\n');
});

test('the long form of a name counts as the short one', () => {
  const text = 'version: 1\nworkspace: { readOnly: [workspace/SOUL.md, SOUL.md] }\n';
  expect(loadPolicy(text, 'f').workspace.readOnly).toEqual([soul]);
  expect(edit(text, [soul], true)).toBe(text);
});

test.each(['TOOLS.md', '../SOUL.md', 'memory/SOUL.md', 'soul.md', 'workspace-/SOUL.md'])(
  '%s cannot be protected',
  (name) => {
    expect(() => loadPolicy(JSON.stringify({ version: 1, workspace: { readOnly: [name] } }), 'f')).toThrow(
      /readOnly|problem|wrong/,
    );
  },
);
