import ipaddr from 'ipaddr.js';
import { join } from 'node:path';
import { certificateNotIssued, doorNotTried } from '../../errors/expose-errors.ts';
import type { OnLine } from '../../engine/compose.ts';
import type { Lock } from '../../engine/lock-file.ts';
import type { HttpsAccess } from '../../policy/https-access.ts';
import type { Policy } from '../../policy/policy.ts';
import { certificateFiles } from '../../render/config/edge-nginx.ts';
import { cageAddresses, EDGE, PATHS } from '../../render/layout.ts';
import type { ChangeContext } from '../change/change.ts';
import { pinsFrom } from '../up/file-set.ts';
import { containerName } from '../up/start.ts';
import type { Check } from '../up/types.ts';
import { closedComposeText } from './closed-compose.ts';
import { type DoorSeen, judgeDoor, PUBLISHED_CHECK } from './judge-door.ts';
import { tryDoor, tryPublished } from './try-door.ts';

/** What the attempts at a running door need. */
export type DoorContext = Pick<
  ChangeContext,
  'docker' | 'compose' | 'ports' | 'path' | 'toolVersion' | 'engine'
>;

const POLL_MS = 1000;
/** An authority asks the port and signs; the internal one needs a second. */
const WAIT_SECONDS = { acme: 150, internal: 30, files: 5 } as const;
const LISTEN_SECONDS = 20;
const ROOT = `${EDGE.certificatesFolder}/pki/authorities/local/root.crt`;
const RESULTS = `${PATHS.toolFolder}/results/expose.json`;
/** Where the root of the internal authority is put for the user's devices. */
export const ROOT_FILE = 'config/edge/root-ca.pem';

/**
 * Starts the edge with its ports closed, waits for the certificate, and makes all attempts that need no port of this host:
 * whoever kills it meanwhile leaves nothing open. Keeps what came of them. Empty where there is no HTTPS.
 * @throws AppError `certificate-not-issued`, `door-not-tried`
 */
export async function proveClosedDoor(
  context: DoorContext,
  policy: Policy,
  lock: Lock,
  onLine: OnLine,
): Promise<Check[]> {
  const { docker, ports, path: folder, toolVersion } = context;
  const { https } = policy.access;
  if (https === null) return [];
  await startClosed(context, https, onLine);
  await waitForCertificate(context, https);
  await waitUntilItListens(context);
  const ca = https.certificate === 'internal' ? await internalRoot(context) : undefined;
  const pins = pinsFrom(policy, lock, toolVersion);
  const seen = await tryDoor(docker, {
    https,
    edge: containerName({ policy }, 'edge'),
    unlisted: unlistedAddress(https, cageAddresses(pins.cageSubnet).edge),
    image: pins.images.gateway,
    ca,
  });
  const checks = judgeDoor(seen, https, ports.clock.now()).filter(({ id }) => id !== PUBLISHED_CHECK);
  await keepResults(context, { checks, seen });
  if (ca !== undefined) await ports.files.writeAtomic(join(folder, ROOT_FILE), ca, { mode: 0o644 });
  return checks;
}

/**
 * Makes the attempts at the published ports of the edge that runs now, and adds what came of them to the results.
 * @throws AppError `door-not-tried`
 */
export async function provePublished(context: DoorContext, policy: Policy, lock: Lock): Promise<Check[]> {
  const { docker, ports, toolVersion } = context;
  const { https } = policy.access;
  if (https === null) return [];
  // Else the engine's own answer on a port behind which nobody listens looks like a refusal.
  await waitUntilItListens(context);
  const image = pinsFrom(policy, lock, toolVersion).images.gateway;
  const seen = await tryPublished(docker, { https, image });
  const checks = judgeDoor(seen, https, ports.clock.now()).filter(({ id }) => id === PUBLISHED_CHECK);
  const before = await readResults(context);
  await keepResults(context, {
    checks: [...before.checks, ...checks],
    seen: { ...before.seen, ...seen },
  });
  return checks;
}

/** The edge, reached by no port of this host but that of an authority's questions, and whoever gets its certificate. */
async function startClosed(
  { compose, ports, path: folder }: DoorContext,
  https: HttpsAccess,
  onLine: OnLine,
): Promise<void> {
  const text = (await ports.files.read(join(folder, PATHS.compose))) ?? '';
  if (https.certificate !== 'files') await compose.up({ services: ['certificates'], noDeps: true, onLine });
  await compose.up({ services: ['edge'], noDeps: true, text: closedComposeText(text, https), onLine });
}

/** @throws AppError `door-not-tried` */
async function waitUntilItListens({ compose, ports: { clock, signal } }: DoorContext): Promise<void> {
  const began = clock.monotonicMs();
  const args = ['bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${EDGE.tlsPort}`];
  while (clock.monotonicMs() - began < LISTEN_SECONDS * 1000) {
    signal.throwIfAborted();
    if ((await compose.exec('edge', args, { timeoutMs: 20_000 })).code === 0) return;
    await clock.sleep(POLL_MS, signal);
  }
  throw doorNotTried('the edge does not listen');
}

interface Results {
  checks: Check[];
  seen: DoorSeen;
}

async function readResults({ ports, path: folder }: DoorContext): Promise<Results> {
  const text = await ports.files.read(join(folder, RESULTS));
  return text === null ? { checks: [], seen: {} } : (JSON.parse(text) as Results);
}

async function keepResults({ ports, path: folder }: DoorContext, results: Results): Promise<void> {
  await ports.files.writeAtomic(join(folder, RESULTS), `${JSON.stringify(results, null, 2)}\n`, {
    mode: 0o600,
  });
}

/** An address of the edge's own container, unless the allowlist has it; then there is none to try. */
function unlistedAddress({ allow }: HttpsAccess, edge: string): string | undefined {
  const isListed = allow.some((block) => ipaddr.IPv4.parse(edge).match(ipaddr.IPv4.parseCIDR(block)));
  return isListed ? undefined : edge;
}

/** Only the service that has the authority can read its folder. */
async function internalRoot({ compose }: DoorContext): Promise<string> {
  return (await compose.exec('certificates', ['cat', ROOT], { timeoutMs: 20_000 })).stdout;
}

async function waitForCertificate(context: DoorContext, https: HttpsAccess): Promise<void> {
  const { ports, compose } = context;
  const { certificate, key } = certificateFiles(https);
  const began = ports.clock.monotonicMs();
  while (ports.clock.monotonicMs() - began < WAIT_SECONDS[https.certificate] * 1000) {
    ports.signal.throwIfAborted();
    const args = ['test', '-s', certificate, '-a', '-s', key];
    if ((await compose.exec('edge', args, { timeoutMs: 20_000 })).code === 0) return;
    await ports.clock.sleep(POLL_MS, ports.signal);
  }
  throw certificateNotIssued(https.domain, await lastError(context, https));
}

/** What Caddy said last that was an error. */
async function lastError({ compose }: DoorContext, { certificate }: HttpsAccess): Promise<string> {
  if (certificate === 'files') return `the files in ${PATHS.httpsSecrets} cannot be read by the edge`;
  const text = await compose.logs({ services: ['certificates'], tail: 40 }).catch(() => '');
  const line = text.split('\n').findLast((each) => each.includes('"level":"error"')) ?? '';
  const said = /"error":"((?:[^"\\]|\\.)*)"/.exec(line)?.[1];
  return said?.slice(0, 300) ?? 'the authority has not answered yet';
}
