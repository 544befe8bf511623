import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deploymentFromCompose } from '../deployment/compose/read-compose.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { measure as minimalMounts } from '../measures/minimal-mounts/measure.ts';
import { measure as noEngineSocket } from '../measures/no-engine-socket/measure.ts';
import { runMeasures } from '../measures/run.ts';
import { createNodeFiles } from '../ports/node/files.ts';
import { followMounts } from './follow-mounts.ts';
import { createSourceReader } from './source-reader.ts';

const reader = createSourceReader(createNodeFiles());
let root = '';

beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'follow-mounts-')));
  await mkdir(join(root, 'home/.ssh'), { recursive: true });
  await mkdir(join(root, 'project/data'), { recursive: true });
  await mkdir(join(root, 'outside/deep'), { recursive: true });
  const links = {
    whole: '/',
    etc: '/etc',
    self: '.',
    above: '..',
    keys: '../home/.ssh',
    near: 'data',
    gone: '/var/run/docker.sock.of-another-machine',
    deep: '../outside/deep',
  };
  for (const [name, target] of Object.entries(links)) await symlink(target, join(root, 'project', name));
});

afterAll(() => rm(root, { recursive: true, force: true }));

async function mounting(source: string): Promise<Deployment> {
  const services = { openclaw: { image: 'openclaw/openclaw', volumes: [`${source}:/x`] } };
  const deployment = deploymentFromCompose(JSON.stringify({ services }), 'compose.yaml');
  const problems = await followMounts(reader, deployment, {
    project: join(root, 'project'),
    home: join(root, 'home'),
  });
  expect(problems).toEqual([]);
  return deployment;
}

function states(deployment: Deployment): string[] {
  return runMeasures([minimalMounts, noEngineSocket], deployment).map(({ state }) => state);
}

describe('followMounts', () => {
  it.each([
    ['./whole', ['fail', 'fail']],
    ['./whole/var/run', ['pass', 'fail']],
    ['./etc', ['fail', 'pass']],
    ['./etc/not-there-yet', ['fail', 'pass']],
    ['./self', ['fail', 'pass']],
    ['./above', ['fail', 'pass']],
    ['./keys', ['fail', 'pass']],
    ['~/.', ['fail', 'pass']],
    ['./near', ['pass', 'pass']],
    ['./not-there', ['pass', 'pass']],
    ['./gone', ['skipped', 'skipped']],
    ['./gone/below', ['skipped', 'skipped']],
  ])('judges %s by where it leads: %j', async (source, expected) => {
    expect(states(await mounting(source))).toEqual(expected);
  });

  it('shows the spelling', async () => {
    const [result] = runMeasures([minimalMounts], await mounting('./etc'));
    expect(result?.outcomes[0]).toMatchObject({
      detail: 'openclaw: ./etc is mounted at /x: a part of the host system',
    });
  });

  it('goes up from where a link leads, as the kernel does, and from where it is, as Compose does', async () => {
    const [mount] = (await mounting('./deep/../x')).services[0]?.mounts ?? [];
    expect(mount).toMatchObject({ source: './deep/../x', hostPaths: ['x', join(root, 'outside/x')] });
  });

  it('takes the folder of the project for the owner’s, wherever it is', async () => {
    const [mount] = (await mounting('./near')).services[0]?.mounts ?? [];
    expect(mount).toMatchObject({ source: './near', hostPaths: ['data'] });
  });

  it('says when there is too much to follow', async () => {
    const volumes = Array.from({ length: 2001 }, (_, index) => `./v${index}:/v${index}`);
    const services = { openclaw: { image: 'openclaw/openclaw', volumes } };
    const deployment = deploymentFromCompose(JSON.stringify({ services }), 'compose.yaml');
    const folders = { project: join(root, 'project'), home: join(root, 'home') };
    expect(await followMounts(reader, deployment, folders)).toMatchObject([{ id: 'too-many-mounts' }]);
  });
});
