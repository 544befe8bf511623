import { describe, expect, it } from 'vitest';
import { FakeRandom } from '../../ports/fake/fake-host.ts';
import type { TwinSpec } from '../proof-target.ts';
import {
  bindMount,
  cageNetwork,
  inspectedGateway,
  mountSource,
  TARGET_TOKEN,
  twinFixture,
  volumeMount,
} from '../testing/twin-fixture.ts';
import { cellSpec, type CellPlan } from './cell.ts';
import { createCells } from './cells.ts';
import { containerSpecOf } from './twin-spec.ts';

function cellOf(twin: TwinSpec = twinFixture()): CellPlan {
  return cellSpec(twin, { random: new FakeRandom() });
}

function withMounts(mounts: object[], sources: [string, ReturnType<typeof mountSource>][] = []): TwinSpec {
  return { ...twinFixture(inspectedGateway({ mounts })), mountSources: new Map(sources) };
}

describe('a twin', () => {
  it('has every setting of the target, also those that nobody here knows', () => {
    const inspect = inspectedGateway();
    const { HostConfig, networks, ...config } = containerSpecOf(inspect, new FakeRandom());
    expect(HostConfig).toMatchObject({
      FutureSetting: { kept: true },
      CapDrop: ['ALL'],
      Binds: null,
      Mounts: [
        { Type: 'volume', Source: 'claw_state', Target: '/home/node/.openclaw', ReadOnly: false },
        { Type: 'bind', Source: '/srv/claw/config', Target: '/etc/openclaw', ReadOnly: true },
        { Type: 'bind', Target: '/run/secrets/gateway_token', ReadOnly: true },
      ],
    });
    expect(config.Image).toBe(inspect.Image);
    expect(networks).toEqual({
      claw_cage: {
        IPAMConfig: { IPv4Address: '172.30.225.4' },
        Links: null,
        DriverOpts: null,
        Aliases: ['claw-gateway-1', 'gateway'],
      },
    });
  });

  it('knows its networks, with who else is on them', () => {
    expect(twinFixture().networks).toEqual([
      {
        name: 'claw_cage',
        internal: true,
        driver: 'bridge',
        options: cageNetwork.Options,
        subnet: '172.30.225.0/28',
        hostAddress: '172.30.225.1',
        isChanged: false,
        neighbours: ['foreign-db-1'],
      },
    ]);
  });

  it('has no secret of the target, and ones of the same length instead', () => {
    const text = JSON.stringify({ ...twinFixture(), target: null });
    expect(text).not.toContain(TARGET_TOKEN);
    const key = twinFixture().gateway.Env.find((entry) => entry.startsWith('BRAVE_API_KEY='));
    expect(key).toHaveLength(`BRAVE_API_KEY=${TARGET_TOKEN}`.length);
  });

  it('has other secrets in openclaw.json, and the same references', () => {
    const reference = { source: 'file', provider: 'gw', id: 'value' };
    const { config } = twinFixture(undefined, {
      gateway: { auth: { token: 'f00dfeed'.repeat(8) }, port: 18_789 },
      channels: { telegram: { botToken: reference } },
    });
    expect(config).toMatchObject({
      gateway: { port: 18_789 },
      channels: { telegram: { botToken: reference } },
    });
    expect(JSON.stringify(config)).not.toContain('f00dfeed');
    expect(JSON.stringify(config)).toMatch(/"token":"[0-9a-f]{64}"/);
  });

  it('keeps the options that mounts were asked for with, and tmpfs that only stand among those', () => {
    const asked = [
      {
        Type: 'bind',
        Source: '/srv/claw/config',
        Target: '/etc/openclaw/',
        BindOptions: { NonRecursive: true },
      },
      { Type: 'tmpfs', Target: '/scratch', TmpfsOptions: { SizeBytes: 1024 } },
    ];
    const spec = containerSpecOf(inspectedGateway({ host: { Mounts: asked } }), new FakeRandom());
    expect(spec.HostConfig.Mounts).toContainEqual({
      Type: 'bind',
      Source: '/srv/claw/config',
      Target: '/etc/openclaw',
      ReadOnly: true,
      BindOptions: { NonRecursive: true },
    });
    expect(spec.HostConfig.Mounts).toContainEqual(asked[1]);
  });
});

