import { editedText } from '../edited-text.ts';
import { callEngine } from '../../engine/engine-call.ts';
import type { Lab } from '../lab.ts';
import { canaryNames } from '../probes/network/egress.ts';
import type { EgressFacts } from '../probes/network/facts.ts';
import { chooseNames, readSquidRules, squidConfigPath } from '../probes/network/squid-rules.ts';
import type { TwinSidecar } from '../proof-target.ts';
import { divertAddresses } from './cell.ts';
import type { ContainerAddress } from './host-shell.ts';
import { addressAt, readMounted, sidecarSpec, withText } from './sidecar-twin.ts';
import type { Canary, Site } from './site.ts';
import { CANARY_TCP } from './visited.ts';

const READY_MS = 20_000;

/** A clone of the egress proxy, between a cage of its own and a network with a way out, with the canary as name server. */
export interface EgressTwin {
  container: string;
  addresses: ContainerAddress[];
  cage: string;
  facts: EgressFacts;
}

/** Starts it; the container of the site that is elsewhere joins its cage, so that attempts can be made from there. */
export async function startEgress(
  lab: Lab,
  sidecar: TwinSidecar,
  site: Site,
  canary: Canary,
  run: string,
): Promise<EgressTwin | { absent: string }> {
  const path = squidConfigPath(sidecar.spec);
  const original = await readMounted(lab, sidecar.container, path);
  if (original === null) return { absent: `${path} of the egress proxy cannot be read` };
  const text = editedText(original, path, sidecar.edits ?? []);
  const rules = readSquidRules(text);
  // Names are chosen by what the owner allows, not by what a weakening adds.
  const names = chooseNames(readSquidRules(original), CANARY_TCP, run);
  const [cage, outside] = await Promise.all([
    lab.createNetwork('egress-cage', { internal: true }),
    lab.createNetwork('egress-outside', { internal: false }),
  ]);
  // Known before it starts: nothing of it may leave, from its first packet on.
  const host = addressAt(cage.subnet, 5);
  const addresses: ContainerAddress[] = [
    { network: outside.name, v4: addressAt(outside.subnet, 5), v6: '' },
    { network: cage.name, v4: host, v6: '' },
  ];
  const networks = {
    [outside.name]: { IPAMConfig: { IPv4Address: addressAt(outside.subnet, 5) } },
    [cage.name]: { IPAMConfig: { IPv4Address: host }, Aliases: ['egress'] },
  };
  const spec = sidecarSpec(sidecar.spec, networks, [canary.block.v4]);
  const sources = addresses.map(({ v4 }) => v4);
  const [isKept, twin] = await Promise.all([
    divertAddresses(lab, canary, sources),
    text === original ? spec : withText(lab, spec, path, text),
    join(lab, cage.name, site.other.container),
  ]);
  if (!isKept) return { absent: 'what egress sends out could not be kept on this host' };
  const container = await lab.create('egress', twin);
  await lab.start(container);
  await Promise.all([
    lab.execAttempts(canary.container, [
      {
        id: 'names',
        run: 'answerNames',
        params: { control: canary.control, names: canaryNames(names, canary.block) },
        timeoutMs: 5000,
      },
    ]),
    lab.execAttempts(site.other.container, [
      { id: 'open', run: 'awaitPort', params: { host, port: rules.port }, timeoutMs: READY_MS },
    ]),
  ]);
  return {
    container,
    addresses,
    cage: cage.name,
    facts: { host, port: rules.port, names, insiders: [site.other.address] },
  };
}

async function join({ context }: Lab, network: string, container: string): Promise<void> {
  await callEngine(context.engine.connection, {
    action: `join the network ${network} with ${container}`,
    method: 'POST',
    path: `/networks/${network}/connect`,
    body: { Container: container },
  });
}
