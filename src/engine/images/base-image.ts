import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  baseFailed,
  baseForeignProcessor,
  baseNeedsRoot,
  engineUnavailable,
  noDebianMirror,
  noSpaceForImages,
  processorNotSupported,
} from '../../errors/image-errors.ts';
import { withTempFolder } from '../../ports/temp-folder.ts';
import type { LockedBase } from '../lock-file.ts';
import { readMirrors } from './apt-host.ts';
import type { DebianMirrors } from './apt-sources.ts';
import { runBootstrap } from './bootstrap.ts';
import { IMAGE_LABELS, inspectImage, lastLine, runDocker } from './image-engine.ts';
import type { ImageContext } from './image-engine.ts';
import { ensurePinned, hasTagMoved, pullImage } from './registry.ts';
import { parseReference, pinned } from './reference.ts';

/** Debian 13: the release that OpenClaw's own image is made from. */
const SUITE = 'trixie';
/** Raised when the way in which a base is made changes. */
const RECIPE = 1;
/** A base of this age is made anew for a new deployment, so that it starts with current packages. */
const MAX_AGE_DAYS = 14;
const NEEDED_BYTES = 1024 ** 3;
const DEBIAN_ARCH: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

export interface EnsuredBase {
  base: LockedBase;
  /** registry = pulled now, debootstrap = made now, present = was there. */
  how: 'pulled' | 'made' | 'present';
  notes: string[];
}

/**
 * Makes sure that the base image of builds is on this machine: the locked one, else the one of the policy from its
 * registry, else one made from Debian's packages.
 * @param reference repository and tag of the policy's base
 * @param isFresh makes one from Debian's packages of today, however young the one is that is here
 */
export async function ensureBase(
  context: ImageContext,
  reference: string,
  locked: LockedBase | null,
  isFresh = false,
): Promise<EnsuredBase> {
  const kept = await lockedBase(context, reference, locked);
  if (kept !== null) return kept;
  // A base that was made here is made here again; the registry would give another one.
  if (locked?.source !== 'debootstrap') {
    context.task.step(`asking for ${reference}`);
    const result = await pullImage(context, reference);
    if (result.state === 'pulled') {
      const base: LockedBase = {
        source: 'registry',
        reference: pinned(reference, result.digest),
        digest: result.digest,
        suite: null,
        packages: null,
      };
      return { base, how: 'pulled', notes: [] };
    }
  }
  return bootstrapBase(context, reference, locked, isFresh);
}

/** The locked base, if it is on this machine or can be pulled again. */
async function lockedBase(
  context: ImageContext,
  reference: string,
  locked: LockedBase | null,
): Promise<EnsuredBase | null> {
  if (locked?.source === 'debootstrap')
    return (await isHere(context, locked)) ? { base: locked, how: 'present', notes: [] } : null;
  if (locked === null || !sameRepository(locked.reference, reference)) return null;
  const result = await ensurePinned(context, reference, locked.digest);
  if (!('pulled' in result)) return null;
  const moved = result.pulled && (await hasTagMoved(context, reference, locked.digest)) === true;
  const notes = moved
    ? [
        `The tag ${reference} has moved since it was pinned; the pinned image is used. "clawproof update" moves the pin.`,
      ]
    : [];
  return { base: locked, how: result.pulled ? 'pulled' : 'present', notes };
}

/** Its name may be another base's by now, made for `update --rebuild` of any deployment: then it gets it back. */
async function isHere(context: ImageContext, { reference, digest }: LockedBase): Promise<boolean> {
  if ((await inspectImage(context, reference))?.id === digest) return true;
  if ((await inspectImage(context, digest)) === null) return false;
  await runDocker(context, ['image', 'tag', digest, reference]);
  return true;
}

function sameRepository(a: string, b: string): boolean {
  return parseReference(a).repository === parseReference(b).repository;
}

