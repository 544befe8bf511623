import { PRESETS } from '../../policy/presets.ts';
import { join } from 'node:path';
import { createCompose } from '../../engine/compose.ts';
import { createDocker } from '../../engine/docker.ts';
import type { EngineReport } from '../../engine/engine-report.ts';
import { type EnsuredImages, ensureImages } from '../../engine/images/ensure-images.ts';
import { unusedImagesNote } from '../../engine/images/old-images.ts';
import { ensureTailscaleImage } from '../../engine/images/tailscale-image.ts';
import { imageEngine } from '../../engine/images/image-engine.ts';
import type { Ports } from '../../ports/ports.ts';
import { PATHS } from '../../render/layout.ts';
import { ownByContainer, ownerContext, readOwned, writeOwned } from '../container-owner.ts';
import { diffText, type FileChange, planFiles, writeChanges } from '../file-plan.ts';
import { type DeploymentFolder, readFolder } from '../folder.ts';
import { recoverChange } from '../change/run-change.ts';
import { requireSkills } from '../skills/pinned-skills.ts';
import { requireExecReady } from '../exec-mode/require-exec-ready.ts';
import { doorAtUp } from '../expose/door-at-up.ts';
import { requireUserFiles } from '../expose/user-files.ts';
import { firewallAtUp, firewallHolds } from '../firewall/at-up.ts';
import { prepareState } from '../host/prepare-state.ts';
import { requireSandbox } from '../host/sandbox.ts';
import { type Journal, openJournal } from '../journal.ts';
import { prepareWorkspace } from '../personalize/prepare.ts';
import { workspaceChecks } from '../personalize/try-to-write.ts';
import { removeLeftovers } from '../leftovers.ts';
import { formatLock, type Lock } from '../../engine/lock-file.ts';
import { withRunLock } from '../run-lock.ts';
import { ensureGatewayToken } from '../secrets.ts';
import { rollbackImages } from '../update/rollback-images.ts';
import { ageVerdict } from '../token/token-age.ts';
import { closeCageBridge, isCageBridgeClosed } from './cage-bridge.ts';
import { runChecks } from './checks.ts';
import { readyEngine } from './engine-step.ts';
import { declaredMeasures, effectiveMeasures } from './evidence.ts';
import { deploymentFiles, pinsFrom } from './file-set.ts';
import { runOpenClawChecks, validateConfig } from './openclaw-checks.ts';
import { cageSubnet, preflight } from './preflight.ts';
import { renderOnly } from './render-only.ts';
import { emptyResult } from './result.ts';
import { startContainers, waitUntilReady } from './start.ts';
import type { Check, UpContext, UpResult } from './types.ts';
import { leaveOtherAddresses, onFreeNetwork } from './free-network.ts';
import { fingerprint, forgetUp, isUnchanged, rememberUp } from './unchanged.ts';
import { writeFolderBasics } from './write-basics.ts';

export interface UpRequest {
  /** Absolute path of the deployment folder; need not exist. */
  folder: string;
  toolVersion: string;
}

/**
 * From a folder, or none, to a running and checked deployment. What is there and right is left alone; a run that was
 * interrupted is completed.
 */
export async function up(ports: Ports, request: UpRequest): Promise<UpResult> {
  // Refuses before anything is written, even the folder for the lock.
  await readFolder(ports, request.folder);
  await ports.files.makeDirectory(join(request.folder, PATHS.toolFolder), 0o700);
  return withRunLock(ports, request.folder, 'clawproof up', () => locked(ports, request));
}

async function locked(ports: Ports, { folder, toolVersion }: UpRequest): Promise<UpResult> {
  const began = ports.clock.monotonicMs();
  const read = await readFolder(ports, folder);
  const engine = await ports.progress.task('Docker', (task) => readyEngine(ports, task));
  if (!engine.ok) {
    await requireExecReady(ports, read);
    await requireSkills(ports.files, read);
    return renderOnly(ports, read, engine, toolVersion, began);
  }
  // Ended first: it may have changed what was just read.
  if ((await recoverChange(ports, { folder, toolVersion })) !== null)
    return locked(ports, { folder, toolVersion });
  await requireExecReady(ports, read);
  await requireUserFiles(ports.files, read.path, read.policy.access);
  await requireSkills(ports.files, read);
  const context = openContext(ports, read, engine, toolVersion);
  const quick = await unchangedResult(context, read, began);
  if (quick !== null) return quick;
  const journal = await openJournal(ports, folder, 'up');
  try {
    const result = await bringUp(context, read, journal, began);
    await journal.done(result.state);
    return result;
  } catch (error) {
    await journal.failed(error instanceof Error ? error.name : 'unknown');
    throw error;
  }
}

