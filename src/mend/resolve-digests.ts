import { counts, type Finding } from '../audit/audit-report.ts';
import type { AuditTarget } from '../audit/audit-target.ts';
import { holdsInterpolated } from '../audit/interpolated.ts';
import { nodeAt } from '../documents/located.ts';
import { hasUnknownVariable } from '../documents/unknown-variable.ts';

/** The digest that the tag of an image means now; null when nobody tells. */
export type ResolveDigest = (reference: string) => Promise<string | null>;

/** Digests for all deployments of one run; each image is asked for once. */
export interface KnownDigests {
  /** Image reference → digest; filled by `learn`. */
  digests: Readonly<Record<string, string>>;
  /** Asks for the images that these findings are about. */
  learn(target: PinTarget, findings: readonly Finding[]): Promise<void>;
}

type PinTarget = Pick<AuditTarget, 'deployment' | 'compose'>;

/** More images than this are in no deployment; files of strangers may name any number. */
const MOST_IMAGES = 50;
const AT_ONCE = 4;

export function createKnownDigests(
  resolve: ResolveDigest,
  given: Readonly<Record<string, string>> = {},
): KnownDigests {
  // Images may have names like "constructor".
  const digests = Object.assign(Object.create(null) as Record<string, string>, given);
  const asked = new Set(Object.keys(given));
  let left = MOST_IMAGES;
  return {
    digests,
    async learn(target, findings) {
      const wanted = unpinnedImages(target, findings).filter((image) => !asked.has(image));
      const queue = wanted.slice(0, left);
      left -= queue.length;
      for (const image of queue) asked.add(image);
      const waiting = queue.values();
      const work = async (): Promise<void> => {
        for (const image of waiting) {
          const digest = await resolve(image);
          if (digest !== null) digests[image] = digest;
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
    },
  };
}

/**
 * The images that findings want pinned and that a registry may know, each once, in the order of the files. Names with values
 * of variables are sent nowhere: a value may be a secret, and the registry that of whoever wrote the file.
 */
export function unpinnedImages({ deployment, compose }: PinTarget, findings: readonly Finding[]): string[] {
  const isWritten = (...path: string[]): boolean =>
    compose === undefined || !holdsInterpolated(nodeAt(compose.root, path));
  const subjectsOf = (measure: string): Set<string | undefined> =>
    new Set(
      findings
        .filter((finding) => finding.measure === measure && counts(finding))
        .map(({ subject }) => subject),
    );
  const services = subjectsOf('pinned-image');
  const dockerfiles = subjectsOf('pinned-base-image');
  const built = new Set(
    deployment.services.filter(({ isBuilt }) => isBuilt === true).map(({ image }) => image?.reference),
  );
  const ofServices = deployment.services
    .filter(({ name, image }) => services.has(name) && !built.has(image?.reference))
    .filter(({ name }) => isWritten('services', name, 'image'))
    .map(({ image }) => image?.reference ?? '');
  const ofStages = (deployment.dockerfiles ?? [])
    .filter(({ path, inlineOf }) => dockerfiles.has(path) && inlineOf === undefined)
    .filter((file) => file.services.every((name) => isWritten('services', name, 'build', 'args')))
    .flatMap(({ stages }) => stages)
    .filter(({ isStage, image }) => !isStage && image !== 'scratch')
    .map(({ image }) => image);
  return [...new Set([...ofServices, ...ofStages])].filter(isTag);
}

function isTag(image: string): boolean {
  return image !== '' && !hasUnknownVariable(image) && !/[$@]/.test(image);
}
