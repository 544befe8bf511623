import { expect, test } from 'vitest';
import { fakePorts } from '../../ports/fake/fake-ports.ts';
import { thawLeft } from './freeze.ts';

test('whom a killed command still holds goes on, and nobody else', async () => {
  const ports = fakePorts();
  const folder = '/srv/openclaw/.clawproof';
  await ports.files.makeDirectory(folder, 0o700);
  const put = (name: string, text: string): Promise<void> =>
    ports.files.writeAtomic(`${folder}/${name}`, text, { mode: 0o600 });
  await put('frozen-0a1b2c3d4e5f', 'openclaw-gateway-1\nopenclaw-helper-1\n');
  await put('frozen-notes', 'somebody\n');
  const unpaused: string[] = [];
  const docker = { unpause: async (name: string) => void unpaused.push(name) };
  await thawLeft({ ports, docker, path: '/srv/openclaw' });
  expect(unpaused).toEqual(['openclaw-gateway-1', 'openclaw-helper-1']);
  expect(await ports.files.list(folder)).toEqual(['frozen-notes']);
});
