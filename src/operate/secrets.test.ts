import { expect, test } from 'vitest';
import { fakePorts } from '../ports/fake/fake-ports.ts';
import { createNodeRandom } from '../ports/node/random.ts';
import { ensureGatewayToken } from './secrets.ts';

const PATH = '/srv/openclaw/secrets/gateway_token';

test('makes 256 bits as hex in a file that only its owner reads, in a private folder', async () => {
  const ports = { ...fakePorts(), random: createNodeRandom() };
  expect(await ensureGatewayToken(ports, '/srv/openclaw')).toBe(true);
  expect(await ports.files.read(PATH)).toMatch(/^[0-9a-f]{64}$/);
  expect((await ports.files.stat(PATH))?.mode).toBe(0o400);
  expect((await ports.files.stat('/srv/openclaw/secrets'))?.mode).toBe(0o700);
});

test('keeps the token that is there, and makes another where there is none', async () => {
  const ports = { ...fakePorts(), random: createNodeRandom() };
  await ensureGatewayToken(ports, '/srv/openclaw');
  const token = await ports.files.read(PATH);
  expect(await ensureGatewayToken(ports, '/srv/openclaw')).toBe(false);
  expect(await ports.files.read(PATH)).toBe(token);
  await ports.files.remove(PATH);
  await ensureGatewayToken(ports, '/srv/openclaw');
  expect(await ports.files.read(PATH)).not.toBe(token);
});

test('writes through no link', async () => {
  const ports = fakePorts();
  await ports.files.makeDirectory('/elsewhere', 0o755);
  ports.files.putLink('/srv/openclaw/secrets', '/elsewhere');
  await expect(ensureGatewayToken(ports, '/srv/openclaw')).rejects.toMatchObject({ id: 'symlink-refused' });
  expect(await ports.files.list('/elsewhere')).toEqual([]);
});
