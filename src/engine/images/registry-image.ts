import {
  imageMissing,
  registryDenied,
  registryUnreachable,
  registryUntrusted,
} from '../../errors/image-errors.ts';
import type { ImageContext } from './image-engine.ts';
import { hasTagMoved, ensurePinned, pullImage } from './registry.ts';
import type { PullResult } from './registry.ts';

export interface FromRegistry {
  /** Digest of the image that is here now; null when the registry does not give it and it may be built instead. */
  digest: string | null;
  pulled: boolean;
  notes: string[];
}

/**
 * Brings an image from its registry: the pinned digest where there is one, else what the tag means today.
 * @param pin digest in the lock, or null
 * @param mayBuild a registry that does not give the image is then no error
 * @throws AppError `registry-*`, `image-missing`, `pinned-image-gone`, `pull-interrupted`
 */
export async function ensureFromRegistry(
  context: ImageContext,
  reference: string,
  pin: string | null,
  mayBuild: boolean,
): Promise<FromRegistry> {
  context.task.step(`asking for ${reference}`);
  const result =
    pin === null ? await pullImage(context, reference) : await ensurePinned(context, reference, pin);
  if (!('state' in result))
    return {
      digest: pin,
      pulled: result.pulled,
      notes: result.pulled && pin !== null ? await movedNote(context, reference, pin) : [],
    };
  if (result.state === 'pulled') return { digest: result.digest, pulled: true, notes: [] };
  // A pin says which bytes are to run; other bytes that were built here are no replacement.
  if (mayBuild && pin === null) return { digest: null, pulled: false, notes: [whyBuilt(reference, result)] };
  throw registryError(reference, result);
}

async function movedNote(context: ImageContext, reference: string, pin: string): Promise<string[]> {
  const moved = await hasTagMoved(context, reference, pin);
  return moved === true
    ? [
        `The tag ${reference} has moved since it was pinned; the pinned image is used. "clawproof update" moves the pin.`,
      ]
    : [];
}

function whyBuilt(reference: string, result: Exclude<PullResult, { state: 'pulled' }>): string {
  const why = {
    unreachable: 'its registry does not answer',
    untrusted: "its registry's certificate is not trusted",
    missing: 'its registry does not have it',
    denied: 'its registry does not give it to this user',
  }[result.state];
  return `${reference} is built here, because ${why} (${result.detail}).`;
}

function registryError(reference: string, result: Exclude<PullResult, { state: 'pulled' }>): Error {
  if (result.state === 'missing') return imageMissing(reference);
  if (result.state === 'denied') return registryDenied(reference, result.detail);
  if (result.state === 'untrusted') return registryUntrusted(reference, result.detail);
  return registryUnreachable(reference, result.detail);
}
