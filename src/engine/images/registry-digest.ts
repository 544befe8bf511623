import { createHash } from 'node:crypto';
import { isAppError } from '../../errors/app-error.ts';
import type { Ports } from '../../ports/ports.ts';
import type { HttpResponse } from '../../ports/system.ts';
import { hostKind } from './host-kind.ts';
import { parseReference, registryHost } from './reference.ts';

/** What a registry says of a tag. `why` is the end of a sentence: "it has no such image". */
export type RegistryDigest = { digest: string } | { why: string };

type RegistryPorts = Pick<Ports, 'http' | 'signal'>;

const ANSWER_MS = 10_000;

/** Several processors' manifests come as an index, whose digest is good for all of them. */
const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

/**
 * Asks the registry that a reference names for the digest that its tag means now (OCI Distribution Specification,
 * "Pulling manifests"). Nobody signs in: an image that is not public has none here. HTTPS only, except on
 * loopback; addresses of local networks are asked nothing.
 * @param reference names a registry, and no digest; `isTagReference` holds
 * @throws only the signal's reason
 */
export async function registryDigest(ports: RegistryPorts, reference: string): Promise<RegistryDigest> {
  const address = registryHost(reference) ?? '';
  const { repository, tag } = parseReference(reference);
  const name = repository.slice(address.length + 1);
  const kind = hostKind(address);
  if (kind === 'private')
    return {
      why: 'its registry has an address of a local network, and files of others could make clawproof ask anything there',
    };
  const isLocal = kind === 'loopback';
  const scheme = isLocal ? 'http' : 'https';
  const url = `${scheme}://${address}/v2/${name}/manifests/${tag ?? 'latest'}`;
  try {
    const answer = await ask(ports, url, { accept: MANIFEST_TYPES.join(', ') });
    if (answer.status !== 401) return judge(answer);
    const token = await anonymousToken(ports, answer, name, isLocal);
    if (token === null) return judge(answer);
    return judge(
      await ask(ports, url, { accept: MANIFEST_TYPES.join(', '), authorization: `Bearer ${token}` }),
    );
  } catch (error) {
    ports.signal.throwIfAborted();
    if (!isAppError(error)) throw error;
    return { why: error.message.replace(/\.$/, '') };
  }
}

function ask(
  { http, signal }: RegistryPorts,
  url: string,
  headers: Record<string, string>,
): Promise<HttpResponse> {
  return http.request(url, { headers, timeoutMs: ANSWER_MS, signal });
}

/** The digest counts only when it is that of the bytes which came with it. */
function judge({ status, headers, body }: HttpResponse): RegistryDigest {
  if (status !== 200) return { why: whyNot(status) };
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
  if (!MANIFEST_TYPES.includes(type)) return { why: 'it answers with something that is no image manifest' };
  const told = headers['docker-content-digest'] ?? '';
  const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
  if (told === '') return { why: 'it tells no digest' };
  return told === digest ? { digest } : { why: 'the digest it tells is not that of the manifest it gives' };
}

function whyNot(status: number): string {
  if (status === 401 || status === 403) return 'it gives this image only to those who sign in';
  if (status === 404) return 'it has no such image';
  if (status === 429) return 'it wants fewer requests for now (HTTP 429)';
  return `it answers with HTTP ${status}`;
}

/** A token for reading one repository as nobody in particular; null when there is none to be had. */
async function anonymousToken(
  ports: RegistryPorts,
  refusal: HttpResponse,
  name: string,
  mayBeLocal: boolean,
): Promise<string | null> {
  const url = tokenUrl(refusal.headers['www-authenticate'] ?? '', name, mayBeLocal);
  if (url === null) return null;
  const { status, body } = await ask(ports, url, { accept: 'application/json' });
  return status === 200 ? tokenIn(body) : null;
}

/** A registry elsewhere has no business with addresses of this machine or its networks, nor with anything in clear text. */
function tokenUrl(challenge: string, name: string, mayBeLocal: boolean): string | null {
  if (!/^bearer\s/i.test(challenge)) return null;
  const realm = parameter(challenge, 'realm');
  if (realm === undefined || !URL.canParse(realm)) return null;
  const url = new URL(realm);
  const kind = hostKind(url.host);
  if (kind === 'private') return null;
  const isLocal = kind === 'loopback';
  if (isLocal ? !mayBeLocal : url.protocol !== 'https:') return null;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  if (url.username !== '' || url.password !== '') return null;
  const service = parameter(challenge, 'service');
  if (service !== undefined) url.searchParams.set('service', service);
  url.searchParams.set('scope', `repository:${name}:pull`);
  return url.href;
}

function parameter(challenge: string, name: string): string | undefined {
  return new RegExp(String.raw`[\s,]${name}="([^"]*)"`, 'i').exec(challenge)?.[1];
}

/** It goes into a header: one word of printable characters, or it is no token. */
function tokenIn(body: string): string | null {
  try {
    const data = JSON.parse(body) as { token?: unknown; access_token?: unknown } | null;
    const token = data?.token ?? data?.access_token;
    return typeof token === 'string' && /^[\x21-\x7e]{1,16384}$/.test(token) ? token : null;
  } catch {
    return null;
  }
}
