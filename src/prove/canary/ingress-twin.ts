import type { Lab } from '../lab.ts';
import { caddyfilePath } from '../probes/network/ingress.ts';
import type { IngressFacts } from '../probes/network/facts.ts';
import type { TwinSidecar, TwinSpec } from '../proof-target.ts';
import { containerPorts, divertContainer, withPorts } from './cell.ts';
import { type ContainerAddress, inspectNetworks } from './host-shell.ts';
import { edited, readMounted, sidecarSpec, withText } from './sidecar-twin.ts';
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
  const text = movedTo(edited(original, path, sidecar.edits ?? []), sidecar, twin, front.hostAddress ?? '');
  const spec = withPorts(sidecarSpec(sidecar.spec, { [front.name]: {} }, ['127.0.0.1']), sidecar.spec);
  const container = await lab.create('ingress', await withText(lab, spec, path, text));
  await lab.start(container);
  const { addresses, isDiverted } = await divertContainer(lab, canary, container);
  const address = addresses.find(({ network }) => network === front.name)?.v4 ?? '';
  const [port = 0] = containerPorts(sidecar.spec);
  const { published } = await inspectNetworks(lab, container);
  const entrance = published.find(({ containerPort }) => containerPort === port);
  if (!isDiverted || address === '' || entrance === undefined)
    return { absent: 'the ingress has no address at which it can be tried' };
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
