import { callEngine } from '../../engine/engine-call.ts';
import { isAppError } from '../../errors/app-error.ts';
import { proofContainerFailed } from '../../errors/prove-errors.ts';
import type { Lab } from '../lab.ts';
import type { LabPorts } from '../lab/lab-engine.ts';
import { isLeftBehind, ownerLabel } from '../lab/owner-label.ts';
import { removalOf } from '../lab/removal.ts';
import { PROOF_LABELS } from '../layout.ts';
import type { CanaryReady } from '../payload/canary/options.ts';
import type { NameResult } from '../payload/network/name-attempts.ts';
import type { OwnNetwork } from '../payload/network/own-network.ts';
import type { TcpResult } from '../payload/network/tcp-attempts.ts';
import type { UdpResult } from '../payload/network/udp-attempts.ts';
import type { Observation } from '../payload/protocol.ts';
import type { ProofEngine } from '../proof-target.ts';
import {
  canaryBlock,
  divertScript,
  type CanaryBlock,
  joinScript,
  readSurvey,
  releaseScript,
  reserveScript,
  slotOrder,
  surveyScript,
} from './block.ts';
import {
  inspectNetworks,
  containerShell,
  hostAddressOn,
  directShell,
  type HostShell,
  pidOf,
  withHostPrograms,
} from './host-shell.ts';
import { CONTROL_PORT, helperSpec, readyAttempt, startListener } from './listener.ts';
import { CANARY_TCP, CANARY_UDP, DIVERTED } from './visited.ts';

/** What surrounds the target's twins on the network, as far as it could be had. One for a whole proof. */
export interface Site {
  /** The machine outside; why there is none. */
  canary: Canary | { absent: string };
  /** A listener of ours in the network namespace of the engine's host. */
  host: HostSite | { absent: string };
  /** An ordinary container on a network that is not the deployment's. */
  other: OtherSite;
}

export interface Canary {
  container: string;
  block: CanaryBlock;
  shell: HostShell;
  control: number;
  /** What an ordinary container reached of it: the proof that it can be reached. */
  proved: { tcp: boolean; udp: boolean; dns: boolean };
}

export interface HostSite {
  container: string;
  ready: CanaryReady;
  network: OwnNetwork;
}

export interface OtherSite {
  container: string;
  /** Its address on a network with a way out, and the host's address there. */
  address: string;
  hostAddress: string;
  /** A network without a way out that it is on as well. */
  inside: { network: string; address: string };
}

type Engine = Pick<ProofEngine, 'isLocal' | 'isRootless' | 'usernsRemap'>;

const sites = new WeakMap<Lab, Promise<Site>>();

/** The lab's site, started with the first call. */
export function siteOf(lab: Lab, engine: Engine): Promise<Site> {
  const found = sites.get(lab) ?? startSite(lab, engine);
  sites.set(lab, found);
  return found;
}

async function startSite(lab: Lab, engine: Engine): Promise<Site> {
  const isDirect = engine.isLocal && !engine.isRootless && lab.context.ports.system.uid === 0;
  const host = startHost(lab, engine, isDirect).catch(absence);
  const other = startOther(lab);
  // They are waited for below, whatever fails first.
  for (const begun of [host, other]) begun.catch(() => undefined);
  const shell = isDirect ? directShell(lab) : await shellIn(lab, host);
  const ordinary = async (): Promise<Contained> => {
    const { container, address, inside } = await other;
    return { container, addresses: [address, inside.address] };
  };
  const canary = 'absent' in shell ? shell : await startCanary(lab, shell, ordinary).catch(absence);
  return { canary, host: await host, other: await other };
}

/** A container whose packets must not leave this host. */
interface Contained {
  container: string;
  addresses: readonly string[];
}

async function shellIn(lab: Lab, host: Promise<Site['host']>): Promise<HostShell | { absent: string }> {
  const started = await host;
  return 'absent' in started ? started : containerShell(lab, started.container);
}

function absence(error: unknown): { absent: string } {
  if (!isAppError(error)) throw error;
  return { absent: error.message };
}

