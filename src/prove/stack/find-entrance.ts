import { callEngine } from '../../engine/engine-call.ts';
import { settingAt, type Settings } from '../../measures/settings.ts';
import type { ContainerSpec } from '../container-spec.ts';
import type { Lab } from '../lab.ts';
import type { Entrance, StackNetwork } from './running-stack.ts';

/** Who may answer for a published port. */
export interface Answerer {
  via: 'ingress' | 'gateway';
  spec: ContainerSpec;
  /** Name of the twin's container. */
  container: string;
  /** The port in it that is meant; any published one when absent. */
  port?: number;
}

/** Where the host reaches what the target publishes; undefined when it publishes nothing. */
export async function findEntrance(
  lab: Lab,
  answerers: readonly Answerer[],
  networks: readonly StackNetwork[],
  config: Settings | undefined,
): Promise<Entrance | undefined> {
  for (const { via, spec, container, port } of answerers) {
    const published = publishedPort(spec, port);
    if (published === undefined) continue;
    // The engine forwards to a network with a way out.
    const outer = networks.filter(
      ({ wasInternal, hostAddress }) => !wasInternal && hostAddress !== undefined,
    );
    const address = (await addressesOf(lab, container)).find(([name]) =>
      outer.some((network) => network.name === name),
    );
    if (address === undefined) continue;
    const origin = originOf(settingAt(config, 'gateway.controlUi.allowedOrigins'), published.authority);
    return { via, host: address[1], ...published, ...(origin === undefined ? {} : { origin }) };
  }
  return undefined;
}

/** Networks of a container that runs, with its addresses in them. */
export async function addressesOf(
  { context }: Lab,
  container: string,
): Promise<[network: string, address: string][]> {
  const { value } = await callEngine<{
    NetworkSettings: { Networks: Record<string, { IPAddress: string }> };
  }>(context.engine.connection, {
    action: `look at the container ${container}`,
    method: 'GET',
    path: `/containers/${container}/json`,
  });
  return Object.entries(value?.NetworkSettings.Networks ?? {}).map(([name, { IPAddress }]) => [
    name,
    IPAddress,
  ]);
}

/** Port in the container, and how callers name it. */
export function publishedPort(
  { HostConfig: { PortBindings } }: ContainerSpec,
  wanted?: number,
): { port: number; authority: string } | undefined {
  for (const [key, bindings] of Object.entries(PortBindings ?? {})) {
    const [port, protocol] = key.split('/');
    const binding = bindings?.[0];
    if (protocol !== 'tcp' || binding === undefined || (wanted !== undefined && Number(port) !== wanted))
      continue;
    const host = /^(?:0\.0\.0\.0|::|)$/.test(binding.HostIp) ? '127.0.0.1' : binding.HostIp;
    return { port: Number(port), authority: `${host}:${binding.HostPort || port}` };
  }
  return undefined;
}

/** Of the origins that are accepted, the one of the published port where it is among them. */
function originOf(allowed: unknown, authority: string): string | undefined {
  const origins = Array.isArray(allowed)
    ? allowed.filter((each): each is string => typeof each === 'string')
    : [];
  return origins.find((each) => each === `http://${authority}`) ?? origins.find((each) => each !== '*');
}
