import { join } from 'node:path';
import { createDocker, type Docker } from '../../engine/docker.ts';
import { detectEngine } from '../../engine/detect.ts';
import type { DockerInfo } from '../../engine/docker-types.ts';
import {
  containersInTheWay,
  daemonFileBroken,
  daemonNotHere,
  nothingToUndo,
  noRoomToCarry,
} from '../../errors/host-errors.ts';
import { remapBase } from '../../engine/remap-base.ts';
import { engineNotReady } from '../../errors/operate-errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { runChange } from '../change/run-change.ts';
import { contentHash } from '../content-hash.ts';
import { bytesToCarry, type CarriedData, dataToCarry } from './carry-data.ts';
import {
  type DaemonKey,
  daemonFileProblem,
  daemonSettings,
  setDaemonKeys,
  type SetKey,
  unsetDaemonKeys,
} from './daemon-file.ts';
import { findDaemon, flagNames, type RunningDaemon } from './find-daemon.ts';
import { hostChange, type HostMemo, hostTools } from './host-change.ts';
import { HOST_FILES, type HostKind, readRecord, stateFolder } from './host-state.ts';
import { type HardeningPlan, planHardening } from './plan-hardening.ts';
import { validateDaemonFile } from './validate-file.ts';

/** The engine of this host, and its settings. */
export interface EngineHost {
  docker: Docker;
  /** The docker program. */
  program: string;
  info: DockerInfo;
  isRootless: boolean;
  mapsUsers: boolean;
  daemon: RunningDaemon;
  /** Folder of what clawproof keeps for the way back. */
  folder: string;
  /** Of daemon.json; null = there is none. */
  text: string | null;
  settings: Record<string, unknown>;
}

/** What would be, or was, changed. */
export interface HostProposal {
  configFile: string;
  before: string | null;
  /** Null = the file goes away. */
  after: string | null;
  set: SetKey[];
  plan?: HardeningPlan;
  carry: CarriedData | null;
  /** Mounts of folders of this host whose owner is another one for the containers then. */
  mounts: { container: string; source: string; uid: number }[];
  /** Keys that have another value by now and stay. */
  kept: SetKey[];
  /** Folder in which the data of before stays. */
  rootBefore: string | null;
  /** What the engine's own check said; null = this engine has none. */
  validated: boolean | null;
}

/** @throws AppError `engine-not-ready`, `daemon-not-here`, `daemon-file-broken` */
export async function openEngineHost(ports: Ports): Promise<EngineHost> {
  const engine = await detectEngine(ports);
  const program = engine.docker?.path;
  if (program === undefined || engine.engine === undefined) throw engineNotReady(engine.missing);
  const docker = createDocker(ports, program);
  const info = await docker.info();
  if (engine.kind !== 'local' && engine.kind !== 'rootless') throw daemonNotHere(info.DockerRootDir);
  const daemon = await findDaemon(ports, info.DockerRootDir);
  const text = await ports.files.read(daemon.configFile);
  const settings = daemonSettings(text, daemon.configFile);
  if (settings === undefined)
    throw daemonFileBroken(daemon.configFile, daemonFileProblem(text, daemon.configFile) ?? 'it is no JSON');
  return {
    docker,
    program,
    info,
    isRootless: engine.kind === 'rootless',
    mapsUsers: engine.engine.userNamespaces,
    daemon,
    folder: stateFolder(daemon.configFile),
    text,
    settings,
  };
}

/** What `host harden` would change. Changes nothing. */
export async function proposeHardening(
  ports: Ports,
  host: EngineHost,
  { withUserNamespace }: { withUserNamespace: boolean },
): Promise<HostProposal> {
  const { info, settings, isRootless, mapsUsers, daemon } = host;
  const counts = info as DockerInfo & {
    Containers?: number;
    Images?: number;
    Swarm?: { LocalNodeState?: string };
  };
  const carried = await dataToCarry(ports, host.program);
  const plan = planHardening({
    settings,
    flags: flagNames(daemon.args),
    isRootless,
    isSwarm: (counts.Swarm?.LocalNodeState ?? 'inactive') !== 'inactive',
    mapsUsers,
    data: {
      containers: counts.Containers ?? 0,
      images: carried.images.length,
      volumes: carried.volumes.length + carried.left.length,
    },
    withUserNamespace,
  });
  const maps = plan.set.some(({ name }) => name === 'userns-remap');
  return {
    ...(await proposeKeys(ports, host, plan.set)),
    plan,
    carry: maps ? carried : null,
    mounts: maps ? await foreignMounts(ports, host.docker) : [],
    rootBefore: maps ? info.DockerRootDir : null,
  };
}

