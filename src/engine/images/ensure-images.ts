import { emptyLock } from '../lock-file.ts';
import type { Lock, LockedImage } from '../lock-file.ts';
import type { Policy } from '../../policy/policy.ts';
import type { TaskHandle } from '../../ports/terminal.ts';
import { ensureBase } from './base-image.ts';
import { buildImage, buildTag } from './build.ts';
import { buildFolder, buildInputs } from './build-inputs.ts';
import { withBuildSecrets } from './build-secrets.ts';
import { ensureGatewayPins, fetchGatewayDownloads, removeGatewayDownloads } from './gateway-pins.ts';
import { IMAGE_LABELS, IMAGE_ROLES, inspectImage, runDocker } from './image-engine.ts';
import type { ImageContext, ImageEngine, ImagePorts, ImageRole } from './image-engine.ts';
import { type OldImage, unusedImages } from './old-images.ts';
import { lockedReference } from './reference.ts';
import { ensureFromRegistry } from './registry-image.ts';
import { together } from './together.ts';

export interface EnsuredImages {
  /** The lock with everything pinned that was not yet. */
  lock: Lock;
  /** What Compose shall run: "repository@sha256:…" of a pulled image, "sha256:…" (the id) of one built here. */
  images: { gateway: string } & Partial<Record<'egress' | 'ingress', string>>;
  /** Roles (and `base`) that were built or pulled now; both empty when everything was there. */
  built: string[];
  pulled: string[];
  /** Sentences that the user should see. */
  notes: string[];
  /** Images built earlier that this deployment does not use; not looked for when all was there. */
  unused: OldImage[];
}

export interface EnsureOptions {
  /** Called whenever something more is pinned, so that an interrupted run goes on where it stopped. */
  onLock?: (lock: Lock) => Promise<void>;
  /** Takes the packages of today, also where those of before are pinned: a new base, and all images anew on it. */
  isRebuild?: boolean;
}

/**
 * Makes sure that every image of a deployment is on this machine, exactly as clawproof.lock pins it; what is not
 * pinned yet is looked up, pulled or built, and pinned. With everything there it asks the engine one question.
 * @param lock the deployment's lock; null when there is none yet
 * @param folder the deployment's folder, with the rendered build contexts in it
 */
export async function ensureImages(
  ports: ImagePorts,
  engine: ImageEngine,
  policy: Policy,
  lock: Lock | null,
  folder: string,
  task: TaskHandle,
  options: EnsureOptions = {},
): Promise<EnsuredImages> {
  const context: ImageContext = { ports, engine, task };
  const roles = policy.preset === 'baseline' ? (['gateway'] as const) : IMAGE_ROLES;
  const current = startingLock(lock, policy, options.isRebuild === true);
  const state: State = {
    lock: current,
    images: {},
    built: [],
    pulled: [],
    notes: [],
    unused: [],
    save: inTurn(options.onLock),
    isRebuild: options.isRebuild === true,
  };
  if (await allPresent(context, policy, folder, roles, state)) return finish(state);

  const toBuild: ImageRole[] = [];
  for (const role of roles) if (!(await fromRegistry(context, policy, role, state))) toBuild.push(role);
  if (toBuild.length > 0) await buildAll(context, policy, folder, toBuild, state);
  state.unused = await unusedImages(context, Object.values(state.images));
  return finish(state);
}

interface State extends Omit<EnsuredImages, 'images'> {
  images: Partial<Record<ImageRole, string>>;
  save: (lock: Lock) => Promise<void>;
  isRebuild: boolean;
}

/** Pieces of work pin at the same time; their locks must reach the disk in the order in which they were made. */
function inTurn(onLock: EnsureOptions['onLock']): State['save'] {
  let last = Promise.resolve();
  return (lock) => (last = last.then(() => onLock?.(lock)));
}

function finish({ lock, images, built, pulled, notes, unused }: State): EnsuredImages {
  return { lock, images: images as EnsuredImages['images'], built, pulled, notes, unused };
}

/**
 * Another OpenClaw version takes the gateway's pins away; all others stay. A rebuild keeps just what OpenClaw is made of:
 * its own packages, Node and npm.
 */
function startingLock(lock: Lock | null, policy: Policy, isRebuild: boolean): Lock {
  const fresh = emptyLock(policy.openclaw.version);
  if (lock === null) return fresh;
  if (isRebuild) return { ...lock, base: null, images: fresh.images };
  if (lock.openclaw.version === policy.openclaw.version) return lock;
  return {
    ...fresh,
    base: lock.base,
    images: { ...lock.images, gateway: null },
    cageSubnet: lock.cageSubnet,
  };
}

/** The reference that a role is pulled by; null where the policy has it built. */
function registryReference(policy: Policy, role: ImageRole): string | null {
  if (role !== 'gateway') return policy.image[role];
  return policy.image.source === 'build' ? null : `${policy.image.gateway}:${policy.openclaw.version}`;
}

/** True where a role may be built: a gateway unless only pulling is allowed, a sidecar unless the policy names its image. */
function mayBuild(policy: Policy, role: ImageRole): boolean {
  return role === 'gateway' ? policy.image.source !== 'registry' : policy.image[role] === null;
}