describe('a cell', () => {
  it('keeps what confines the gateway', () => {
    const { HostConfig } = cellOf().spec;
    const { HostConfig: own } = twinFixture().gateway;
    for (const name of ['CapDrop', 'SecurityOpt', 'ReadonlyRootfs', 'Memory', 'PidsLimit', 'Tmpfs', 'MaskedPaths', 'FutureSetting', 'Ulimits', 'LogConfig'])
      expect(HostConfig[name], name).toEqual(own[name]);
    expect(cellOf().spec.User).toBe('1000:1000');
  }); // prettier-ignore

  it('cannot be taken for the gateway', () => {
    const { spec } = cellOf();
    for (const name of ['Hostname', 'ExposedPorts', 'MacAddress']) expect(spec).not.toHaveProperty(name);
    expect(spec.Labels).toEqual({});
    expect(spec.networks).toEqual({ claw_cage: {} });
    expect(spec.HostConfig).toMatchObject({ PortBindings: {}, RestartPolicy: { Name: 'no' } });
    expect(spec.Healthcheck).toEqual({ Test: ['NONE'] });
  });

  it('asks nobody for names unless told whom', () => {
    expect(cellOf().spec.HostConfig.Dns).toEqual(['127.0.0.1']);
    const { spec } = cellSpec(twinFixture(), { random: new FakeRandom(), dns: ['192.52.193.2'] });
    expect(spec.HostConfig.Dns).toEqual(['192.52.193.2']);
  });

  it('asks for nothing that a network of another container does not allow', () => {
    const guest = twinFixture(inspectedGateway({ host: { NetworkMode: 'container:abc' } }));
    expect(cellOf(guest).spec.HostConfig).toMatchObject({
      NetworkMode: 'container:abc',
      Dns: null,
      ExtraHosts: null,
    });
  });

  it('hands its log to nobody', () => {
    const logging = inspectedGateway({ host: { LogConfig: { Type: 'syslog', Config: {} } } });
    expect(cellOf(twinFixture(logging)).spec.HostConfig.LogConfig).toEqual({ Type: 'none' });
  });

  it('gets empty places of the same owner for state and secrets, and shares what is read only', () => {
    const { spec, fresh } = cellOf();
    expect(spec.HostConfig.Mounts?.map(({ Target }) => Target)).toEqual(['/etc/openclaw']);
    expect(fresh).toEqual([
      { target: '/home/node/.openclaw', readOnly: false, source: mountSource({ mode: 0o700 }) },
      {
        target: '/run/secrets/gateway_token',
        readOnly: true,
        source: mountSource({ kind: 'file', mode: 0o400, size: 64 }),
      },
    ]);
  });

  it('writes into nothing of the target: a writable folder is replaced, one of the host is kept for reading', () => {
    const mounts = [bindMount('/srv/claw/workspace', '/workspace', true), bindMount('/', '/host', true), bindMount('/var/run', '/host-run', true)];
    const { spec, fresh } = cellOf(withMounts(mounts, [['/workspace', mountSource({ uid: 33, gid: 33 })]]));
    expect(fresh).toMatchObject([{ target: '/workspace', source: { uid: 33 } }]);
    expect(spec.HostConfig.Mounts).toMatchObject([
      { Source: '/', Target: '/host', ReadOnly: true },
      { Source: '/var/run', Target: '/host-run', ReadOnly: true },
    ]);
  }); // prettier-ignore

  it('takes no address on a network that is not of this host alone, and no memory of another container', () => {
    const twin = twinFixture();
    const { HostConfig } = twin.gateway;
    const foreign = {
      ...twin,
      gateway: {
        ...twin.gateway,
        HostConfig: { ...HostConfig, NetworkMode: 'claw_cage', IpcMode: 'container:db' },
      },
      networks: twin.networks.map((network) => ({ ...network, driver: 'macvlan' })),
    };
    expect(cellOf(twin).spec.networks).toHaveProperty('claw_cage');
    const { spec } = cellOf(foreign);
    expect(spec.networks).toEqual({});
    expect(spec.HostConfig).toMatchObject({ NetworkMode: 'none', IpcMode: 'private' });
  });

  it('keeps sockets and devices, and of a folder that is taken for one what cannot be written', () => {
    const mounts = [bindMount('/var/run/docker.sock', '/var/run/docker.sock', true), bindMount('/srv/x/agent', '/agent', true), bindMount('/dev/shm', '/shm', true)];
    const { spec, fresh } = cellOf(withMounts(mounts, [['/agent', mountSource({ kind: 'other' })]]));
    expect(fresh).toEqual([]);
    expect(spec.HostConfig.Mounts).toMatchObject([{ Target: '/var/run/docker.sock', ReadOnly: true }, { Target: '/agent', ReadOnly: true }, { Target: '/shm', ReadOnly: true }]);
  }); // prettier-ignore

  it.each(['/srv/claw/.env', '/srv/claw/secrets', '/srv/claw/telegram_token', '/home/me/.npmrc'])(
    'does not show %s',
    (path) => {
      const { spec, fresh } = cellOf(withMounts([bindMount(path, '/mounted')]));
      expect(spec.HostConfig.Mounts).toEqual([]);
      expect(fresh).toHaveLength(1);
    },
  );

  it("gives a folder of which nothing is known to the container's user", () => {
    const { fresh } = cellOf(withMounts([volumeMount('v', '/data')]));
    expect(fresh).toMatchObject([{ source: { kind: 'directory', uid: 1000, gid: 1000 } }]);
  });
});

