import type { Mount, Service } from '../../deployment/deployment.ts';
import { hostPathsOf } from '../../deployment/host-paths.ts';
import { fixOf, fixService, mountPath, remove, type ServiceView } from '../fix-service.ts';
import type { Failure, Fix, NoFix } from '../fix.ts';
import {
  allRoles,
  eachService,
  failedMount,
  failedPart,
  failuresAnd,
  unknownIn,
  unseenMount,
} from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { weakenGateway } from '../weaken.ts';

/** Sockets through which a container engine or its runtime takes orders. */
const socketPattern =
  /(?:^|\/)(?:docker|podman|containerd|crio|cri-dockerd|dockershim|buildkitd|nerdctl|lxd|incus|balena(?:-engine)?)(?:\.raw)?\.sock$/;
/** Folders that hold such sockets on some distribution or in rootless set-ups. */
const socketFolders = [
  '/',
  '/var',
  '/run',
  '/var/run',
  '/run/user',
  '/run/docker',
  '/run/podman',
  '/run/containerd',
  '/var/run/docker',
  '/var/run/podman',
  '/run/crio',
  '/run/buildkit',
  '/var/snap/docker',
  '/var/lib/docker',
  '/var/lib/containerd',
];
const runtimeFolderPattern = /^(?:\/var)?\/run\/user\/[^/]+$|^\$\{?XDG_RUNTIME_DIR\b[^/]*$/;
const engineVariables = ['DOCKER_HOST', 'CONTAINER_HOST', 'CONTAINERD_ADDRESS', 'BUILDKIT_HOST'];

export const measure = defineMeasure({
  id: 'no-engine-socket',
  title: 'No container can give orders to a container engine',
  risk: { precondition: 'agent', impact: 'host' },
  rows: ['G2'],
  references: {
    cis: ['5.32'],
    nist: ['4.5.5'],
    owasp: ['D1', 'ASI05'],
    scanners: [
      'compose-lint CL-0001',
      'KICS d6355c88',
      'docker-bench 5.32',
      'Semgrep exposing-docker-socket-volume',
      'DockSec docker-socket-mount',
      'kube-linter docker-sock',
      'Kubescape C-0074',
    ],
  },
  why: 'Whoever reaches the engine starts a container with the whole host mounted, so one obeyed instruction is root on the host.',
  check: (deployment) =>
    eachService(deployment, allRoles, (service) =>
      failuresAnd(
        [...mountFailures(service), ...variableFailures(service), ...groupFailures(service)],
        unknownIn(service, 'mounts', 'groupAdd'),
      ),
    ),
  fix: (failure, context) => fixService(failure, context, (view) => withoutEngine(view, failure)),
  weaken: (deployment) =>
    weakenGateway(deployment, (service) => {
      const socket: Mount = {
        kind: 'bind',
        source: '/var/run/docker.sock',
        target: '/var/run/docker.sock',
        readOnly: true,
      };
      return { mounts: [...(service.mounts ?? []), socket] };
    }),
});

function mountFailures(service: Service): Outcome[] {
  return (service.mounts ?? []).flatMap((mount) => {
    const how = engineAccess(mount);
    // Read-only does not help: writing to a socket is no write to the file system.
    return how === undefined
      ? unseenMount(service, mount)
      : [
          failedMount(
            service,
            mount,
            mount.target,
            `${mount.source ?? mount.target} is mounted at ${mount.target}: ${how}`,
          ),
        ];
  });
}

function engineAccess(mount: Mount): string | undefined {
  if (socketPattern.test(mount.target)) return "an engine's socket, whatever it is called on the host";
  if (mount.kind !== 'bind') return undefined;
  const found = hostPathsOf(mount).map(accessThrough);
  return found.find((how) => how !== undefined);
}

function accessThrough(path: string): string | undefined {
  const source = path.length > 1 ? path.replace(/\/+$/, '') || '/' : path;
  if (socketPattern.test(defaultOf(source))) return "an engine's socket";
  return socketFolders.includes(source) || runtimeFolderPattern.test(source)
    ? "this folder holds an engine's socket"
    : undefined;
}

/** `${DOCKER_SOCK:-/var/run/docker.sock}` is what it is by default. */
function defaultOf(source: string): string {
  return /^\$\{[^}]*?:?-([^}]*)\}$/.exec(source)?.[1] ?? source;
}

function variableFailures(service: Service): Outcome[] {
  const names = [...Object.keys(service.environment ?? {}), ...(service.environmentFromHost ?? [])];
  return names
    .filter((name) => engineVariables.includes(name))
    .map((name) => failedPart(service, name, `${name} points at an engine`, 'environment', name));
}

function groupFailures(service: Service): Outcome[] {
  const index = service.groupAdd?.indexOf('docker') ?? -1;
  return index >= 0
    ? [failedPart(service, 'docker', 'it is in the group docker, which owns the socket', 'group_add', index)]
    : [];
}

function withoutEngine(view: ServiceView, failure: Failure): Fix | NoFix {
  const { name, service, at } = view;
  const mount = service.mounts?.find(
    (candidate) => candidate.target === failure.key && engineAccess(candidate) !== undefined,
  );
  const effect = `${name} can no longer start, stop or watch containers. ${
    service.role === 'neighbour'
      ? 'If that is its purpose, run it on its own, away from OpenClaw, or behind a proxy that lets only the calls through that it needs.'
      : "OpenClaw's own sandbox in Docker stops working; run it over SSH, or on an engine without root that it has for itself."
  }`;
  if (!mount) {
    const path = failure.key === 'docker' ? (failure.at?.path ?? []) : at('environment', failure.key ?? '');
    return fixOf(`Take ${failure.key} away from ${name}`, 'unsafe', [remove(path)], effect);
  }
  const path = mountPath(view, mount);
  if (!path || mount.entry?.field !== 'volumes')
    return { why: `${mount.target} does not come from an entry of volumes; remove it where it is defined.` };
  return fixOf(
    `Remove the mount of ${mount.source ?? mount.target} from ${name}`,
    'unsafe',
    [remove(path)],
    effect,
  );
}
