import { ANY_MORE, type FakeReply } from '../../ports/fake/fake-exec.ts';
import { type FakePorts, fakePorts } from '../../ports/fake/fake-ports.ts';
import type { DockerInfo, DockerPlugin, DockerVersion } from '../docker-types.ts';
import { INFO, STDERR, VERSION } from './recorded.ts';

export const DEBIAN_12 =
  'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nID=debian\n';
export const DEBIAN_13 =
  'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nVERSION_ID="13"\nVERSION_CODENAME=trixie\nID=debian\n';

export interface FakeDockerHost {
  /** Path → version of each docker program; a version that begins with "podman" is Podman's. */
  programs?: Record<string, string>;
  /** What `docker context inspect` names. */
  endpoint?: string;
  info?: Partial<DockerInfo>;
  version?: DockerVersion;
  plugins?: DockerPlugin[];
  /** stderr of an engine that does not answer. */
  unreachable?: string;
  osRelease?: string;
}

export const COMPOSE_PLUGIN: DockerPlugin = { Name: 'compose', Version: '2.26.1-4' };

/** A host on which docker programs answer as told: by default Debian 12 with a running engine and Compose. */
export function fakeDockerHost(host: FakeDockerHost = {}, ports: FakePorts = fakePorts()): FakePorts {
  const {
    programs = { '/usr/bin/docker': '20.10.24+dfsg1' },
    endpoint = 'unix:///var/run/docker.sock',
    plugins = [COMPOSE_PLUGIN],
  } = host;
  ports.files.put('/etc/os-release', host.osRelease ?? DEBIAN_12).put('/proc/cgroups', '#subsys_name\n');
  for (const [path, version] of Object.entries(programs)) {
    ports.files.put(path, '', { mode: 0o755 });
    const stdout = version.startsWith('podman')
      ? `${version.replace('podman', 'podman version')}\n`
      : `Docker version ${version}, build 1234567\n`;
    const down = host.unreachable;
    const info: FakeReply =
      down === undefined
        ? answer({ ...INFO, ...host.info, ClientInfo: { Plugins: plugins } })
        : {
            code: 1,
            stderr: down,
            stdout: JSON.stringify({ ServerErrors: [down.trim()], ClientInfo: { Plugins: plugins } }),
          };
    const versions: FakeReply =
      down === undefined
        ? answer(host.version ?? VERSION)
        : { code: 1, stderr: down, stdout: JSON.stringify({ Client: VERSION.Client, Server: null }) };
    ports.exec
      .on(path, ['--version'], { stdout })
      .on(path, ['context', 'inspect', ANY_MORE], answer(endpoint))
      .on(path, ['info', ANY_MORE], info)
      .on(path, ['version', ANY_MORE], versions)
      .on(path, ['compose', 'version', '--short'], {
        code: 1,
        stderr: "docker: 'compose' is not a docker command.\n",
      })
      .on(path, ['buildx', 'version'], { code: 1, stderr: STDERR.noBuildx });
  }
  return ports;
}

function answer(value: unknown): FakeReply {
  return { stdout: `${JSON.stringify(value)}\n` };
}