async function startHost(lab: Lab, { usernsRemap }: Engine, isDirect: boolean): Promise<HostSite> {
  const plain = helperSpec(lab, {
    NetworkMode: 'host',
    ...(usernsRemap || !isDirect ? { UsernsMode: 'host' } : {}),
  });
  const spec = isDirect ? plain : withHostPrograms(plain);
  const options = { tcp: [0], udp: [0], silent: true, dns: false, addresses: [], control: 0 };
  const container = await startListener(lab, 'host', spec, options);
  const seen = await lab.execAttempts(container, [
    readyAttempt('host'),
    { id: 'network', run: 'ownNetwork', params: {}, timeoutMs: 5000 },
  ]);
  return { container, ready: resultOf(seen, 'ready'), network: resultOf(seen, 'network') };
}

async function startOther(lab: Lab): Promise<OtherSite> {
  const elsewhere = await lab.createNetwork('elsewhere', { internal: false });
  const { name } = elsewhere;
  const options = { 'com.docker.network.bridge.inhibit_ipv4': 'true' };
  const inside = (await lab.createNetwork('elsewhere-inside', { internal: true, options })).name;
  // Names that it asks for by mistake go nowhere.
  const helper = helperSpec(lab, { NetworkMode: name, Dns: ['127.0.0.1'] });
  const container = await startListener(
    lab,
    'elsewhere-listener',
    { ...helper, networks: { [name]: {}, [inside]: {} } },
    { tcp: [80, 8080], udp: [4500], dns: false, addresses: [], control: CONTROL_PORT },
  );
  const [{ addresses }, seen] = await Promise.all([
    inspectNetworks(lab, container),
    lab.execAttempts(container, [readyAttempt('elsewhere-listener')]),
  ]);
  resultOf<CanaryReady>(seen, 'ready');
  const addressOn = (network: string): string => addresses.find((each) => each.network === network)?.v4 ?? '';
  return {
    container,
    address: addressOn(name),
    hostAddress: hostAddressOn(elsewhere),
    inside: { network: inside, address: addressOn(inside) },
  };
}

async function startCanary(
  lab: Lab,
  shell: HostShell,
  ordinary: () => Promise<Contained>,
): Promise<Canary | { absent: string }> {
  const reserved = await reserve(lab, shell);
  if ('absent' in reserved) return reserved;
  const block = canaryBlock(reserved.slot);
  lab.onClose(async () => {
    // Nobody may be left who sends there when the route that refuses goes.
    await removeContainers(lab, shell.isDirect ? [] : ['host']);
    await shell.run(releaseScript([block.slot]));
  });
  const spec = helperSpec(lab);
  const container = await startListener(lab, 'canary', spec, {
    tcp: [...CANARY_TCP],
    udp: [...CANARY_UDP],
    dns: true,
    addresses: [block.v4, block.v6],
    control: CONTROL_PORT,
  });
  const joined = await shell.run(joinScript(block, await pidOf(lab, container), DIVERTED));
  if (joined.code !== 0)
    return {
      absent: `the host could not be linked with the canary: ${lastLine(joined.stderr, joined.stdout)}`,
    };
  const contained = async ({ addresses, container: from }: Contained): Promise<Canary['proved']> => {
    const kept = await shell.run(divertScript(block, [block.v4, ...addresses], DIVERTED));
    if (kept.code !== 0) throw proofContainerFailed('the canary', lastLine(kept.stderr, kept.stdout));
    return proveCanary(lab, from, block);
  };
  const [, proved] = await Promise.all([
    lab.execAttempts(container, [readyAttempt('canary')]),
    ordinary().then(contained),
  ]);
  return { container, block, shell, control: CONTROL_PORT, proved };
}

async function reserve(lab: Lab, shell: HostShell): Promise<{ slot: number } | { absent: string }> {
  const { system, clock } = lab.context.ports;
  const survey = await shell.run(surveyScript());
  if (survey.code !== 0)
    return {
      absent:
        survey.code === 127
          ? 'the host of the engine has no programs ip and nsenter'
          : `no commands can be run on the host of the engine: ${lastLine(survey.stderr, survey.stdout)}`,
    };
  const left = await leftBehind({ system, clock }, survey.stdout);
  const script = `${releaseScript(left)}\n${reserveScript(slotOrder(lab.id), await ownerLabel(system))}`;
  const reserved = await shell.run(script);
  const slot = Number(reserved.stdout.trim());
  if (reserved.code === 0 && reserved.stdout.trim() !== '') return { slot };
  return {
    absent: `the host has no free address for the canary: ${lastLine(reserved.stderr, reserved.stdout)}`,
  };
}

