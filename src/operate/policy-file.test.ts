import { expect, test } from 'vitest';
import { fakePorts, type FakePorts } from '../ports/fake/fake-ports.ts';
import { writePolicyText } from './policy-file.ts';

const FILE = '/srv/bot/clawproof.yaml';

function host(uid: number, file?: { mode: number; uid: number; gid: number }): FakePorts {
  const ports = fakePorts();
  if (file !== undefined) ports.files.put(FILE, 'version: 1\n', file);
  Object.assign(ports.system, { uid, gid: uid });
  Object.assign(ports.files, { uid, gid: uid });
  return ports;
}

const write = async (ports: FakePorts): Promise<unknown> => {
  await writePolicyText({ ports, path: '/srv/bot' }, 'version: 1\nname: other\n');
  expect(await ports.files.read(FILE)).toBe('version: 1\nname: other\n');
  return ports.files.stat(FILE);
};

test('it stays its owner’s with its mode when root writes it', async () => {
  expect(await write(host(0, { mode: 0o640, uid: 1001, gid: 100 }))).toMatchObject({
    mode: 0o640,
    uid: 1001,
    gid: 100,
  });
});

test('its owner keeps its mode; a new one has 0644', async () => {
  expect(await write(host(1001, { mode: 0o600, uid: 1001, gid: 1001 }))).toMatchObject({ mode: 0o600 });
  expect(await write(host(1001))).toMatchObject({ mode: 0o644, uid: 1001 });
});

test('who may not give it away owns it then, and opens it to nobody else', async () => {
  const ports = host(1002, { mode: 0o664, uid: 1001, gid: 100 });
  const { files } = ports;
  const writeAtomic = files.writeAtomic.bind(files);
  files.writeAtomic = async (path, text, options) => {
    if (options.uid !== undefined) throw new Error('EPERM');
    return writeAtomic(path, text, options);
  };
  expect(await write(ports)).toMatchObject({ mode: 0o644, uid: 1002, gid: 1002 });
});

test('on a full disk it is as it was, with the error of the disk', async () => {
  const ports = host(0, { mode: 0o640, uid: 1001, gid: 100 });
  ports.files.failWith(FILE, 'ENOSPC');
  const place = { ports, path: '/srv/bot' };
  await expect(writePolicyText(place, 'x')).rejects.toMatchObject({ id: 'disk-full' });
  await writePolicyText(place, 'version: 1\n');
  ports.files.failWith(FILE, undefined);
  expect(await ports.files.read(FILE)).toBe('version: 1\n');
});
