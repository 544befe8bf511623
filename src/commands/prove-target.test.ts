import { describe, expect, test } from 'vitest';
import { isAppError } from '../errors/app-error.ts';
import type { Docker } from '../engine/docker.ts';
import { FakeFiles } from '../ports/fake/fake-files.ts';
import { type NamedTarget, proveTarget } from './prove-target.ts';

const files = new FakeFiles({
  '/home/me/agent/clawproof.yaml': 'version: 1\nname: home\n',
  '/home/me/openclaw/clawproof.yaml': 'version: 1\nname: default\n',
  '/srv/theirs/docker-compose.yml': 'services: {}\n',
  '/srv/idle/docker-compose.yml': 'services: {}\n',
});

const docker: Pick<Docker, 'listContainers'> = {
  listContainers: async ([label = '']) =>
    label.endsWith('=/srv/theirs')
      ? [
          {
            id: '1',
            name: 'c',
            image: 'i',
            state: 'running',
            status: 'Up',
            labels: { 'com.docker.compose.project': 'theirs' },
          },
        ]
      : [],
};

const find = (folder: string, options: { target?: string; container?: string }): Promise<NamedTarget> =>
  proveTarget({ files }, docker, folder, options);

describe('what is proved', () => {
  test.each([
    ['the deployment of the current folder', '/home/me/agent', {}, 'home'],
    ['./openclaw of the current folder', '/home/me', {}, 'default'],
    ['a folder that is named', '/home/me', { target: 'agent' }, 'home'],
    ['a folder of somebody else, of which something runs', '/', { target: 'srv/theirs' }, 'theirs'],
    ['a project', '/home/me', { target: 'some-project' }, 'some-project'],
    ['a project that has the name of a folder', '/srv', { target: 'idle' }, 'idle'],
    ['a container', '/home/me', { container: 'openclaw' }, 'openclaw'],
  ])('%s', async (_, folder, options, expected) => {
    expect((await find(folder, options)).name).toBe(expected);
  });

  test('the folder is told where it is a deployment of our own', async () => {
    expect((await find('/home/me', {})).ownFolder).toBe('/home/me/openclaw');
    expect((await find('/', { target: 'srv/theirs' })).ownFolder).toBeUndefined();
  });

  test.each([
    ['a folder of which nothing runs', '/srv', { target: './idle' }, 'nothing-to-prove'],
    ['a current folder of which nothing runs', '/srv/idle', {}, 'nothing-to-prove'],
    ['two targets', '/', { target: 'a', container: 'b' }, 'target-given-twice'],
  ])('%s is refused', async (_, folder, options, id) => {
    const error = await find(folder, options).catch((thrown: unknown) => thrown);
    expect(isAppError(error) && error.id).toBe(id);
  });
});
