import type { EngineReport } from '../../engine/engine-report.ts';
import { detonationNotConnected } from '../../errors/detonate-errors.ts';
import {
  containerShell,
  directShell,
  type HostShell,
  pidOf,
  withHostPrograms,
} from '../canary/host-shell.ts';
import { helperSpec, readyAttempt, startListener } from '../canary/listener.ts';
import { withKit } from '../lab/with-payload.ts';
import type { Lab } from '../lab.ts';
import { createAuthority } from '../payload/detonation/certificates.ts';
import type { SinkReady, SinkSeen } from '../payload/detonation/record.ts';
import type { Observation } from '../payload/protocol.ts';
import type { ProofEngine } from '../proof-target.ts';
import type { BaitSet } from './baits.ts';
import type { DetonationRequest } from './detonate.ts';
import type { UseStep } from './detonation.ts';
import { TWIN } from './layout.ts';
import { namedPorts, UDP_PORTS, WELL_KNOWN } from './ports.ts';
import { standInNames } from './stand-ins.ts';
import type { SkillManifest } from './skill-manifest.ts';
import {
  CABLE,
  cableScript,
  SCRATCH,
  scratchOptions,
  SINK_CONTROL,
  SINK_READY,
  sinkFiles,
  sinkSpec,
  skillVolume,
  twinSpec,
  type TwinVolumes,
  watcherSpec,
  witnessSpec,
  worldFiles,
} from './twin-specs.ts';
import { twinConfig } from './twin-config.ts';

const BOOT_MS = 180_000;
const READY_MS = 60_000;
/** More would take memory, and hardly anybody uses others; those that the skill names are always among them. */
const MOST_PORTS = 20_000;

/** The containers of one detonation. */
export interface DetonationSite {
  twin: string;
  sink: string;
  watcher: string;
  /** Where the model is played and files are looked at, out of the skill's reach. */
  witness: string;
  /** How many ports the canary answers; resolves when OpenClaw answers. */
  ready: { tcp: number; gateway: Promise<void> };
  /** Of the twin's gateway. */
  token: string;
  seen(): Promise<SinkSeen>;
}

type SiteRequest = Pick<DetonationRequest, 'image' | 'skill'> & {
  manifest: SkillManifest;
  baits: BaitSet;
  plan: { steps: readonly UseStep[] };
  engine: Pick<EngineReport, 'kind' | 'engine'>;
};

/** Starts the twin with the skill, the canary at the other end of its only cable, and who watches its processes. */
export async function startSite(lab: Lab, host: ProofEngine, request: SiteRequest): Promise<DetonationSite> {
  const { image, baits } = request;
  const token = baits.baits[0]?.value ?? '';
  const volumes = await makeVolumes(lab, request, token);
  const kit = await lab.kit();
  const [sink, twin] = await Promise.all([
    lab.create('canary', withKit(sinkSpec(image.id, volumes.sink), kit)),
    lab.create(
      'twin',
      withNames(withKit(twinSpec(image.id, image.path, volumes, baits.baits), kit), volumes.resolv),
    ),
  ]);
  await Promise.all([lab.start(sink), lab.start(twin)]);
  await connect(lab, host, sink, twin);
  const seen = await lab.execAttempts(sink, [
    { id: 'ready', run: 'sinkReady', params: { readyFile: SINK_READY }, timeoutMs: READY_MS },
  ]);
  const ready = resultOf<SinkReady>(seen, 'ready');
  const watcher = await startListener(lab, 'watcher', watcherSpec(image.id, twin), {
    tcp: [],
    udp: [],
    dns: false,
    addresses: [],
    control: 0,
  });
  const witness = await lab.create('witness', withKit(witnessSpec(image.id, twin, volumes), kit));
  await lab.start(witness);
  const gateway = awaitGateway(lab, witness);
  gateway.catch(() => undefined);
  return {
    twin,
    sink,
    watcher,
    witness,
    token,
    ready: { tcp: ready.tcp, gateway },
    seen: async () => {
      const answered = await lab.execAttempts(sink, [
        { id: 'seen', run: 'sinkSeen', params: { control: SINK_CONTROL }, timeoutMs: 20_000 },
      ]);
      return resultOf<SinkSeen>(answered, 'seen');
    },
  };
}