export function openContext(
  ports: Ports,
  read: DeploymentFolder,
  engine: EngineReport,
  toolVersion: string,
): UpContext {
  const program = engine.docker?.path ?? 'docker';
  return {
    ports,
    folder: read.path,
    policy: read.policy,
    engine,
    docker: createDocker(ports, program),
    compose: createCompose(ports, { name: read.policy.name, directory: read.path }, program),
    toolVersion,
  };
}

/** The way of a second `up`: two questions to the engine, one to the gateway, nothing written. */
async function unchangedResult(
  context: UpContext,
  read: DeploymentFolder,
  began: number,
): Promise<UpResult | null> {
  const { policy, lock } = read;
  if (read.isNew || lock.images.gateway === null) return null;
  const pins = pinsFrom(policy, lock, context.toolVersion);
  const config = await readOwned(
    ownerContext(context, pins.images.gateway),
    context.folder,
    PATHS.openclawConfig,
  );
  const set = deploymentFiles(policy, pins, config);
  const print = fingerprint(read.policyText, set, context.toolVersion);
  if (!(await isUnchanged(context, set, { [PATHS.openclawConfig]: config }, print))) return null;
  if (PRESETS[policy.preset].hasEgress && !(await isCageBridgeClosed(context.ports, pins.cageSubnet)))
    return null;
  if (!(await firewallHolds(context))) return null;
  const token = await ageVerdict(context.ports, context.folder, policy);
  return { ...emptyResult(context, lock, began), state: 'unchanged', token };
}

async function bringUp(
  context: UpContext,
  read: DeploymentFolder,
  journal: Journal,
  began: number,
): Promise<UpResult> {
  const { ports, policy, folder } = context;
  const { progress } = ports;
  await preflight(context, read.lock);
  await removeLeftovers(ports.files, folder);
  await forgetUp(context);
  await writeFolderBasics(ports, read);
  const images = await progress.task('Images', async (task) => {
    const saveLock = (lock: Lock): Promise<void> => writeLock(context, lock);
    const made = await ensureImages(ports, imageEngine(context.engine), policy, read.lock, folder, task, {
      onLock: saveLock,
    });
    await ensureTailscaleImage({ ports, engine: imageEngine(context.engine), task }, policy);
    task.result(describeImages(made));
    return made;
  });
  await journal.step('images');
  await requireSandboxFor(context, images.images.gateway);
  const { lock, written, prepared } = await onFreeNetwork(context, () =>
    writeAndStart(context, images, journal),
  );
  // At once: the networks may be new ones, which no rule knows yet.
  await firewallAtUp(context);
  await journal.step('containers');
  await progress.task('Gateway ready', (task) => waitUntilReady(context, task));
  await journal.step('ready');
  const door = await doorAtUp(context, lock);
  const result = await checkDeployment(context, read, lock, { images, door }, began);
  return { ...result, ...written, notes: [...result.notes, ...prepared] };
}

/** From the choice of addresses to the containers. */
async function writeAndStart(
  context: UpContext,
  images: EnsuredImages,
  journal: Journal,
): Promise<{ lock: Lock; written: Pick<UpResult, 'changedFiles' | 'diff'>; prepared: string[] }> {
  const { ports, policy, folder } = context;
  const { progress } = ports;
  const lock = {
    ...images.lock,
    cageSubnet: PRESETS[policy.preset].hasEgress
      ? await cageSubnet(context, images.lock)
      : images.lock.cageSubnet,
  };
  await writeLock(context, lock);
  const written = await progress.task('Files', (task) =>
    writeDeployment(context, lock, images, (text) => task.result(text)),
  );
  await prepareWorkspace({
    docker: context.docker,
    policy,
    image: images.images.gateway,
    files: ports.files,
    folder,
  });
  await journal.step('files');
  await progress.task('Configuration accepted by OpenClaw', () =>
    validateConfig(context, images.images.gateway),
  );
  const prepared = await prepareState(context.docker, {
    policy,
    image: images.images.gateway,
    stop: () => context.compose.stop(['gateway']),
  });
  await progress.task('Containers', async (task) => {
    if (lock.cageSubnet !== null) await leaveOtherAddresses(context, lock.cageSubnet);
    await startContainers(context, task);
  });
  return { lock, written, prepared };
}

async function requireSandboxFor({ ports, docker, policy }: UpContext, image: string): Promise<void> {
  if (PRESETS[policy.preset].runtime === null) return;
  await ports.progress.task('Kernel of its own (gVisor)', async (task) => {
    const trials = await requireSandbox(ports, docker, policy, image);
    task.result(
      `${trials.filter(({ holds }) => holds).length} of ${trials.length} trials hold, the others are accepted`,
    );
  });
}

