import { callEngine } from '../../engine/engine-call.ts';
import { isFree } from '../../engine/free-subnet.ts';
import { CONTROL_PORT, helperSpec, readyAttempt, startListener } from '../canary/listener.ts';
import type { Lab } from '../lab.ts';
import type { Observation } from '../payload/protocol.ts';
import type { Visits } from '../payload/network/listener-control.ts';
import type { TwinSpec } from '../proof-target.ts';
import type { RunningStack } from '../stack/running-stack.ts';

/** What the internet is to a twin: a machine of ours on a network that only twins with a way out are on. */
export interface AgentSink {
  address: string;
  name: string;
  port: number;
  /** Which of the markers arrived; `works` = a visit of our own did. */
  arrivals(markers: readonly string[], own: string): Promise<{ markers: string[]; works: boolean }>;
  /** The twin is as it was before. */
  close(): Promise<void>;
}

const PORT = 80;
const NAME = 'sink.clawproof.example';
/**
 * Looks public, so that no filter for private addresses hides what a filter for all others lets through. The block belongs
 * to the registries' own name servers for private addresses (AS112, RFC 7535), and no packet leaves: the network has no way
 * out.
 */
const BLOCK = '192.31.196';
const NETWORKS = 16;

/** Starts it, and joins those of the twin's containers to its network that have a way out in the target. */
export async function startSink(lab: Lab, spec: TwinSpec, stack: RunningStack): Promise<AgentSink> {
  const network = await makeNetwork(lab);
  const address = network.subnet.replace(/\d+\/\d+$/, (end) => String(Number.parseInt(end, 10) + 10));
  const purpose = 'agent-sink';
  const container = await startListener(
    lab,
    purpose,
    {
      ...helperSpec(lab, { NetworkMode: network.name }),
      networks: { [network.name]: { Aliases: [NAME], IPAMConfig: { IPv4Address: address } } },
    },
    { tcp: [PORT, 443], udp: [], dns: true, addresses: [address], control: CONTROL_PORT },
  );
  const joined = openContainers(spec, stack);
  const move = async (action: 'connect' | 'disconnect'): Promise<void> => {
    for (const each of joined)
      await callEngine(lab.context.engine.connection, {
        action: `${action} the network ${network.name} with ${each}`,
        method: 'POST',
        path: `/networks/${encodeURIComponent(network.name)}/${action}`,
        body: { Container: each, ...(action === 'disconnect' ? { Force: true } : {}) },
      });
  };
  await move('connect');
  await lab.execAttempts(container, [readyAttempt(purpose)]);
  return {
    address,
    name: NAME,
    port: PORT,
    arrivals: async (markers, own) => {
      const seen = await lab.execAttempts(container, [
        {
          id: 'own',
          run: 'tcp',
          params: { targets: [{ host: address, port: PORT }], send: `GET /${own} HTTP/1.0\r\n\r\n` },
          timeoutMs: 5000,
        },
        { id: 'visits', run: 'visits', params: { control: CONTROL_PORT }, timeoutMs: 10_000 },
      ]);
      const came = new Set(visitsOf(seen.get('visits')).visits.map(({ marker }) => marker));
      return { markers: markers.filter((marker) => came.has(marker)), works: came.has(own) };
    },
    close: async () => {
      await move('disconnect');
      await lab.remove(container);
    },
  };
}

function visitsOf(observation: Observation | undefined): Visits {
  return observation !== undefined && 'result' in observation
    ? (observation.result as Visits)
    : { visits: [], echoRequests: 0 };
}

/** Several proofs on one host, and several twins of one proof, get a part of the block each. */
function makeNetwork(lab: Lab): Promise<{ name: string; subnet: string }> {
  const first = Number.parseInt(lab.id.slice(-2), 16);
  const parts = Array.from(
    { length: NETWORKS },
    (_, turn) => `${BLOCK}.${((first + turn) % NETWORKS) * 16}/28`,
  );
  const choose = (taken: readonly string[]): string | null =>
    parts.find((part) => isFree(part, taken)) ?? null;
  return lab.createNetwork('agent-outside', { internal: true, choose });
}

function openContainers({ gateway, sidecars }: TwinSpec, stack: RunningStack): string[] {
  const isOpen = (networks: Record<string, unknown>): boolean => {
    const names = Object.keys(networks);
    // In the namespace of the host or of another container it reaches what that one reaches.
    if (names.length === 0) return true;
    return stack.networks.some(({ original, wasInternal }) => names.includes(original) && !wasInternal);
  };
  return [
    ...(isOpen(gateway.networks) ? [stack.gateway] : []),
    ...sidecars.flatMap(({ spec }, index) => {
      const container = stack.sidecars[index]?.container;
      return container !== undefined && isOpen(spec.networks) ? [container] : [];
    }),
  ];
}
