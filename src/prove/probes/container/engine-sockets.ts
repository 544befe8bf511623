import type { SocketAttempt } from '../../payload/host-view.ts';
import type { Judgement, Probe } from '../../probe.ts';
import type { ProofTarget } from '../../proof-target.ts';
import { count, fail, few, judgeResult, pass } from '../judgement.ts';

/** Name of a socket through which an engine or its runtime takes orders. */
const ENGINE_SOCKET =
  '/(?:docker|podman|containerd|crio|cri-dockerd|dockershim|buildkitd|nerdctl|lxd|incus|balena(?:-engine)?)(?:\\.raw)?\\.sock(?:\\.ttrpc)?$|/lxd/unix\\.socket$|/incus/unix\\.socket$';

const ENGINE_PATHS = [
  'docker.sock',
  'docker/docker.sock',
  'podman/podman.sock',
  'containerd/containerd.sock',
  'docker/containerd/containerd.sock',
  'k3s/containerd/containerd.sock',
  'crio/crio.sock',
  'cri-dockerd.sock',
  'dockershim.sock',
  'buildkit/buildkitd.sock',
  'balena-engine.sock',
];

/** Where distributions and rootless set-ups have them. */
function wellKnownPaths({ gateway }: ProofTarget): string[] {
  const user = /^\d+/.exec(gateway.user ?? '')?.[0] ?? '1000';
  const folders = ['/run', '/var/run', `/run/user/${user}`, '/run/user/0', '/host/run', '/host/var/run'];
  return [
    ...folders.flatMap((folder) => ENGINE_PATHS.map((path) => `${folder}/${path}`)),
    '/var/lib/lxd/unix.socket',
    '/var/snap/lxd/common/lxd/unix.socket',
    '/var/lib/incus/unix.socket',
    '/var/snap/docker/common/run/docker.sock',
  ];
}

export const engineSockets: Probe = {
  id: 'engine-sockets',
  ring: 'container',
  title: 'No container engine takes orders from inside',
  why: 'Whoever reaches the socket of an engine starts a container with the whole host mounted, and is root there.',
  measures: ['no-engine-socket'],
  rows: ['G2'],
  expects:
    'no socket of an engine or of another service of the host is found, by well-known paths and in all folders and mounts',
  weakenedBy: ['no-engine-socket'],
  attempts: (target) => [
    {
      id: 'connect',
      at: 'cell',
      run: 'unixSockets',
      params: { paths: wellKnownPaths(target), engine: ENGINE_SOCKET },
      timeoutMs: 30_000,
    },
  ],
  judge: (seen) => judgeResult<SocketAttempt[]>(seen, 'connect', judgeSockets),
};

function judgeSockets(sockets: readonly SocketAttempt[]): Judgement {
  const engine = new RegExp(ENGINE_SOCKET);
  const engines = sockets.filter(
    ({ path, root, answer }) => engine.test(path) || engine.test(root) || isEngine(answer),
  );
  const answering = engines.filter(({ result }) => result === 'connected');
  if (answering.length > 0)
    return fail(
      `an engine takes orders at ${few(answering.map(({ path, answer }) => (answer?.startsWith('HTTP/') !== true ? path : `${path} (${answer})`)))}`,
    );
  if (engines.length > 0)
    return fail(
      `${few(engines.map(({ path }) => path))}: the socket of an engine is mounted, and only its mode (${engines[0]?.result}) keeps this user out`,
    );
  const others = sockets.filter(({ isHostPath, result }) => isHostPath && result === 'connected');
  if (others.length > 0)
    return fail(`a service of the host answers at the socket ${few(others.map(({ path }) => path))}`);
  const own =
    sockets.length === 0
      ? 'no socket in any folder'
      : `${count(sockets.length, 'socket')}, none of them of an engine or of the host`;
  return pass(own);
}

function isEngine(answer: string | undefined): boolean {
  return answer !== undefined && /^HTTP\/1\.[01] 200/.test(answer);
}