/** The fast way: every role is pinned, its pin fits the policy and the files, and the engine has all images. */
async function allPresent(
  context: ImageContext,
  policy: Policy,
  folder: string,
  roles: readonly ImageRole[],
  state: State,
): Promise<boolean> {
  const references: Partial<Record<ImageRole, string>> = {};
  for (const role of roles) {
    const image = state.lock.images[role];
    if (image === null) return false;
    const fits =
      image.source === 'registry'
        ? image.reference === registryReference(policy, role)
        : mayBuild(policy, role) &&
          image.inputs === (await buildInputs(context.ports.files, folder, role, state.lock));
    if (!fits) return false;
    references[role] = lockedReference(image);
  }
  const result = await runDocker(context, [
    'image',
    'inspect',
    '--format',
    '{{.Id}}',
    ...Object.values(references),
  ]);
  if (result.code === 0) state.images = references;
  return result.code === 0;
}

/** Pulls a role where the policy and the registry give it; false when it is to be built. */
async function fromRegistry(
  context: ImageContext,
  policy: Policy,
  role: ImageRole,
  state: State,
): Promise<boolean> {
  const reference = registryReference(policy, role);
  if (reference === null) return false;
  const locked = state.lock.images[role];
  // What was built for this deployment stays built: a registry that answers today does not change what runs.
  if (locked?.source === 'build' && mayBuild(policy, role)) return false;
  const pin = locked?.source === 'registry' && locked.reference === reference ? locked.digest : null;
  const found = await ensureFromRegistry(context, reference, pin, mayBuild(policy, role));
  state.notes.push(...found.notes);
  if (found.digest === null) return false;
  if (found.pulled) state.pulled.push(role);
  const image: LockedImage = { source: 'registry', reference, digest: found.digest, inputs: null };
  await pinImage(state, role, image);
  return true;
}

async function pinImage(state: State, role: ImageRole, image: LockedImage): Promise<void> {
  state.images[role] = lockedReference(image);
  state.lock = { ...state.lock, images: { ...state.lock.images, [role]: image } };
  await state.save(state.lock);
}

async function buildAll(
  context: ImageContext,
  policy: Policy,
  folder: string,
  roles: readonly ImageRole[],
  state: State,
): Promise<void> {
  const save = async (change: Partial<Lock>): Promise<void> => {
    state.lock = { ...state.lock, ...change };
    await state.save(state.lock);
  };
  const withGateway = roles.includes('gateway');
  await together<[void, void]>(context, (inner) => [
    prepareBase(inner),
    withGateway ? preparePackages(inner) : Promise.resolve(),
  ]);
  const missing: { role: ImageRole; inputs: string }[] = [];
  for (const role of roles) {
    const inputs = await buildInputs(context.ports.files, folder, role, state.lock);
    if (inputs === null)
      throw new Error(`the build context of ${role} is not complete: ${buildFolder(folder, role)}`);
    if (!(await adoptBuilt(context, role, inputs, state))) missing.push({ role, inputs });
  }
  if (missing.length === 0) return;
  await withBuildSecrets(context.ports, async (secrets) => {
    await together<void[]>(context, (inner) =>
      missing.map(async ({ role, inputs }) => {
        if (role === 'gateway') await fetchGatewayDownloads(inner, folder, state.lock);
        const base = state.lock.base?.reference ?? '';
        const digest = await buildImage(
          inner,
          { role, folder: buildFolder(folder, role), base, inputs },
          secrets,
        );
        state.built.push(role);
        await pinImage(state, role, { source: 'build', reference: buildTag(role, inputs), digest, inputs });
      }),
    );
  });
  if (withGateway) await removeGatewayDownloads(context, folder, state.lock);

  async function prepareBase(inner: ImageContext): Promise<void> {
    const { base, how, notes } = await ensureBase(inner, policy.image.base, state.lock.base, state.isRebuild);
    state.notes.push(...notes);
    if (how === 'pulled') state.pulled.push('base');
    if (how === 'made') state.built.push('base');
    await save({ base });
  }

  async function preparePackages(inner: ImageContext): Promise<void> {
    const { openclaw, dependencies, node, npm } = await ensureGatewayPins(inner, folder, state.lock);
    await save({ openclaw, dependencies, node, npm });
  }
}

/** Takes an image that was built here from the very same inputs; with a pin, only the pinned one. */
async function adoptBuilt(
  context: ImageContext,
  role: ImageRole,
  inputs: string,
  state: State,
): Promise<boolean> {
  const tag = buildTag(role, inputs);
  const locked = state.lock.images[role];
  const pin = locked?.source === 'build' && locked.inputs === inputs ? locked.digest : null;
  const found = await inspectImage(context, pin ?? tag);
  if (
    found === null ||
    found.labels[IMAGE_LABELS.inputs] !== inputs ||
    found.labels[IMAGE_LABELS.role] !== role
  )
    return false;
  await pinImage(state, role, { source: 'build', reference: tag, digest: found.id, inputs });
  return true;
}
