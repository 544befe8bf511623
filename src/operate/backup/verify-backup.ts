import { z } from 'zod';
import { backupRefused, twinNotHealthy } from '../../errors/backup-errors.ts';
import { loadPolicy } from '../../policy/load.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Ports } from '../../ports/ports.ts';
import { gatewayService } from '../../render/compose/gateway-service.ts';
import { tmpfs } from '../../render/compose/hardening.ts';
import { cageAddresses, GATEWAY, PATHS } from '../../render/layout.ts';
import { type ChangeRequest, recoverChange } from '../change/run-change.ts';
import { withRunLock } from '../run-lock.ts';
import { openSession, type Session } from '../session.ts';
import { gatewayImage, removeStateCopy, stateContainer, volumeMount } from '../state/state-volume.ts';
import { pinsFrom } from '../up/file-set.ts';
import type { Key } from './age-key.ts';
import type { ArchiveCheck } from './archive-check.ts';
import { readBackup } from './backup-file.ts';
import { writeState } from './state-stream.ts';
import { TWIN_SCRIPT } from './twin-script.ts';

/** A gateway on a busy machine, with an older state to migrate. */
const READY_SECONDS = 300;
const MARGIN_MS = 120_000;

export interface VerifyRequest extends ChangeRequest {
  file: string;
  key: Key | null;
}

export interface VerifyResult {
  file: string;
  createdAt: string;
  openclaw: string;
  entries: number;
  bytes: number;
  /** SQLite databases whose contents were checked. */
  databases: number;
  /** From the twin's start until it was ready. */
  readyMs: number;
}

const answer = z.object({
  ok: z.boolean(),
  databases: z.object({ checked: z.number(), broken: z.array(z.string()) }),
  log: z.array(z.string()),
  milliseconds: z.number(),
});

/**
 * Checks all of a backup and starts a gateway from it, in a twin: own volume, no network, made-up keys.
 * @throws AppError `backup-refused`, `backup-key-wrong`, `backup-not-healthy`
 */
export async function verifyBackup(ports: Ports, request: VerifyRequest): Promise<VerifyResult> {
  const { folder, toolVersion, file, key } = request;
  return withRunLock(ports, folder, 'clawproof backup verify', async () => {
    await recoverChange(ports, { folder, toolVersion });
    const session = await openSession(ports, folder);
    const context = { ...session, ports };
    const volume = `${session.policy.name}-backup-twin`;
    try {
      const check = await ports.progress.task('Archive', async (task) => {
        const found = await writeState(context, volume, (write) => readBackup(ports.files, file, key, write));
        task.result(`${found.lines.length} entries, all as the manifest says`);
        return found;
      });
      const found = await ports.progress.task('Twin started from it', async (task) => {
        const result = await startTwin({ ...context, toolVersion }, check, file, volume);
        task.result(`ready after ${(result.milliseconds / 1000).toFixed(0)} s`);
        return result;
      });
      return { ...described(file, check), databases: found.databases.checked, readyMs: found.milliseconds };
    } finally {
      await removeStateCopy(context, volume);
    }
  });
}

/** What an archive says of itself, for results. @throws AppError `backup-refused` when it says nothing */
export function described(
  file: string,
  check: ArchiveCheck,
): Pick<VerifyResult, 'file' | 'createdAt' | 'openclaw' | 'entries' | 'bytes'> {
  if (check.head === null) throw backupRefused(file, 'it does not say what it is');
  const { createdAt, openclaw } = check.head;
  return { file, createdAt, openclaw, entries: check.lines.length, bytes: check.bytes };
}

/** The policy in a backup. @throws AppError `backup-refused`, and those of loadPolicy */
export function policyOf(file: string, check: ArchiveCheck): { text: string; policy: Policy } {
  const found = check.folder.get(PATHS.policy);
  if (found === undefined) throw backupRefused(file, `it holds no ${PATHS.policy}`);
  const text = found.bytes.toString('utf8');
  return { text, policy: loadPolicy(text, `${file}: ${PATHS.policy}`) };
}

async function startTwin(
  context: Session & { ports: Ports; toolVersion: string },
  check: ArchiveCheck,
  file: string,
  volume: string,
): Promise<z.infer<typeof answer>> {
  const { docker, lock, toolVersion } = context;
  const { policy } = policyOf(file, check);
  const pins = pinsFrom(policy, lock, toolVersion);
  const service = gatewayService(policy, gatewayImage(context), cageAddresses(pins.cageSubnet));
  const own = `uid=1000,gid=1000,mode=0700,nosuid,nodev`;
  const result = await docker.runOneOff({
    ...stateContainer(context, 'verify', READY_SECONDS * 1000 + MARGIN_MS),
    user: '1000:1000',
    hostname: String(service['hostname']),
    entrypoint: 'node',
    args: ['-e', TWIN_SCRIPT],
    mounts: [volumeMount(volume, GATEWAY.state, false)],
    tmpfs: {
      ...tmpfsOf([tmpfs('/tmp', 256), tmpfs('/run/clawproof', 1)]),
      [GATEWAY.configFolder]: own,
      '/run/secrets': own,
      '/opt/clawproof': own,
    },
    environment: service['environment'] as Record<string, string>,
    memory: policy.resources.memory,
    pids: policy.resources.pids,
    input: JSON.stringify({
      state: GATEWAY.state,
      port: GATEWAY.port,
      seconds: READY_SECONDS,
      files: twinFiles(context.ports, check),
    }),
  });
  const found = parseAnswer(result.stdout);
  if (found?.ok === true) return found;
  const words =
    found === null ? result.stderr.trim().slice(-500) : [...found.databases.broken, ...found.log].join('; ');
  throw twinNotHealthy(file, words || `exit code ${result.code}`);
}

function tmpfsOf(values: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    values.map((value) => [value.slice(0, value.indexOf(':')), value.slice(value.indexOf(':') + 1)]),
  );
}

interface TwinFile {
  path: string;
  base64: string;
  mode: number;
}

/** The configuration as it is; tokens and keys only by their names, with values that open nothing. */
function twinFiles(ports: Ports, check: ArchiveCheck): TwinFile[] {
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  const madeUp = (): string => base64(Buffer.from(ports.random.hex(32)));
  const files: TwinFile[] = [{ path: GATEWAY.tokenFile, base64: madeUp(), mode: 0o400 }];
  for (const [path, { bytes }] of check.folder) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (path === PATHS.openclawConfig)
      files.push({ path: GATEWAY.configFile, base64: base64(bytes), mode: 0o600 });
    if (path.startsWith(`${PATHS.keys}/`))
      files.push({ path: `${GATEWAY.keysFolder}/${name}`, base64: madeUp(), mode: 0o400 });
    if (path.startsWith(`${PATHS.scripts}/`))
      files.push({ path: `${GATEWAY.scriptsFolder}/${name}`, base64: base64(bytes), mode: 0o555 });
  }
  return files;
}

function parseAnswer(stdout: string): z.infer<typeof answer> | null {
  try {
    return answer.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
  } catch {
    return null;
  }
}
