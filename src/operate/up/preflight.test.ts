import { describe, expect, it } from 'vitest';
import type { ContainerSummary, VolumeInspect } from '../../engine/docker-types.ts';
import { emptyLock, type Lock } from '../../engine/lock-file.ts';
import { type FakeUpContext, fakeUpContext } from '../testing/fake-up-context.ts';
import { network } from '../../engine/fake/fake-docker.ts';
import { cageSubnet, preflight } from './preflight.ts';

const GiB = 1024 ** 3;
const NEW = emptyLock('2026.9.6');
const BUILT: Lock = {
  ...NEW,
  images: {
    ...NEW.images,
    gateway: { source: 'build', reference: 'x', digest: `sha256:${'a'.repeat(64)}`, inputs: null },
  },
};

async function host(): Promise<FakeUpContext> {
  const context = fakeUpContext();
  await context.ports.files.makeDirectory('/srv/openclaw', 0o755);
  return context;
}

function container(folder: string, state = 'running'): ContainerSummary {
  const labels = { 'com.docker.compose.project.working_dir': folder };
  return { id: '1', name: 'openclaw-gateway-1', image: 'x', state, status: '', labels };
}

describe('preflight', () => {
  it('has nothing against a free port and a new name', async () => {
    await preflight(await host(), NEW);
  });

  it.each([
    ['', 'something else listens on it'],
    ['permission denied', 'permission denied'],
  ])('refuses a port that is taken (%j)', async (reason, shown) => {
    const context = await host();
    context.ports.system.ports.set('127.0.0.1:18789', reason);
    await expect(preflight(context, NEW)).rejects.toMatchObject({
      id: 'port-taken',
      message: expect.stringContaining(shown),
    });
  });

  it('knows that the port is in use by the deployment itself, but not another port', async () => {
    const context = await host();
    context.docker.summaries.push(container('/srv/openclaw'));
    context.ports.system.ports.set('127.0.0.1:18789', '');
    context.ports.files.put('/srv/openclaw/compose.yaml', 'ports:\n      - 127.0.0.1:18789:8080\n');
    await preflight(context, NEW);
    context.ports.files.put('/srv/openclaw/compose.yaml', 'ports:\n      - 127.0.0.1:28789:8080\n');
    await expect(preflight(context, NEW)).rejects.toMatchObject({ id: 'port-taken' });
  });

  it('asks for the port when its own containers are stopped', async () => {
    const context = await host();
    context.docker.summaries.push(container('/srv/openclaw', 'exited'));
    context.ports.files.put('/srv/openclaw/compose.yaml', 'ports:\n      - 127.0.0.1:18789:8080\n');
    context.ports.system.ports.set('127.0.0.1:18789', '');
    await expect(preflight(context, NEW)).rejects.toMatchObject({ id: 'port-taken' });
  });

  it('starts no other version on state that is there: nothing would lead back', async () => {
    const context = await host();
    const older: Lock = { ...BUILT, openclaw: { ...BUILT.openclaw, version: '2026.9.5' } };
    const asked: string[] = [];
    context.docker.inspectVolume = async (name) => {
      asked.push(name);
      return asked.length === 1 ? null : ({ Name: name } as VolumeInspect);
    };
    await preflight(context, older);
    await expect(preflight(context, older)).rejects.toMatchObject({
      id: 'version-by-update',
      message: expect.stringContaining('2026.9.6'),
      entry: { next: expect.arrayContaining(['  clawproof update 2026.9.6']) },
    });
    await preflight(context, BUILT);
    await preflight(context, { ...older, images: NEW.images });
    expect(asked).toEqual(['openclaw_state', 'openclaw_state']);
  });

  it.each(['running', 'exited'])('refuses the name of a project that is %s elsewhere', async (state) => {
    const context = await host();
    context.docker.summaries.push(container('/home/ann/openclaw', state));
    await expect(preflight(context, NEW)).rejects.toMatchObject({
      id: 'project-name-taken',
      message: expect.stringContaining('/home/ann/openclaw'),
    });
  });

  it('knows its own folder under another path', async () => {
    const context = await host();
    context.ports.files.putLink('/data', '/srv');
    context.docker.summaries.push(container('/data/openclaw'));
    await preflight(context, NEW);
  });

  it('asks for more space where something is to be built', async () => {
    const context = await host();
    context.ports.files.free = 2 * GiB;
    await expect(preflight(context, NEW)).rejects.toMatchObject({
      id: 'disk-full',
      message: '/srv/openclaw has 2.0 GiB free; this needs about 5.0 GiB.',
    });
    await preflight(context, BUILT);
    context.ports.files.free = GiB / 4;
    await expect(preflight(context, BUILT)).rejects.toMatchObject({ id: 'disk-full' });
  });

  it("looks at the engine's disk, too", async () => {
    const context = await host();
    context.ports.files.freeBytes = async (path?: string) => (path === '/var/lib/docker' ? 0 : 100 * GiB);
    await expect(preflight(context, BUILT)).rejects.toThrow('/var/lib/docker');
  });
});

describe('cageSubnet', () => {
  const PINNED = { ...NEW, cageSubnet: '172.30.224.0/28' };

  it('stays what is pinned while it is free', async () => {
    expect(await cageSubnet(await host(), PINNED)).toBe('172.30.224.0/28');
  });

  it("stays what is pinned when the deployment's own networks have it", async () => {
    const context = await host();
    context.docker.subnets.push('172.30.224.0/28', '172.30.224.16/28');
    context.docker.networks.set('openclaw_cage', network('openclaw_cage', '172.30.224.0/28'));
    context.docker.networks.set('openclaw_front', network('openclaw_front', '172.30.224.16/28'));
    expect(await cageSubnet(context, PINNED)).toBe('172.30.224.0/28');
  });

  it('moves when another network has it, though the deployment has one of that name elsewhere', async () => {
    const context = await host();
    context.docker.subnets.push('172.30.224.16/28', '172.30.225.16/28');
    context.docker.networks.set('openclaw_front', network('openclaw_front', '172.30.225.16/28'));
    expect(await cageSubnet(context, PINNED)).toBe('172.30.226.0/28');
  });

  it.each(['172.30.224.0/28', '172.30.224.16/28', '172.30.0.0/16'])(
    'moves when %s is another network',
    async (other) => {
      const context = await host();
      context.docker.subnets.push(other);
      expect(await cageSubnet(context, PINNED)).not.toBe('172.30.224.0/28');
    },
  );

  it("avoids Docker's networks and the routes of the host", async () => {
    const context = await host();
    context.docker.subnets.push('172.30.224.0/28');
    const route = 'h\neth0\t00E11EAC\t00000000\t0001\t0\t0\t0\tF0FFFFFF\t0\t0\t0\n';
    context.ports.files.put('/proc/net/route', route);
    expect(await cageSubnet(context, NEW)).toBe('172.30.226.0/28');
  });

  it('says so when nothing is left', async () => {
    const context = await host();
    context.docker.subnets.push('172.16.0.0/12', '10.0.0.0/8', '192.168.0.0/16');
    await expect(cageSubnet(context, NEW)).rejects.toMatchObject({ id: 'no-subnet-left' });
  });
});
