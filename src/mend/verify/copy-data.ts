import type { Docker } from '../../engine/docker.ts';
import { trialCopyFailed, trialDataTooLarge } from '../../errors/mend-errors.ts';
import type { TrialPlan } from './trial-plan.ts';

/** More than a gateway keeps; copying more would take long and fill the disk. */
const MAX_KIB = 2 * 1024 ** 2;
const COPY_MS = 10 * 60_000;
const TOO_LARGE = 77;

/** The copying container may read everything, whoever owns it, and writes only to the copy. */
const CAPABILITIES = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'];

const COPY_FOLDER = `size=$(du -sk /from | cut -f1); [ "$size" -le ${MAX_KIB} ] || exit ${TOO_LARGE}; cp -a /from/. /to/`;
const COPY_FILE = 'cp -a /from /to/file';

/**
 * Makes the trial's volumes and copies of files, filled with what the deployment has now. What is copied is mounted
 * read-only meanwhile.
 * @throws AppError `trial-data-too-large`, `trial-copy-failed`
 */
export async function copyData(
  docker: Docker,
  plan: TrialPlan,
  image: string,
  labels: Record<string, string>,
): Promise<void> {
  for (const { name, from } of plan.volumes) {
    await docker.createVolume(name, labels);
    if (from === undefined) continue;
    // A volume that is not there yet would be made by mounting it.
    if (from.kind === 'volume' && (await docker.inspectVolume(from.source)) === null) continue;
    const type = from.kind === 'volume' ? 'volume' : 'bind';
    await copy(docker, image, labels, from.source, COPY_FOLDER, [
      `type=${type},${quoted('source', from.source)},target=/from,readonly`,
      `type=volume,source=${name},target=/to`,
    ]);
  }
  for (const { source, copy: target } of plan.files)
    await copy(docker, image, labels, source, COPY_FILE, [
      `type=bind,${quoted('source', source)},target=/from,readonly`,
      `type=bind,${quoted('source', target.slice(0, target.lastIndexOf('/')))},target=/to`,
    ]);
}

/** Removes copies of files that belong to others than whoever runs clawproof. */
export async function removeCopies(docker: Docker, folder: string, image: string): Promise<void> {
  await docker.runOneOff({
    image,
    entrypoint: 'sh',
    args: ['-c', 'rm -rf /to/*'],
    user: '0:0',
    capabilities: CAPABILITIES,
    mounts: [`type=bind,${quoted('source', folder)},target=/to`],
    timeoutMs: COPY_MS,
  });
}

async function copy(
  docker: Docker,
  image: string,
  labels: Record<string, string>,
  source: string,
  script: string,
  mounts: string[],
): Promise<void> {
  const result = await docker.runOneOff({
    image,
    entrypoint: 'sh',
    args: ['-c', script],
    user: '0:0',
    capabilities: CAPABILITIES,
    mounts,
    timeoutMs: COPY_MS,
    labels,
  });
  if (result.code === TOO_LARGE) throw trialDataTooLarge(source, MAX_KIB / 1024 ** 2);
  if (result.code !== 0) throw trialCopyFailed(source, result.stderr.trim().split('\n').at(-1) ?? '');
}

/** One field of a --mount value, which is a line of CSV. */
function quoted(key: string, value: string): string {
  const field = `${key}=${value}`;
  return /[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
