import { expect, test } from 'vitest';
import { fakePorts } from './fake/fake-ports.ts';
import { withTempFolder } from './temp-folder.ts';

test('the folder is private, and gone afterwards even when the work fails', async () => {
  const ports = fakePorts();
  let path = '';
  const work = withTempFolder(ports, 'test', async (folder) => {
    path = folder;
    expect((await ports.files.stat(folder))?.mode).toBe(0o700);
    throw new Error('boom');
  });
  await expect(work).rejects.toThrow('boom');
  expect(path).toMatch(/^\/tmp\/clawproof-test-4242-/);
  expect(await ports.files.stat(path)).toBeNull();
});

test('what killed runs left is removed; what lives, is foreign or is a link stays', async () => {
  const ports = fakePorts();
  const folder = (pid: number, tail: string): string => `/tmp/clawproof-test-${pid}-${tail.repeat(16)}`;
  ports.system.processes.set(7, 'boot:2');
  await ports.files.makeDirectory(folder(6, 'a'), 0o700);
  await ports.files.makeDirectory(folder(7, 'b'), 0o700);
  await ports.files.makeDirectory(folder(8, 'c'), 0o700);
  await ports.files.setOwner(folder(8, 'c'), 1234, 1234);
  await ports.files.makeDirectory('/precious', 0o700);
  ports.files.putLink(folder(9, 'd'), '/precious');
  ports.files.put('/tmp/clawproof-notes.txt', 'mine');
  await withTempFolder(ports, 'test', async () => undefined);
  const names = await ports.files.list('/tmp');
  expect(names).toEqual(
    ['/tmp/clawproof-notes.txt', folder(7, 'b'), folder(8, 'c'), folder(9, 'd')].map((path) => path.slice(5)),
  );
});
