import { givenImageMissing } from '../../errors/image-errors.ts';
import type { Policy } from '../../policy/policy.ts';
import { type ImageContext, inspectImage } from './image-engine.ts';
import { ensureFromRegistry } from './registry-image.ts';
import { parseReference } from './reference.ts';

/**
 * Makes sure that the image of the Tailscale sidecar is here: the very one that clawproof.yaml names, which is its pin.
 * @throws AppError `given-image-missing`, and those of `ensureFromRegistry`
 */
export async function ensureTailscaleImage(
  context: ImageContext,
  { access: { tailscale } }: Pick<Policy, 'access'>,
): Promise<void> {
  if (tailscale === null || (await inspectImage(context, tailscale.image)) !== null) return;
  const { repository, digest } = parseReference(tailscale.image);
  // An id alone tells no place to get it from.
  if (digest === null) throw givenImageMissing('access.tailscale.image', tailscale.image);
  await ensureFromRegistry(context, repository, digest, false);
}