async function bootstrapBase(
  context: ImageContext,
  reference: string,
  locked: LockedBase | null,
  isFresh: boolean,
): Promise<EnsuredBase> {
  const { ports, engine } = context;
  const arch = DEBIAN_ARCH[engine.arch];
  if (arch === undefined) throw processorNotSupported(engine.arch);
  const mirrors = await readMirrors(ports);
  if (mirrors === null) throw noDebianMirror(reference);
  const inputs = createHash('sha256')
    .update(JSON.stringify([RECIPE, SUITE, arch, mirrors]))
    .digest('hex');
  const tag = `clawproof/base:${SUITE}-${inputs.slice(0, 8)}`;
  const present = isFresh ? null : await reusableBase(context, tag, inputs);
  const made = present ?? (await makeBase(context, { reference, tag, inputs, arch, mirrors }));
  const base: LockedBase = {
    source: 'debootstrap',
    reference: tag,
    digest: made.id,
    suite: SUITE,
    packages: made.packages,
  };
  const how = present === null ? 'made' : 'present';
  return { base, how, notes: locked === null ? [] : [replacedNote(locked, base)] };
}

function replacedNote(locked: LockedBase, base: LockedBase): string {
  const packages =
    locked.packages === base.packages
      ? 'with the same package versions'
      : 'with the package versions of today';
  return `The base image that clawproof.lock names is not on this machine; images are built on another one, ${packages}.`;
}

interface LocalBase {
  id: string;
  packages: string;
}

async function reusableBase(context: ImageContext, tag: string, inputs: string): Promise<LocalBase | null> {
  const found = await inspectImage(context, tag);
  const packages = found?.labels[IMAGE_LABELS.packages];
  if (!found || packages === undefined || found.labels[IMAGE_LABELS.inputs] !== inputs) return null;
  const age = context.ports.clock.now().getTime() - Date.parse(found.labels[IMAGE_LABELS.created] ?? '');
  return age < MAX_AGE_DAYS * 86_400_000 ? { id: found.id, packages } : null;
}

interface BasePlan {
  reference: string;
  tag: string;
  inputs: string;
  arch: string;
  mirrors: DebianMirrors;
}

async function makeBase(context: ImageContext, plan: BasePlan): Promise<LocalBase> {
  const { ports } = context;
  if (ports.system.uid !== 0) throw baseNeedsRoot(plan.reference);
  if (ports.system.arch !== context.engine.arch)
    throw baseForeignProcessor(plan.reference, context.engine.arch, ports.system.arch);
  // The temporary folder may be mounted without devices or programs; /var/tmp rarely is.
  const parents = [...new Set([ports.system.tempDir, '/var/tmp'])];
  for (const [index, parent] of parents.entries()) {
    const free = await ports.files.freeBytes(parent);
    const last = index === parents.length - 1;
    if (free < NEEDED_BYTES && !last) continue;
    if (free < NEEDED_BYTES)
      throw noSpaceForImages(
        'the base image',
        `${parent} has ${Math.floor(free / 1024 ** 2)} MiB, 1024 MiB are needed`,
      );
    const made = await withTempFolder(ports, 'base', (folder) => makeIn(context, plan, folder), parent);
    if (made !== 'unsuitable') return made;
  }
  throw baseFailed(`using ${parents.join(' or ')}`, ['Both are mounted with noexec or nodev.']);
}

async function makeIn(
  context: ImageContext,
  plan: BasePlan,
  folder: string,
): Promise<LocalBase | 'unsuitable'> {
  const archive = join(folder, 'base.tar');
  const result = await runBootstrap(context, {
    folder,
    archive,
    suite: SUITE,
    arch: plan.arch,
    mirrors: plan.mirrors,
  });
  if (result === 'unsuitable') return result;
  const packages = `sha256:${createHash('sha256').update(result.packages).digest('hex')}`;
  const labels = {
    [IMAGE_LABELS.role]: 'base',
    [IMAGE_LABELS.inputs]: plan.inputs,
    [IMAGE_LABELS.packages]: packages,
    [IMAGE_LABELS.created]: context.ports.clock.now().toISOString(),
  };
  const changes = Object.entries(labels).flatMap(([key, value]) => ['--change', `LABEL ${key}=${value}`]);
  context.task.step('base image: handing it to the engine');
  const imported = await runDocker(context, ['import', ...changes, archive, plan.tag], {
    timeoutMs: 300_000,
  });
  if (imported.code !== 0) {
    if (/no space left/i.test(imported.stderr))
      throw noSpaceForImages('the base image', lastLine(imported.stderr));
    throw baseFailed('docker import', [lastLine(imported.stderr)]);
  }
  const image = await inspectImage(context, plan.tag);
  if (image === null) throw engineUnavailable(`it lost the image ${plan.tag} that it had just taken`);
  return { id: image.id, packages };
}
