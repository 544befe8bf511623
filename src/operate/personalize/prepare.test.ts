import { expect, test } from 'vitest';
import type { Docker } from '../../engine/docker.ts';
import { defaultPolicy } from '../../policy/defaults.ts';
import type { WorkspaceFile } from '../../policy/workspace-file.ts';
import { FakeFiles } from '../../ports/fake/fake-files.ts';
import { filesThere, prepareWorkspace, protectedPath } from './prepare.ts';
import type { VolumeAnswer, VolumeOrder } from './volume-script.ts';

const soul: WorkspaceFile = { folder: 'workspace', name: 'SOUL.md' };
const FOLDER = '/d';

/** An engine whose state volume holds these texts, by path. */
function engineWith(state: Map<string, string>) {
  const orders: VolumeOrder[] = [];
  const answer = (order: VolumeOrder): VolumeAnswer => {
    orders.push(order);
    const path = `${order.folder}/${order.name}`;
    const text = state.get(path);
    if (order.do === 'write') state.set(path, order.text);
    if (order.do === 'create' && text === undefined) state.set(path, '');
    if (order.do !== 'read') return { state: 'done' };
    return text === undefined
      ? { state: 'absent', template: null }
      : { state: 'file', text, hash: '', changed: '' };
  };
  const docker: Partial<Docker> = {
    inspectVolume: async () => ({}) as never,
    runOneOff: async ({ input }) => {
      const stdout = JSON.stringify((JSON.parse(String(input)) as VolumeOrder[]).map(answer));
      return { code: 0, stdout, stderr: '', durationMs: 0 };
    },
  };
  return { docker: docker as Docker, orders };
}

function prepare(files: FakeFiles, state: Map<string, string>, readOnly: WorkspaceFile[]) {
  const { docker, orders } = engineWith(state);
  const policy = defaultPolicy({ workspace: { readOnly } });
  return { orders, done: prepareWorkspace({ docker, policy, image: 'i', files, folder: FOLDER }) };
}

test('nothing protected, nothing there: no container is started', async () => {
  const { orders, done } = prepare(new FakeFiles(), new Map(), []);
  await done;
  expect(orders).toEqual([]);
});

test('the text comes from the state, then goes back, and twice is once', async () => {
  const files = new FakeFiles();
  const state = new Map([['workspace/SOUL.md', 'mine']]);
  await prepare(files, state, [soul]).done;
  expect(await files.read(protectedPath(FOLDER, soul))).toBe('mine');
  expect((await files.stat(protectedPath(FOLDER, soul)))?.mode).toBe(0o444);
  await files.writeAtomic(protectedPath(FOLDER, soul), 'edited', { mode: 0o444 });
  await prepare(files, state, [soul]).done;
  expect(await files.read(protectedPath(FOLDER, soul))).toBe('edited');
  await prepare(files, state, []).done;
  expect(state.get('workspace/SOUL.md')).toBe('edited');
  expect(await filesThere(files, FOLDER)).toEqual([]);
});

test('a file that is nowhere gets a text and a target of the agent’s own', async () => {
  const files = new FakeFiles();
  const state = new Map<string, string>();
  await prepare(files, state, [soul]).done;
  expect(await files.read(protectedPath(FOLDER, soul))).toMatch(/# Soul/);
  expect(state.has('workspace/SOUL.md')).toBe(true);
});
