import { parsed, refused, type Parsed } from './parsed.ts';

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const DOMAIN_LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const DOMAIN = `${DOMAIN_LABEL}(?:\\.${DOMAIN_LABEL})*(?::[0-9]{1,5})?`;
const REPOSITORY = `(?:${DOMAIN}/)?${COMPONENT}(?:/${COMPONENT})*`;
const TAG = ':[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}';
const DIGEST = '@sha256:[0-9a-f]{64}';

export const REPOSITORY_PATTERN = `^${REPOSITORY}$`;
export const TAGGED_IMAGE_PATTERN = `^${REPOSITORY}${TAG}$`;
export const IMAGE_PATTERN = `^${REPOSITORY}(?:${TAG})?(?:${DIGEST})?$`;

const MATCHES_REPOSITORY = new RegExp(REPOSITORY_PATTERN);
const MATCHES_TAGGED = new RegExp(TAGGED_IMAGE_PATTERN);
const MATCHES_IMAGE = new RegExp(IMAGE_PATTERN);

/** Reads a repository without tag or digest: "ghcr.io/openclaw/openclaw". */
export function parseRepository(text: string): Parsed<string> {
  const problem = commonProblem(text);
  if (problem) return refused(problem);
  const { repository, tag, digest } = split(text);
  if (digest !== undefined)
    return refused(`has a digest; write "${repository}": clawproof pins the digest in clawproof.lock`);
  if (tag !== undefined)
    return refused(`has a tag; write "${repository}": the version comes from openclaw.version`);
  if (!MATCHES_REPOSITORY.test(text))
    return refused('is not a repository; write one such as "ghcr.io/openclaw/openclaw"');
  return parsed(text);
}

/** Reads an image with a tag and without a digest: "docker.io/library/debian:trixie-slim". */
export function parseTaggedImage(text: string): Parsed<string> {
  const problem = commonProblem(text);
  if (problem) return refused(problem);
  const { repository, tag, digest } = split(text);
  if (digest !== undefined) {
    return refused(`has a digest; write it without: clawproof pins the digest of the tag in clawproof.lock`);
  }
  if (tag === undefined) return refused(`has no tag; write one, such as "${repository}:trixie-slim"`);
  if (!MATCHES_TAGGED.test(text))
    return refused('is not an image; write one such as "docker.io/library/debian:trixie-slim"');
  return parsed(text);
}

/** Reads any image reference: repository with tag, digest, both or neither. */
export function parseImage(text: string): Parsed<string> {
  const problem = commonProblem(text);
  if (problem) return refused(problem);
  if (!MATCHES_IMAGE.test(text))
    return refused('is not an image; write one such as "registry.example.com/clawproof-egress:1"');
  return parsed(text);
}

function commonProblem(text: string): string | undefined {
  if (text.trim() === '') return 'is empty';
  if (/\s/.test(text)) return 'has a space';
  if (text.length > 512) return 'is longer than 512 characters';
  if (text.includes('://'))
    return `is a web address; write it without "${text.slice(0, text.indexOf('://') + 3)}"`;
  const { repository } = split(text);
  const path = repository.slice(repository.indexOf('/') + 1);
  if (/[A-Z]/.test(path))
    return `has capital letters; repositories are lower-case: "${repository.toLowerCase()}"`;
  return undefined;
}

/** Splits at the digest, then at a colon behind the last slash: one before it belongs to a port. */
function split(text: string): { repository: string; tag?: string; digest?: string } {
  const [rest = '', digest] = text.split('@', 2);
  const colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
  const tag = colon < 0 ? undefined : rest.slice(colon + 1);
  return {
    repository: colon < 0 ? rest : rest.slice(0, colon),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}
