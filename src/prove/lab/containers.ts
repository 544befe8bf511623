import { callEngine } from '../../engine/engine-call.ts';
import type { ContainerSpec } from '../container-spec.ts';
import type { LabContext } from './lab-engine.ts';

/** Network modes that are no network's name. */
const MODES = /^(?:|default|bridge|nat|host|none|container:.*)$/;

const CREATE_MS = 120_000;
const START_MS = 60_000;

/** Makes a container and joins its networks; it does not run yet. @returns its name */
export async function createContainer(
  { engine: { connection }, labels, nameOf, change }: LabContext,
  purpose: string,
  { networks, ...spec }: ContainerSpec,
): Promise<string> {
  const name = nameOf(purpose);
  const { NetworkMode } = spec.HostConfig;
  const joined = Object.keys(networks);
  const first = joined.includes(NetworkMode) || MODES.test(NetworkMode) ? NetworkMode : (joined[0] ?? 'none');
  const endpoint = networks[first];
  const body = {
    ...spec,
    Labels: { ...spec.Labels, ...labels },
    HostConfig: { ...spec.HostConfig, NetworkMode: first },
    // Engines before 25 take only one network here.
    ...(endpoint === undefined ? {} : { NetworkingConfig: { EndpointsConfig: { [first]: endpoint } } }),
  };
  return change(async () => {
    await callEngine(connection, {
      action: `make the container ${name}`,
      method: 'POST',
      path: `/containers/create?name=${name}`,
      body,
      timeoutMs: CREATE_MS,
    });
    for (const network of joined.filter((each) => each !== first))
      await callEngine(connection, {
        action: `join the network ${network} with ${name}`,
        method: 'POST',
        path: `/networks/${encodeURIComponent(network)}/connect`,
        body: { Container: name, EndpointConfig: networks[network] },
      });
    return name;
  });
}

export async function startContainer(
  { engine: { connection }, change }: LabContext,
  name: string,
): Promise<void> {
  await change(() =>
    callEngine(connection, {
      action: `start the container ${name}`,
      method: 'POST',
      path: `/containers/${encodeURIComponent(name)}/start`,
      timeoutMs: START_MS,
    }),
  );
}

/** How a container is, or was. */
export interface ContainerStateNow {
  ExitCode: number;
  OOMKilled: boolean;
  Error: string;
  /** The year 1 when it never started. */
  StartedAt: string;
}

export async function containerState(
  { engine: { connection } }: LabContext,
  name: string,
): Promise<ContainerStateNow | undefined> {
  const { value } = await callEngine<{ State: ContainerStateNow }>(connection, {
    action: `look at the container ${name}`,
    method: 'GET',
    path: `/containers/${encodeURIComponent(name)}/json`,
    accept: [404],
  });
  return value?.State;
}