async function writeLock(context: UpContext, lock: Lock): Promise<void> {
  await context.ports.files.writeAtomic(join(context.folder, PATHS.lock), formatLock(lock), { mode: 0o644 });
}

async function writeDeployment(
  context: UpContext,
  lock: Lock,
  images: EnsuredImages,
  report: (text: string) => void,
): Promise<Pick<UpResult, 'changedFiles' | 'diff'>> {
  const { ports, folder, policy } = context;
  const { files } = ports;
  const madeToken = await ensureGatewayToken(ports, folder);
  await files.makeDirectory(join(folder, 'config/openclaw'), 0o700);
  const owner = ownerContext(context, images.images.gateway);
  const config = await readOwned(owner, folder, PATHS.openclawConfig);
  const set = deploymentFiles(policy, pinsFrom(policy, lock, context.toolVersion, images.images), config);
  const changes = await planFiles(files, folder, set, { [PATHS.openclawConfig]: config });
  const diff = diffText(changes);
  // A first run writes everything; only what changes in something that was there is worth showing.
  if (changes.some(({ before }) => before !== null) && diff !== '') ports.progress.note(diff.trimEnd());
  const isOwned = (change: FileChange): boolean => change.file.owner === 'container';
  await writeChanges(
    files,
    folder,
    changes.filter((change) => !isOwned(change)),
  );
  for (const { file } of changes.filter(isOwned)) await writeOwned(owner, folder, file);
  await ownByContainer(owner, folder);
  report(`${changes.length} written${madeToken ? ', new gateway token' : ''}`);
  return { changedFiles: changes.map((change) => change.file.path), diff };
}

async function checkDeployment(
  context: UpContext,
  read: DeploymentFolder,
  lock: Lock,
  { images, door }: { images: EnsuredImages; door: Check[] },
  began: number,
): Promise<UpResult> {
  const { ports, folder, policy } = context;
  const image = images.images.gateway;
  const openclaw = await ports.progress.task("OpenClaw's own doctor and security audit", async (task) => {
    const checks = await runOpenClawChecks(context);
    task.result(`doctor: ${checks.doctor.detail}; audit: ${checks.audit.detail}`);
    return checks;
  });
  const config = await readOwned(ownerContext(context, image), folder, PATHS.openclawConfig);
  const set = deploymentFiles(policy, pinsFrom(policy, lock, context.toolVersion, images.images), config);
  const looked = await ports.progress.task('Protections', async (task) => {
    const declared = await declaredMeasures(ports.files, folder, policy, set);
    const effective = await effectiveMeasures(context, set);
    const bridge = PRESETS[policy.preset].hasEgress
      ? [await closeCageBridge(context, pinsFrom(policy, lock, context.toolVersion).cageSubnet)]
      : [];
    const checks = [
      ...(await runChecks(context, image)),
      ...(await workspaceChecks(context)),
      ...bridge,
      ...door,
      ...(await firewallAtUp(context)),
    ];
    const bad = [...declared, ...effective, ...checks].filter(
      ({ state }) => state === 'fail' || state === 'error',
    ).length;
    task.result(`${declared.length + effective.length + checks.length - bad} hold, ${bad} do not`);
    return { declared, effective, checks };
  });
  await saveResults(context, { ...looked, openclaw });
  const unused = unusedImagesNote(images.unused, await rollbackImages(ports.files, folder));
  // What did not hold is looked at again by the next one.
  const { declared, effective, checks } = looked;
  const holds = [...declared, ...effective, ...checks, openclaw.doctor, openclaw.audit].every(
    ({ state }) => state !== 'fail' && state !== 'error',
  );
  if (holds) await rememberUp(context, fingerprint(read.policyText, set, context.toolVersion));
  else await forgetUp(context);
  return {
    ...emptyResult(context, lock, began),
    state: 'up',
    built: images.built,
    pulled: images.pulled,
    notes: [...context.engine.notes, ...images.notes, ...(unused === null ? [] : [unused])],
    ...looked,
    openclaw,
    token: await ageVerdict(ports, folder, policy),
  };
}

async function saveResults(context: UpContext, results: unknown): Promise<void> {
  const path = join(context.folder, PATHS.toolFolder, 'results', 'up.json');
  await context.ports.files.writeAtomic(path, `${JSON.stringify(results, null, 2)}\n`, { mode: 0o600 });
}

function describeImages({ built, pulled }: EnsuredImages): string {
  const parts = [
    built.length > 0 ? `built ${built.join(', ')}` : '',
    pulled.length > 0 ? `pulled ${pulled.join(', ')}` : '',
  ];
  return parts.filter(Boolean).join('; ') || 'all there';
}
