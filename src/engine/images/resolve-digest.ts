import { isAppError } from '../../errors/app-error.ts';
import type { Ports } from '../../ports/ports.ts';
import type { ImageFacts } from './image-engine.ts';
import { isDefaultRegistry, isTagReference, repoDigest } from './reference.ts';
import { registryDigest } from './registry-digest.ts';

/** What a tag means, who told it, and why those asked before did not; `why` is a sentence without its full stop. */
export type ResolvedDigest =
  | { digest: string; from: 'registry' }
  | { digest: string; from: 'engine'; why: string }
  | { digest: null; why: string };

/**
 * The digest that a tag means: as its registry tells it, else that under which the engine pulled the image. Names without
 * a registry are asked of the engine only.
 * @param reference image with a tag or without, as in a compose file
 * @param inspect what the engine knows of a local image; null = it has none
 * @throws only the signal's reason
 */
export async function resolveDigest(
  ports: Pick<Ports, 'http' | 'signal'>,
  reference: string,
  inspect: (reference: string) => Promise<Pick<ImageFacts, 'id' | 'repoDigests'> | null>,
): Promise<ResolvedDigest> {
  if (!isTagReference(reference)) return { digest: null, why: 'it is no image name with a tag' };
  const told = isDefaultRegistry(reference)
    ? { why: 'its name has no address of a registry' }
    : await registryDigest(ports, reference);
  if ('digest' in told) return { digest: told.digest, from: 'registry' };
  const pulled = await pulledDigest(ports, reference, inspect);
  return 'digest' in pulled
    ? { digest: pulled.digest, from: 'engine', why: told.why }
    : { digest: null, why: `${told.why}; ${pulled.why}` };
}

async function pulledDigest(
  { signal }: Pick<Ports, 'signal'>,
  reference: string,
  inspect: Parameters<typeof resolveDigest>[2],
): Promise<{ digest: string } | { why: string }> {
  try {
    const facts = await inspect(reference);
    if (facts === null) return { why: 'the engine has not pulled it' };
    const digest = repoDigest(facts.repoDigests, reference);
    if (digest === null || !/^sha256:[0-9a-f]{64}$/.test(digest))
      return { why: 'the engine has it from no registry' };
    // containerd's image store gives digests also to what was only built here, and the id is one of them.
    if (digest === facts.id) return { why: 'the engine does not tell whether it was pulled or built here' };
    return { digest };
  } catch (error) {
    signal.throwIfAborted();
    if (!isAppError(error)) throw error;
    return { why: 'no engine answers' };
  }
}
