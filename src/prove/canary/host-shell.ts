import { callEngine } from '../../engine/engine-call.ts';
import type { ContainerSpec } from '../container-spec.ts';
import type { Lab } from '../lab.ts';

const COMMAND_MS = 20_000;
/** Where the host's files are in the container that runs the host's programs; read-only. */
const HOST_ROOT = '/host';

export interface ShellResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the host's own shell as root, in its network namespace. */
export interface HostShell {
  run(script: string): Promise<ShellResult>;
  /** True when clawproof itself is root on the engine's host; false when a container of ours runs the commands. */
  isDirect: boolean;
}

/** For clawproof as root on the host of the engine. */
export function directShell({ context }: Pick<Lab, 'context'>): HostShell {
  const { exec } = context.ports;
  return {
    isDirect: true,
    // No signal: what was set up is undone after an abort, too.
    run: (script) => exec.run('sh', ['-c', script], { timeoutMs: COMMAND_MS }),
  };
}

/**
 * For anybody who may use the engine, which is as much: the host's programs run in this container, which has the host's
 * network and processes, and sees its files read-only.
 */
export function containerShell({ context }: Pick<Lab, 'context'>, container: string): HostShell {
  const { ports, engine } = context;
  const inside = ['exec', container, 'chroot', HOST_ROOT, 'sh', '-c'];
  const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH\n';
  return {
    isDirect: false,
    run: (script) => ports.exec.run(engine.program, [...inside, path + script], { timeoutMs: COMMAND_MS }),
  };
}

/** What setting up a link takes: links and routes; network namespaces of others; the host's root folder. */
const HOST_CAPABILITIES = ['NET_ADMIN', 'SYS_ADMIN', 'SYS_PTRACE', 'SYS_CHROOT'];

/** What a container needs so that `containerShell` works in it. */
export function withHostPrograms(spec: ContainerSpec): ContainerSpec {
  const { HostConfig } = spec;
  return {
    ...spec,
    User: '0:0',
    HostConfig: {
      ...HostConfig,
      CapAdd: HOST_CAPABILITIES,
      // The profiles refuse to enter namespaces.
      SecurityOpt: ['no-new-privileges', 'seccomp=unconfined', 'apparmor=unconfined', 'label=disable'],
      PidMode: 'host',
      // As a bind: the engine finds out by itself which propagation the host's root folder can have.
      Binds: [`/:${HOST_ROOT}:ro`],
    },
  };
}

/** Process id of a running container on the engine's host. */
export async function pidOf({ context }: Pick<Lab, 'context'>, container: string): Promise<number> {
  const { value } = await callEngine<{ State: { Pid: number } }>(context.engine.connection, {
    action: `look at ${container}`,
    method: 'GET',
    path: `/containers/${encodeURIComponent(container)}/json`,
  });
  return value?.State.Pid ?? 0;
}

export interface ContainerAddress {
  network: string;
  /** "" = none. */
  v4: string;
  v6: string;
}

/** The host's own address on a network of the lab: some engines do not say it, and it is the first one. */
export function hostAddressOn({ subnet, hostAddress }: { subnet: string; hostAddress?: string }): string {
  return hostAddress ?? subnet.replace(/(\d+)\/\d+$/, (_, last: string) => String(Number(last) + 1));
}

export interface PublishedPort {
  hostAddress: string;
  hostPort: number;
  containerPort: number;
}

/** Addresses of a running container by the names of its networks, and what it publishes. */
export async function inspectNetworks(
  { context }: Pick<Lab, 'context'>,
  container: string,
): Promise<{ addresses: ContainerAddress[]; published: PublishedPort[] }> {
  const { value } = await callEngine<InspectedNetworks>(context.engine.connection, {
    action: `look at ${container}`,
    method: 'GET',
    path: `/containers/${encodeURIComponent(container)}/json`,
  });
  const { Networks = {}, Ports } = value?.NetworkSettings ?? {};
  return {
    addresses: Object.entries(Networks).map(([network, endpoint]) => ({
      network,
      v4: endpoint.IPAddress ?? '',
      v6: endpoint.GlobalIPv6Address ?? '',
    })),
    published: Object.entries(Ports ?? {}).flatMap(([key, bindings]) =>
      (bindings ?? []).map(({ HostIp, HostPort }) => ({
        hostAddress: HostIp,
        hostPort: Number(HostPort),
        containerPort: Number.parseInt(key, 10),
      })),
    ),
  };
}

interface InspectedNetworks {
  NetworkSettings: {
    Networks?: Record<string, { IPAddress?: string; GlobalIPv6Address?: string }>;
    Ports?: Record<string, { HostIp: string; HostPort: string }[] | null> | null;
  };
}