describe('making cells', () => {
  function fakeLab() {
    const made: string[] = [];
    return {
      made,
      createVolume: async (purpose: string, files: readonly { content: string | Uint8Array }[]) => {
        made.push(`volume ${purpose} ${files.map(({ content }) => content.length).join()}`);
        return `v${made.length}`;
      },
      createNetwork: async (_: string, { internal, options }: { internal: boolean; options?: object }) => {
        made.push(`network ${internal} ${Object.keys(options ?? {}).join()}`);
        return { name: `n${made.length}`, subnet: '172.31.224.0/28' };
      },
      volumePath: async (name: string) => `/var/lib/docker/volumes/${name}/_data`,
    };
  }

  it('makes what they share once', async () => {
    const lab = fakeLab();
    const cells = createCells(lab, new FakeRandom());
    const [one, two] = await Promise.all([cells.of(twinFixture()), cells.of(twinFixture())]);
    expect(lab.made.toSorted()).toEqual(['volume file 64', 'volume state ']);
    expect(two.HostConfig.Mounts).toEqual(one.HostConfig.Mounts);
    expect(one.HostConfig.Mounts).toContainEqual({
      Type: 'bind',
      Source: expect.stringMatching(/^\/var\/lib\/docker\/volumes\/v\d\/_data\/file$/) as string,
      Target: '/run/secrets/gateway_token',
      ReadOnly: true,
    });
  });

  it('joins a network of its own where a weakening changed that of the target', async () => {
    const lab = fakeLab();
    const twin = twinFixture();
    const networks = twin.networks.map((network) => ({ ...network, internal: false, isChanged: true }));
    const cell = await createCells(lab, new FakeRandom()).of({ ...twin, networks });
    const made = lab.made.findIndex((line) => line.startsWith('network')) + 1;
    expect(lab.made[made - 1]).toBe('network false com.docker.network.bridge.inhibit_ipv4');
    expect(cell).toMatchObject({ networks: { [`n${made}`]: {} }, HostConfig: { NetworkMode: `n${made}` } });
  });
});
