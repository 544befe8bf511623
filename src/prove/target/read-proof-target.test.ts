import { describe, expect, it } from 'vitest';
import type { SourceReader } from '../../audit/source-reader.ts';
import { fakeDocker } from '../../engine/fake/fake-docker.ts';
import type { ContainerInspect, DockerInfo, NetworkInspect } from '../../engine/docker-types.ts';
import { fileError } from '../../errors/file-errors.ts';
import { FakeEngineApi } from '../../ports/fake/fake-engine-api.ts';
import { FakeRandom } from '../../ports/fake/fake-host.ts';
import { FACTS } from '../../operate/testing/fake-up-context.ts';
import { tarOf } from '../lab/tar.ts';
import { cageNetwork, inspectedGateway, TARGET_TOKEN } from '../testing/twin-fixture.ts';
import { readProofTarget, type ProofTargetTools } from './read-proof-target.ts';

const CONFIG = `{ gateway: { port: 18789, auth: { token: '${'f00dfeed'.repeat(8)}' } } }`;

const noFiles: SourceReader = {
  text: async () => null,
  stat: async () => null,
  list: async () => [],
  realPath: async () => null,
};

/** An engine with these containers, of one Compose project. */
function tools(containers: readonly ContainerInspect[], nodeVersion = 'v24.1.0'): ProofTargetTools {
  const docker = fakeDocker();
  for (const container of containers) {
    docker.containers.set(container.Name.slice(1), container);
    docker.containers.set(container.Id, container);
    docker.summaries.push({ id: container.Id, name: container.Name.slice(1), image: '', state: 'running', status: '', labels: {} }); // prettier-ignore
  }
  docker.networks.set('claw_cage', cageNetwork as unknown as NetworkInspect);
  docker.oneOffReply = () => (nodeVersion === '' ? { code: 127 } : { stdout: `${nodeVersion}\n` });
  const info = { ServerVersion: '26.1.5', KernelVersion: '6.1', OperatingSystem: 'Debian', Architecture: 'aarch64', CgroupVersion: '2', SecurityOptions: ['name=userns', 'name=rootless'] } as unknown as DockerInfo; // prettier-ignore
  const api = new FakeEngineApi().on('GET', /archive\?path=/, { status: 404 }).on('GET', /openclaw$/, {
    body: Buffer.from(tarOf([{ path: 'openclaw', mode: 0o700, uid: 1000, gid: 998 }], [])).toString('latin1'),
  });
  return {
    ports: { random: new FakeRandom() },
    docker: Object.assign(docker, {
      info: async () => info,
      inspectImage: async () => ({ RepoDigests: [`ghcr.io/openclaw/openclaw@sha256:${'e'.repeat(64)}`] }),
    }),
    connection: api.connect({ url: 'unix:///x', program: 'docker' }),
    engine: { kind: 'rootless' },
    reader: noFiles,
    choices: {
      cwd: '/',
      homeDir: '/root',
      environment: {},
      composeFiles: [],
      profiles: [],
      recursive: false,
    },
    containerFiles: () => ({
      ...noFiles,
      list: async () => {
        throw fileError('list', '/', new Error('folders of containers are not listed'));
      },
      text: async (path) => (path.endsWith('/openclaw.json') ? CONFIG : null),
    }),
  };
}

function other(name: string, labels: Record<string, string>): ContainerInspect {
  const base = inspectedGateway({
    config: { Image: 'postgres:17', Env: [], Entrypoint: [], Hostname: '', Labels: labels },
    mounts: [],
  });
  return { ...base, Id: name.repeat(10), Name: `/${name}` };
}

describe('the target of a proof', () => {
  it('is found by the name of its container or of its project, with all that decides about attacks', async () => {
    for (const name of ['claw-gateway-1', 'claw']) {
      const { spec, raw, live } = await readProofTarget(name, tools([inspectedGateway()]));
      expect(spec.target).toMatchObject({
        name,
        container: { name: 'claw-gateway-1' },
        gateway: { role: 'gateway', readOnlyRoot: true },
        image: { digest: `sha256:${'e'.repeat(64)}`, hasNode: true },
        configPath: '/home/node/.openclaw/openclaw.json',
        config: { gateway: { port: 18_789 } },
        engine: {
          version: '26.1.5',
          arch: 'arm64',
          cgroup: 2,
          isRootless: true,
          usernsRemap: true,
          isLocal: true,
        },
      });
      expect([...(spec.mountSources ?? [])]).toEqual([
        ['/home/node/.openclaw', { kind: 'directory', mode: 0o700, uid: 1000, gid: 998, size: 0 }],
        ['/etc/openclaw', { kind: 'directory', mode: 0o700, uid: 1000, gid: 998, size: 0 }],
      ]);
      expect(JSON.stringify(spec.config)).not.toContain('f00dfeed');
      expect(JSON.stringify(spec.gateway)).not.toContain(TARGET_TOKEN);
      expect(raw.gateway.Name).toBe('/claw-gateway-1');
      expect(live.effective.deployment.evidence).toBe('effective');
    }
  });

  it('has its mounts with the ids that the container sees, where the engine maps users', async () => {
    const remapped = tools([inspectedGateway()]);
    const facts = { ...FACTS, userNamespaces: true, rootDir: '/var/lib/docker/200000.200000' };
    const api = new FakeEngineApi().on('GET', /archive\?path=/, {
      body: Buffer.from(tarOf([{ path: 'x', mode: 0o700, uid: 201_000, gid: 0 }], [])).toString('latin1'),
    });
    const connection = api.connect({ url: 'unix:///x', program: 'docker' });
    const engine = { kind: 'local', engine: facts } as const;
    const { spec } = await readProofTarget('claw', { ...remapped, connection, engine });
    // Root of the host is nobody in there.
    const ids = [...(spec.mountSources ?? [])].map(([, { uid, gid }]) => `${uid}:${gid}`);
    expect(ids).toEqual(Array(3).fill('1000:65534'));
  });

  it('comes with its egress and its ingress', async () => {
    const egress = other('claw-egress-1', { 'dev.clawproof.role': 'egress' });
    const { spec } = await readProofTarget('claw', tools([egress, inspectedGateway()]));
    expect(spec.sidecars).toMatchObject([
      { role: 'egress', container: egress.Id, spec: { Image: egress.Image } },
    ]);
    expect(spec.target.container.name).toBe('claw-gateway-1');
  });

  it.each(['', 'v16.20.0'])('has no Node when the image answers %j', async (version) => {
    const { spec } = await readProofTarget('claw', tools([inspectedGateway()], version));
    expect(spec.target.image.hasNode).toBe(false);
  });

  it('is the container that was named, where nothing looks like OpenClaw', async () => {
    const { spec } = await readProofTarget('db', tools([other('db', {})]));
    expect(spec.target.gateway).toMatchObject({ role: 'gateway', roleReason: 'named by its container' });
  });

  it('is none where a project has no gateway', async () => {
    const found = readProofTarget('claw', tools([other('db', { 'com.docker.compose.project': 'claw' })]));
    await expect(found).rejects.toMatchObject({ id: 'no-gateway-to-prove' });
  });
});
