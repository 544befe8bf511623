import { editedText } from '../edited-text.ts';
import type { Lab } from '../lab.ts';
import { caddyfilePath } from '../probes/network/ingress.ts';
import type { IngressFacts } from '../probes/network/facts.ts';
import type { TwinSidecar, TwinSpec } from '../proof-target.ts';
import { containerPorts, divertAddresses, withPorts } from './cell.ts';
import { type ContainerAddress, hostAddressOn, inspectNetworks } from './host-shell.ts';
import { addressAt, readMounted, sidecarSpec, withText } from './sidecar-twin.ts';
import type { Canary, HostSite } from './site.ts';

const READY_MS = 20_000;

/** A clone of the ingress with nothing behind it: what it says of a caller it says before it asks the gateway. */
export interface IngressTwin {
  container: string;
  addresses: ContainerAddress[];
  facts: IngressFacts;
}

export async function startIngress(
  lab: Lab,
  sidecar: TwinSidecar,
  twin: TwinSpec,
  { canary, host }: { canary: Canary; host: HostSite },
): Promise<IngressTwin | { absent: string }> {
  const path = caddyfilePath(sidecar.spec);
  const original = await readMounted(lab, sidecar.container, path);
  if (original === null) return { absent: `${path} of the ingress cannot be read` };
  const front = await lab.createNetwork('ingress-front', { internal: false });
  const text = movedTo(editedText(original, path, sidecar.edits ?? []), sidecar, twin, hostAddressOn(front));
  // Known before it starts: nothing of it may leave, from its first packet on.
  const address = addressAt(front.subnet, 5);
  const networks = { [front.name]: { IPAMConfig: { IPv4Address: address } } };
  const spec = withPorts(sidecarSpec(sidecar.spec, networks, ['127.0.0.1']), sidecar.spec);
  if (!(await divertAddresses(lab, canary, [address])))
    return { absent: 'what the ingress sends out could not be kept on this host' };
  const container = await lab.create('ingress', await withText(lab, spec, path, text));
  await lab.start(container);
  const [port = 0] = containerPorts(sidecar.spec);
  const { addresses, published } = await inspectNetworks(lab, container);
  const entrance = published.find(({ containerPort }) => containerPort === port);
  if (entrance === undefined) return { absent: 'the ingress has no address at which it can be tried' };
  await lab.execAttempts(host.container, [
    { id: 'open', run: 'awaitPort', params: { host: address, port }, timeoutMs: READY_MS },
  ]);
  return { container, addresses, facts: { address, port, hostPort: entrance.hostPort } };
}

/** The host has another address in front of the clone: rules about the target's are about that one there. */
function movedTo(text: string, { spec }: TwinSidecar, { networks }: TwinSpec, hostAddress: string): string {
  const known = networks.filter(({ name, internal }) => !internal && spec.networks[name] !== undefined);
  return known.reduce(
    (result, network) =>
      network.hostAddress === undefined || network.hostAddress === ''
        ? result
        : result.replaceAll(
            new RegExp(`(?<![\\d.])${network.hostAddress.replaceAll('.', String.raw`\.`)}(?![\\d.])`, 'g'),
            hostAddress,
          ),
    text,
  );
}