/** What setting these keys would change. */
export async function proposeKeys(
  ports: Ports,
  host: EngineHost,
  keys: readonly DaemonKey[],
): Promise<HostProposal> {
  const { text, daemon } = host;
  const edited = setDaemonKeys(
    text,
    keys.map(({ path, value }) => ({ path, value })),
  );
  const validated = edited.set.length === 0 ? null : await validateDaemonFile(ports, daemon, edited.text);
  return {
    configFile: daemon.configFile,
    before: text,
    after: edited.set.length === 0 ? text : edited.text,
    set: edited.set,
    carry: null,
    mounts: [],
    kept: [],
    rootBefore: null,
    validated,
  };
}

/**
 * What taking it back would change: the file as it was, or, where others have written in it since, just the keys.
 * @throws AppError `nothing-to-undo`
 */
export async function proposeUndo(ports: Ports, host: EngineHost, kind: HostKind): Promise<HostProposal> {
  const { files } = ports;
  const record = await readRecord(files, host.folder, kind);
  if (record === null) throw nothingToUndo();
  const isOurs = record.exact && host.text !== null && contentHash(host.text) === record.after;
  const { text, kept } = unsetDaemonKeys(host.text ?? '{}', record.set);
  const former = record.hadFile ? await files.read(join(host.folder, HOST_FILES.before(kind))) : null;
  const maps = remapBase(host.info.DockerRootDir) !== null && record.rootBefore !== undefined;
  return {
    configFile: host.daemon.configFile,
    before: host.text,
    after: isOurs ? former : text,
    set: [],
    carry: null,
    mounts: [],
    kept: isOurs ? [] : kept,
    rootBefore: maps ? host.info.DockerRootDir : null,
    validated: null,
  };
}

/** True when something would change. */
export function isChange({ before, after }: HostProposal): boolean {
  return before !== after;
}

/**
 * Makes the change, whole or not at all.
 * @throws AppError `containers-in-the-way`, `no-room-to-carry`, `engine-did-not-come-back`, `data-not-carried`
 */
export async function applyProposal(
  ports: Ports,
  host: EngineHost,
  proposal: HostProposal,
  { kind, action, take, toolVersion }: Pick<HostMemo, 'kind' | 'action' | 'take'> & { toolVersion: string },
): Promise<void> {
  const { files } = ports;
  const { folder, daemon, program } = host;
  await files.makeDirectory(join(folder, '.clawproof'), 0o700);
  await files.setMode(folder, 0o700);
  const { before, after, set, carry, rootBefore } = proposal;
  const begin = async (): Promise<HostMemo> => {
    if (carry !== null) await requireMovable(ports, host, carry);
    if (after !== null) await files.writeAtomic(join(folder, HOST_FILES.next), after, { mode: 0o600 });
    await files.writeAtomic(join(folder, HOST_FILES.former), before ?? '', { mode: 0o600 });
    const common = { kind, action, daemon, take, set, program, carry, rootBefore };
    return { ...common, hadFile: before !== null, hasNext: after !== null };
  };
  await runChange(ports, { folder, toolVersion }, hostChange, begin, hostTools(toolVersion));
}

async function requireMovable(
  ports: Ports,
  { program, info, folder }: EngineHost,
  carry: CarriedData,
): Promise<void> {
  const running = await ports.exec.run(program, ['ps', '--format', '{{.Names}}'], { timeoutMs: 30_000 });
  const names = running.stdout.split('\n').filter(Boolean);
  if (names.length > 0) throw containersInTheWay(names);
  const needed = await bytesToCarry(ports, program, carry);
  for (const place of [info.DockerRootDir, folder]) {
    const free = await ports.files.freeBytes(place);
    if (free < needed) throw noRoomToCarry(place, free, needed);
  }
}

/** Folders of this host that containers have mounted: their owners are not moved, others may need them as they are. */
async function foreignMounts(ports: Ports, docker: Docker): Promise<HostProposal['mounts']> {
  const found: HostProposal['mounts'] = [];
  for (const { name } of await docker.listContainers([])) {
    const container = await docker.inspectContainer(name);
    for (const { Type, Source } of container?.Mounts ?? []) {
      if (Type !== 'bind' || Source === undefined) continue;
      const stat = await ports.files.stat(Source).catch(() => null);
      if (stat !== null) found.push({ container: name, source: Source, uid: stat.uid });
    }
  }
  return found;
}
