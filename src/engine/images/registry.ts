import { noSpaceForImages, pinnedImageGone, pullInterrupted } from '../../errors/image-errors.ts';
import { inspectImage, lastLine, runDocker } from './image-engine.ts';
import type { ImageContext } from './image-engine.ts';
import { isLoopback, parseReference, pinned, registryHost, repoDigest } from './reference.ts';

/** What came of asking a registry for an image. */
export type PullResult =
  | { state: 'pulled'; digest: string; reference: string }
  /** unreachable: no answer; untrusted: its certificate; missing: no such image; denied: not for this user. */
  | { state: 'unreachable' | 'untrusted' | 'missing' | 'denied'; detail: string };

/** A registry that has not begun to answer by then is taken for one that is not there. */
const ANSWER_MS = 10_000;
const PULL_MS = 3_600_000;
const INSPECT_MS = 15_000;

/**
 * Pulls an image by tag or digest, and says under which digest it was pulled.
 * @throws AppError `pull-interrupted` when the registry answered and then broke off, `no-space-for-images`
 */
export async function pullImage(context: ImageContext, reference: string): Promise<PullResult> {
  const layers = layerCounter();
  let answered = false;
  const silence = watchSilence(context, ANSWER_MS);
  const result = await runDocker(context, ['pull', reference], {
    timeoutMs: PULL_MS,
    signal: silence.signal,
    onLine: (line) => {
      if (/: Pulling from |Pulling fs layer|Already exists/.test(line)) {
        answered = true;
        silence.end();
      }
      const progress = layers(line);
      if (progress !== null) context.task.step(`pulling ${reference}: ${progress}`);
    },
  });
  silence.end();
  if (result.code === 0) {
    const digest = await localDigest(context, reference);
    return digest === null
      ? { state: 'missing', detail: 'the engine knows no digest of it' }
      : { state: 'pulled', digest, reference };
  }
  const detail = lastLine(result.stderr);
  if (/no space left on device/i.test(result.stderr)) throw noSpaceForImages(reference, detail);
  if (answered)
    throw pullInterrupted(reference, result.killed === 'timeout' ? 'it took more than an hour' : detail);
  if (result.killed === 'aborted' || result.killed === 'timeout')
    return { state: 'unreachable', detail: `no answer within ${ANSWER_MS / 1000} s` };
  return { state: classify(result.stderr), detail: detail.replace(/^Error response from daemon:\s*/, '') };
}

/** Makes sure that exactly the locked image is on this machine. True when it had to be pulled. */
export async function ensurePinned(
  context: ImageContext,
  reference: string,
  digest: string,
): Promise<{ pulled: boolean } | PullResult> {
  const exact = pinned(reference, digest);
  if ((await inspectImage(context, exact)) !== null) return { pulled: false };
  const result = await pullImage(context, exact);
  if (result.state === 'missing') throw pinnedImageGone(reference, digest, result.detail);
  return result.state === 'pulled' ? { pulled: true } : result;
}

/**
 * True when a tag no longer means the digest that is locked; null when the registry does not say. Changes nothing.
 * Manifests are compared as a whole, so it holds for images of one and of many processors.
 */
export async function hasTagMoved(
  context: Pick<ImageContext, 'ports' | 'engine'>,
  reference: string,
  digest: string,
): Promise<boolean | null> {
  const tag = parseReference(reference).tag;
  if (tag === null) return false;
  const [now, locked] = await Promise.all([
    readManifest(context, reference),
    readManifest(context, pinned(reference, digest)),
  ]);
  return now === null || locked === null ? null : now !== locked;
}

async function readManifest(
  context: Pick<ImageContext, 'ports' | 'engine'>,
  reference: string,
): Promise<string | null> {
  // The engine itself talks plain HTTP to registries on loopback; the client must be told.
  const insecure = isLoopback(registryHost(reference) ?? '') ? ['--insecure'] : [];
  const result = await runDocker(context, ['manifest', 'inspect', ...insecure, reference], {
    timeoutMs: INSPECT_MS,
  });
  return result.code === 0 ? result.stdout.trim() : null;
}

async function localDigest(context: ImageContext, reference: string): Promise<string | null> {
  const asked = parseReference(reference).digest;
  if (asked !== null) return asked;
  return repoDigest((await inspectImage(context, reference))?.repoDigests ?? [], reference);
}

function classify(stderr: string): Exclude<PullResult['state'], 'pulled'> {
  if (/x509|certificate|http: server gave HTTP response to HTTPS client/i.test(stderr)) return 'untrusted';
  if (/unauthorized|denied|forbidden|no basic auth credentials|authentication required/i.test(stderr))
    return 'denied';
  if (/manifest (unknown|for .* not found)|not found|name unknown|does not exist/i.test(stderr))
    return 'missing';
  return 'unreachable';
}

/** Ends a pull whose registry stays silent; `end` calls the watch off. */
function watchSilence({ ports }: ImageContext, ms: number): { signal: AbortSignal; end: () => void } {
  const silent = new AbortController();
  const over = new AbortController();
  const wait = async (): Promise<void> => {
    await ports.clock.sleep(ms, over.signal);
    if (!over.signal.aborted) silent.abort();
  };
  wait().catch(() => undefined);
  return { signal: AbortSignal.any([ports.signal, silent.signal]), end: () => over.abort() };
}

/** Turns the client's lines into "3 of 9 layers". */
function layerCounter(): (line: string) => string | null {
  const known = new Set<string>();
  const done = new Set<string>();
  return (line) => {
    const match = /^([0-9a-f]{12}): (Pulling fs layer|Already exists|Pull complete)/.exec(line);
    if (!match?.[1]) return null;
    known.add(match[1]);
    if (match[2] !== 'Pulling fs layer') done.add(match[1]);
    return `${done.size} of ${known.size} layers`;
  };
}
