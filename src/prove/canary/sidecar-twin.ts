import { firstText } from '../../audit/live/container-files.ts';
import { isPartOfHost } from '../../measures/host-folders.ts';
import type { ContainerSpec, EndpointSpec, MountSpec } from '../container-spec.ts';
import type { Lab } from '../lab.ts';
import { UNATTENDED } from '../twin/cell.ts';
import { holdsSecrets } from '../twin/replace-secrets.ts';

/** A sidecar on other networks, with its own program and settings. Nothing that it writes is shared with the target's. */
export function sidecarSpec(
  spec: ContainerSpec,
  networks: Record<string, EndpointSpec>,
  dns: readonly string[],
): ContainerSpec {
  return {
    ...spec,
    MacAddress: '',
    ExposedPorts: {},
    Volumes: {},
    Labels: {},
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      ...spec.HostConfig,
      NetworkMode: Object.keys(networks)[0] ?? 'none',
      Dns: [...dns],
      ...UNATTENDED,
      Privileged: false,
      Devices: null,
      DeviceRequests: null,
      VolumesFrom: null,
      PidMode: '',
      IpcMode: '',
      UTSMode: '',
      Mounts: (spec.HostConfig.Mounts ?? []).filter((mount) => mount.Type === 'tmpfs' || isHarmless(mount)),
    },
    networks,
  };
}

/** Settings that are only read; no part of the host, no socket and no secret. */
function isHarmless({ Type, Source = '', Target, ReadOnly }: MountSpec): boolean {
  const isOpen =
    Source.endsWith('.sock') || Source.startsWith('/dev/') || isPartOfHost(Source.replace(/\/+$/, ''));
  return Type === 'bind' && ReadOnly === true && !isOpen && !holdsSecrets([Source, Target]);
}

/** The address at this place of a network of the lab, e.g. the fifth of "172.31.0.0/28". */
export function addressAt(subnet: string, place: number): string {
  return subnet.replace(/(\d+)\/\d+$/, (_, last: string) => String(Number(last) + place));
}

/** A text of the deployment's own container; nothing runs in it for that. Null when it cannot be had. */
export async function readMounted({ context }: Lab, container: string, path: string): Promise<string | null> {
  const answer = await context.engine.connection.request({
    action: `read ${path} in ${container}`,
    method: 'GET',
    path: `/containers/${encodeURIComponent(container)}/archive?path=${encodeURIComponent(path)}`,
  });
  return answer.status === 200 ? firstText(answer.body, path) : null;
}

/** The container with another text at the place of one of its files. */
export async function withText(
  lab: Lab,
  spec: ContainerSpec,
  path: string,
  text: string,
): Promise<ContainerSpec> {
  const file = { path: 'file', content: text, mode: 0o444, uid: 0, gid: 0 };
  const volume = await lab.createVolume('settings', [file], { uid: 0, gid: 0, mode: 0o755 });
  const others = (spec.HostConfig.Mounts ?? []).filter(({ Target }) => Target !== path);
  const mount = {
    Type: 'bind' as const,
    Source: `${await lab.volumePath(volume)}/file`,
    Target: path,
    ReadOnly: true,
  };
  return { ...spec, HostConfig: { ...spec.HostConfig, Mounts: [...others, mount] } };
}
