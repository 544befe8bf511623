import { notRunning } from '../../errors/operate-errors.ts';
import { exposeFileWrong, exposePortTaken } from '../../errors/expose-errors.ts';
import { type HttpsAccess, httpsOrigin } from '../../policy/https-access.ts';
import type { Ports } from '../../ports/ports.ts';
import type { ChangeContext } from '../change/change.ts';
import { type ChangeRequest, runChange } from '../change/run-change.ts';
import { contentHash } from '../content-hash.ts';
import { requireNothingPending } from '../exec-mode/apply-policy.ts';
import { formatLock } from '../../engine/lock-file.ts';
import { requireRoot } from '../firewall/require-root.ts';
import { containerName } from '../up/start.ts';
import type { Check } from '../up/types.ts';
import { listeners } from './closed-checks.ts';
import { exposeChange, type ExposeMemo, exposeOff, requireClosed } from './expose-change.ts';
import { absentBefore } from './first-time.ts';
import { requireNarrow } from './narrow.ts';
import { editHttps, editTailscale } from './policy-text.ts';
import { ROOT_FILE } from './prove-door.ts';
import { checkUserFiles, requireUserFiles, type UserFile } from './user-files.ts';

/** HTTPS as it is wanted, and the files for it: absolute paths. */
export interface HttpsRequest {
  https: HttpsAccess;
  given: Partial<Record<UserFile, string>>;
}

export interface ExposeResult {
  /** The origin to open in a browser; null = closed. */
  url: string | null;
  https: HttpsAccess | null;
  checks: Check[];
  /** Root of the internal authority, relative to the folder; null where there is none. */
  root: string | null;
}

/**
 * Opens HTTPS and proves it.
 * @throws AppError; then all is as it was, unless it says something else
 */
export async function exposeHttps(
  ports: Ports,
  request: ChangeRequest,
  { https, given }: HttpsRequest,
): Promise<ExposeResult> {
  const memo = await runChange(ports, request, exposeChange, (context) => begin(context, https, given));
  return {
    url: `${httpsOrigin(https)}/`,
    https,
    checks: memo.checks ?? [],
    root: https.certificate === 'internal' ? ROOT_FILE : null,
  };
}

/**
 * Closes HTTPS and looks whether it is closed.
 * @throws AppError `expose-still-open`
 */
export async function exposeNothing(ports: Ports, request: ChangeRequest): Promise<ExposeResult> {
  // Also while the gateway does not run: the door may.
  const memo = await runChange(ports, request, exposeOff, ({ policyText, lock }) =>
    Promise.resolve({
      before: policyText,
      after: editTailscale(editHttps(policyText, null), null),
      lockBefore: formatLock(lock),
      given: [],
    }),
  );
  requireClosed(memo.checks ?? []);
  return { url: null, https: null, checks: memo.checks ?? [], root: null };
}

async function begin(
  context: ChangeContext,
  https: HttpsAccess,
  wanted: HttpsRequest['given'],
): Promise<ExposeMemo> {
  const { ports, policyText, lock, path } = context;
  await requireReady(context, 'clawproof expose https');
  if (lock.cageSubnet !== null) requireNarrow(https, lock.cageSubnet);
  const given = await readGiven(ports, wanted, https.domain);
  const brought = given.map(({ file }) => file);
  const needed = { ...https };
  // What is brought now is not in the folder yet.
  if (brought.includes('certificate') && brought.includes('key')) needed.certificate = 'internal';
  if (brought.includes('users')) needed.basicAuth = false;
  if (brought.includes('clientCa')) needed.clientCa = false;
  if (brought.includes('acmeCa')) needed.acmeCa = false;
  await requireUserFiles(ports.files, path, { https: needed, tailscale: null });
  const after = editHttps(policyText, https);
  await requireFreePorts(context, https);
  const absent = await absentBefore(context);
  return { before: policyText, after, lockBefore: formatLock(lock), given, absent };
}

/**
 * Looks whether this deployment can be opened now. With the firewall on, its rules have to follow.
 * @throws AppError `firewall-needs-root`, `not-running`, `exec-up-first`
 */
export async function requireReady(context: ChangeContext, command: string): Promise<void> {
  const { docker, policy, ports } = context;
  if (policy.firewall.enabled) requireRoot(ports, command);
  const gateway = await docker.inspectContainer(containerName({ policy }, 'gateway'));
  if (gateway?.State.Running !== true) throw notRunning('gateway');
  await requireNothingPending(context);
}

/** Texts of the user's files that are what they are given for. @throws AppError `expose-file-wrong` */
export async function readGiven(
  { files, clock }: Ports,
  wanted: HttpsRequest['given'],
  domain: string,
): Promise<ExposeMemo['given']> {
  const texts: Partial<Record<UserFile, string>> = {};
  const given: ExposeMemo['given'] = [];
  for (const [file, source] of Object.entries(wanted) as [UserFile, string][]) {
    const text = (await files.stat(source))?.kind === 'directory' ? null : await files.read(source);
    if (text === null) throw exposeFileWrong(source, 'is not there, or is no file');
    texts[file] = text;
    given.push({ file, source, hash: contentHash(text) });
  }
  checkUserFiles(texts, wanted, domain, clock.now());
  return given;
}

/** Only what is not this deployment's already: a change of other settings keeps its ports. */
async function requireFreePorts({ ports, policy }: ChangeContext, https: HttpsAccess): Promise<void> {
  const { https: now } = policy.access;
  const mine = now === null ? [] : listeners(now);
  for (const { address, port } of listeners(https)) {
    const isMine = mine.some(
      (each) =>
        each.port === port && (each.address === address || [each.address, address].includes('0.0.0.0')),
    );
    if (isMine) continue;
    const { inUse, reason } = await ports.system.portInUse(address, port);
    if (inUse) throw exposePortTaken(address, port, reason ?? 'something else listens there');
  }
}
