import type { ContainerSpec, HostConfigSpec } from '../container-spec.ts';
import { withKit } from '../lab/with-payload.ts';
import type { Lab } from '../lab.ts';
import { KIT, nodeCommand } from '../layout.ts';
import type { CanaryOptions } from '../payload/canary/options.ts';
import type { AttemptLine } from '../payload/protocol.ts';

const MiB = 1024 * 1024;
const READY_MS = 20_000;

/** Port of a listener's questions in a network namespace that is its own. */
export const CONTROL_PORT = 5219;

/** A small container that may nothing but listen. `host` is put on top. */
export function helperSpec(lab: Pick<Lab, 'context'>, host: Partial<HostConfigSpec> = {}): ContainerSpec {
  return {
    Image: lab.context.engine.image,
    User: '65534:65534',
    Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/tmp'],
    Labels: {},
    HostConfig: {
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Memory: 256 * MiB,
      PidsLimit: 64,
      Tmpfs: { '/tmp': 'rw,nosuid,nodev,noexec,size=1m,mode=1777' },
      Init: true,
      LogConfig: { Type: 'json-file', Config: { 'max-size': '1m' } },
      // Ports below 1024 without a capability.
      ...(host.NetworkMode === 'host' ? {} : { Sysctls: { 'net.ipv4.ip_unprivileged_port_start': '0' } }),
      ...host,
    },
    networks: {},
  };
}

/** Starts a container of `spec` that listens in place of its own program. */
export async function startListener(
  lab: Lab,
  purpose: string,
  spec: ContainerSpec,
  options: Omit<CanaryOptions, 'readyFile'>,
): Promise<string> {
  const text = JSON.stringify({ ...options, readyFile: readyFile(purpose) } satisfies CanaryOptions);
  const kit = await lab.kit();
  const container = await lab.create(purpose, {
    ...withKit(spec, kit),
    Env: spec.Env.filter((entry) => !entry.startsWith('NODE_OPTIONS=')),
    Entrypoint: nodeCommand(KIT.canary),
    Cmd: [text],
    Healthcheck: { Test: ['NONE'] },
    Tty: false,
    OpenStdin: false,
    AttachStdin: false,
  });
  await lab.start(container);
  return container;
}

/** The attempt that waits until it listens; its result is a `CanaryReady`. */
export function readyAttempt(purpose: string): AttemptLine {
  return { id: 'ready', run: 'listening', params: { readyFile: readyFile(purpose) }, timeoutMs: READY_MS };
}

/** /dev/shm can be written in every container, whatever else is read-only. */
function readyFile(purpose: string): string {
  return `/dev/shm/clawproof-${purpose}.json`;
}
