import { counts, type Finding } from '../audit/audit-report.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { hasUnknownVariable } from '../documents/unknown-variable.ts';

/** The digest that the tag of an image means now; null when nobody tells. */
export type ResolveDigest = (reference: string) => Promise<string | null>;

/** Digests for all deployments of one run; each image is asked for once. */
export interface KnownDigests {
  /** Image reference → digest; filled by `learn`. */
  digests: Readonly<Record<string, string>>;
  /** Asks for the images that these findings are about. */
  learn(deployment: Deployment, findings: readonly Finding[]): Promise<void>;
}

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
    async learn(deployment, findings) {
      const wanted = unpinnedImages(deployment, findings).filter((image) => !asked.has(image));
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

/** The images that findings want pinned and that a registry may know, each once, in the order of the files. */
export function unpinnedImages(deployment: Deployment, findings: readonly Finding[]): string[] {
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
    .map(({ image }) => image?.reference ?? '');
  const ofStages = (deployment.dockerfiles ?? [])
    .filter(({ path, inlineOf }) => dockerfiles.has(path) && inlineOf === undefined)
    .flatMap(({ stages }) => stages)
    .filter(({ isStage, image }) => !isStage && image !== 'scratch')
    .map(({ image }) => image);
  return [...new Set([...ofServices, ...ofStages])].filter(isTag);
}

function isTag(image: string): boolean {
  return image !== '' && !hasUnknownVariable(image) && !/[$@]/.test(image);
}