async function makeVolumes(
  lab: Lab,
  { skill, manifest, baits, plan, engine }: SiteRequest,
  token: string,
): Promise<TwinVolumes & { sink: string; resolv: string }> {
  const root = { uid: 0, gid: 0, mode: 0o755 };
  const authority = createAuthority(lab.context.ports.clock.now().getTime());
  const texts = skill.files.map(({ content }) => Buffer.from(content).toString('latin1'));
  const options = {
    address: CABLE.sink,
    ports: [...namedPorts(texts), ...WELL_KNOWN],
    udp: UDP_PORTS,
    mostPorts: MOST_PORTS,
    control: SINK_CONTROL,
    readyFile: SINK_READY,
    authority,
  };
  const programs = standInNames(manifest.programs, plan.steps);
  const world = worldFiles(baits, twinConfig(token), authority.certificate, programs);
  const volumes = {
    world: await lab.createVolume('world', world, root),
    skills: await lab.createVolume('skill', skillVolume(manifest.name, skill.files), {
      uid: 1000,
      gid: 1000,
      mode: 0o755,
    }),
    sink: await lab.createVolume('canary', sinkFiles(options), root),
    scratch: await Promise.all(
      SCRATCH.map((folder) => lab.createMemoryVolume(folder.purpose, scratchOptions(folder, engine))),
    ),
  };
  return { ...volumes, resolv: `${await lab.volumePath(volumes.world)}/resolv.conf` };
}

/** The engine's own file would name the host's resolvers. */
function withNames(spec: ReturnType<typeof twinSpec>, file: string): ReturnType<typeof twinSpec> {
  return { ...spec, HostConfig: { ...spec.HostConfig, Binds: [`${file}:/etc/resolv.conf:ro`] } };
}

async function connect(lab: Lab, host: ProofEngine, sink: string, twin: string): Promise<void> {
  const shell = await shellOn(lab, host);
  const script = cableScript(await pidOf(lab, sink), await pidOf(lab, twin));
  const { code, stdout, stderr } = await lab.context.change(() => shell.run(script));
  if (code === 0) return;
  const words = [stderr, stdout]
    .map((text) => text.trim().split('\n').at(-1) ?? '')
    .find((line) => line !== '');
  throw detonationNotConnected(words ?? `the command ended with ${code}`);
}

async function shellOn(lab: Lab, { isLocal, isRootless, usernsRemap }: ProofEngine): Promise<HostShell> {
  if (isLocal && !isRootless && lab.context.ports.system.uid === 0) return directShell(lab);
  const mode = usernsRemap ? { UsernsMode: 'host' } : {};
  const spec = withHostPrograms(helperSpec(lab, { NetworkMode: 'host', ...mode }));
  const options = { tcp: [], udp: [], dns: false, addresses: [], control: 0 };
  const container = await startListener(lab, 'host', spec, options);
  await lab.execAttempts(container, [readyAttempt('host')]);
  return containerShell(lab, container);
}

async function awaitGateway(lab: Lab, witness: string): Promise<void> {
  const params = { port: TWIN.port, host: '127.0.0.1', forMs: BOOT_MS };
  const seen = await lab.execAttempts(witness, [
    { id: 'ready', run: 'awaitHttp', params, timeoutMs: BOOT_MS + 5000 },
  ]);
  const { host } = resultOf<{ host: string }>(seen, 'ready');
  if (host === '') throw new Error('OpenClaw did not answer');
}

function resultOf<T>(seen: ReadonlyMap<string, Observation>, id: string): T {
  const observation = seen.get(id);
  if (observation === undefined || 'error' in observation)
    throw new Error(observation?.error ?? 'its container ended');
  return observation.result as T;
}
