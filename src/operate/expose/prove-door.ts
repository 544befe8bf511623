import ipaddr from 'ipaddr.js';
import { join } from 'node:path';
import { certificateNotIssued } from '../../errors/expose-errors.ts';
import type { Lock } from '../../engine/lock-file.ts';
import type { HttpsAccess } from '../../policy/https-access.ts';
import type { Policy } from '../../policy/policy.ts';
import { certificateFiles } from '../../render/config/edge-nginx.ts';
import { cageAddresses, EDGE, PATHS } from '../../render/layout.ts';
import type { ChangeContext } from '../change/change.ts';
import { pinsFrom } from '../up/file-set.ts';
import { containerName } from '../up/start.ts';
import type { Check } from '../up/types.ts';
import { judgeDoor } from './judge-door.ts';
import { tryDoor } from './try-door.ts';

/** What the attempts at a running door need. */
export type DoorContext = Pick<
  ChangeContext,
  'docker' | 'compose' | 'ports' | 'path' | 'toolVersion' | 'engine'
>;

const POLL_MS = 1000;
/** An authority asks the port and signs; the internal one needs a second. */
const WAIT_SECONDS = { acme: 150, internal: 30, files: 5 } as const;
const ROOT = `${EDGE.certificatesFolder}/pki/authorities/local/root.crt`;
/** Where the root of the internal authority is put for the user's devices. */
export const ROOT_FILE = 'config/edge/root-ca.pem';

/**
 * Waits for the certificate, makes all attempts at what runs now, and keeps what came of them.
 * @throws AppError `certificate-not-issued`, `door-not-tried`
 */
export async function proveDoor(context: DoorContext, policy: Policy, lock: Lock): Promise<Check[]> {
  const { docker, ports, path: folder, toolVersion } = context;
  const { https } = policy.access;
  if (https === null) return [];
  await waitForCertificate(context, https);
  const ca = https.certificate === 'internal' ? await internalRoot(context) : undefined;
  const pins = pinsFrom(policy, lock, toolVersion);
  const seen = await tryDoor(docker, {
    https,
    edge: containerName({ policy }, 'edge'),
    unlisted: unlistedAddress(https, cageAddresses(pins.cageSubnet).edge),
    image: pins.images.gateway,
    ca,
  });
  const checks = judgeDoor(seen, https, ports.clock.now());
  const file = join(folder, PATHS.toolFolder, 'results', 'expose.json');
  await ports.files.writeAtomic(file, `${JSON.stringify({ checks, seen }, null, 2)}\n`, { mode: 0o600 });
  if (ca !== undefined) await ports.files.writeAtomic(join(folder, ROOT_FILE), ca, { mode: 0o644 });
  return checks;
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