/** Slots of runs that were killed, by what the survey said. */
async function leftBehind(
  { system, clock }: Pick<LabPorts, 'system' | 'clock'>,
  survey: string,
): Promise<number[]> {
  const { links, bare } = readSurvey(survey);
  const dead = await Promise.all(
    links.map(({ owner }) => isLeftBehind(system, owner, undefined, clock.now())),
  );
  return [...bare, ...links.filter((_, index) => dead[index]).map(({ slot }) => slot)];
}

/**
 * Removes the links, routes and rules of runs that were killed, for proofs without a canary of their own; those with one
 * do it when they reserve theirs. On the engine of another host only they see what is left there.
 */
export async function releaseLeftBehind(lab: Lab, engine: Engine): Promise<void> {
  if (!engine.isLocal || engine.isRootless) return;
  const direct = directShell(lab);
  const survey = await direct.run(surveyScript());
  if (survey.code !== 0) return;
  const left = await leftBehind(lab.context.ports, survey.stdout);
  if (left.length === 0) return;
  const isRoot = lab.context.ports.system.uid === 0;
  const shell = isRoot ? direct : await shellIn(lab, startHost(lab, engine, false));
  if (!('absent' in shell)) await shell.run(releaseScript(left));
}

/** What an ordinary container reaches of the canary: what a twin does not reach then is kept from it. */
export async function proveCanary(
  lab: Lab,
  container: string,
  block: CanaryBlock,
): Promise<Canary['proved']> {
  const server = { host: block.v4, port: 53 };
  const seen = await lab.execAttempts(container, [
    {
      id: 'tcp',
      run: 'tcp',
      params: { targets: [{ host: block.v4, port: 443 }], timeoutMs: 5000 },
      timeoutMs: 8000,
    },
    {
      id: 'udp',
      run: 'udp',
      params: { targets: [{ host: block.v4, port: 4500 }], send: 'x', timeoutMs: 3000 },
      timeoutMs: 8000,
    },
    {
      id: 'dns',
      run: 'ask',
      params: { server, name: 'control.example', over: 'udp', timeoutMs: 3000 },
      timeoutMs: 8000,
    },
  ]);
  return {
    tcp: resultOf<TcpResult[]>(seen, 'tcp')[0]?.code === 'connected',
    udp: resultOf<UdpResult[]>(seen, 'udp')[0]?.code === 'answered',
    dns: resultOf<NameResult>(seen, 'dns').code === 'answered',
  };
}

/** @throws AppError `proof-container-failed` when there is none */
function resultOf<T>(seen: ReadonlyMap<string, Observation>, id: string): T {
  const observation = seen.get(id);
  if (observation === undefined || 'error' in observation)
    throw proofContainerFailed(id, observation?.error ?? 'it ended before it answered');
  return observation.result as T;
}

/** Removes the containers of this run but those for these purposes. No signal: this happens after an abort, too. */
async function removeContainers({ id, context }: Lab, kept: readonly string[]): Promise<void> {
  const { connection } = context.engine;
  const filters = encodeURIComponent(JSON.stringify({ label: [`${PROOF_LABELS.proof}=${id}`] }));
  const { value = [] } = await callEngine<{ Id: string; Names: string[] }[]>(connection, {
    action: 'list the containers of the proof',
    method: 'GET',
    path: `/containers/json?all=1&filters=${filters}`,
  });
  const gone = value.filter(
    ({ Names }) => !kept.some((purpose) => Names.some((name) => name.endsWith(`-${purpose}`))),
  );
  await Promise.all(
    gone.map(({ Id, Names }) =>
      callEngine(connection, {
        ...removalOf({ kind: 'container', id: Id, name: Names[0] ?? Id }),
        // Somebody else removes it already.
        accept: [404, 409],
      }),
    ),
  );
}

function lastLine(...texts: string[]): string {
  return (
    texts.map((text) => text.trim().split('\n').at(-1) ?? '').find((line) => line !== '') ?? 'no message'
  );
}
