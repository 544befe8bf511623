import { join } from 'node:path';
import { dataNotCarried } from '../../errors/host-errors.ts';
import type { ExecResult } from '../../ports/exec.ts';
import type { Ports } from '../../ports/ports.ts';
import { HOST_FILES } from './host-state.ts';

/** A named volume that goes along. */
export interface CarriedVolume {
  name: string;
  labels: Record<string, string>;
  /** Folder of its files while the engine does not map users. */
  source: string;
}

/** What an engine has that it will not see any more when it maps users, and what can go along. */
export interface CarriedData {
  volumes: CarriedVolume[];
  /** Tags and ids of the images. */
  images: string[];
  /** What is left behind, in words. */
  left: string[];
}

interface VolumeFacts {
  Name: string;
  Driver: string;
  Labels: Record<string, string> | null;
  Options: Record<string, string> | null;
  Mountpoint: string;
}

type CarryPorts = Pick<Ports, 'exec' | 'files' | 'signal'>;

const QUICK_MS = 60_000;
const LONG_MS = 60 * 60_000;
/** Of a volume that nobody named: it went with its container. */
const ANONYMOUS = /^[0-9a-f]{64}$/;

/** Looks at what there is; changes nothing. */
export async function dataToCarry(ports: CarryPorts, program: string): Promise<CarriedData> {
  const names = words(await call(ports, program, ['volume', 'ls', '--quiet']));
  const facts =
    names.length === 0
      ? []
      : (JSON.parse((await call(ports, program, ['volume', 'inspect', ...names])).stdout) as VolumeFacts[]);
  const plain = facts.filter(
    ({ Driver, Options }) => Driver === 'local' && Object.keys(Options ?? {}).length === 0,
  );
  const named = plain.filter(({ Name }) => !ANONYMOUS.test(Name));
  const format = '{{.Repository}}:{{.Tag}}';
  const tags = words(await call(ports, program, ['image', 'ls', '--format', format]));
  const images = tags.filter((tag) => !tag.includes('<none>'));
  const special = facts.filter((one) => !plain.includes(one)).map(({ Name }) => Name);
  return {
    volumes: named.map(({ Name, Labels, Mountpoint }) => ({
      name: Name,
      labels: Labels ?? {},
      source: Mountpoint,
    })),
    images,
    left: [
      ...(special.length > 0 ? [`volumes with a driver or options of their own: ${special.join(', ')}`] : []),
      ...(plain.length > named.length ? [`${plain.length - named.length} volumes without a name`] : []),
    ],
  };
}

/** Bytes that the copies need at most. */
export async function bytesToCarry(
  ports: CarryPorts,
  program: string,
  { volumes, images }: CarriedData,
): Promise<number> {
  let bytes = 0;
  for (const { source } of volumes) {
    const size = await ports.exec.run('du', ['-s', '--block-size=1', source], { timeoutMs: LONG_MS });
    bytes += Number.parseInt(size.stdout, 10) || 0;
  }
  if (images.length === 0) return bytes;
  const sizes = words(await call(ports, program, ['image', 'inspect', '--format', '{{.Size}}', ...images]));
  // Once in the archive and once in the engine.
  return bytes + 2 * sizes.reduce((sum, size) => sum + Number(size), 0);
}

export async function saveImages(
  ports: CarryPorts,
  program: string,
  { images }: CarriedData,
  folder: string,
): Promise<void> {
  if (images.length === 0) return;
  const tar = join(folder, HOST_FILES.images);
  await call(ports, program, ['image', 'save', '--output', tar, ...images], LONG_MS);
}

/**
 * Brings images and volumes to the engine that maps users now; may be run again.
 * @param base id on this host of the containers' root
 */
export async function carryOver(
  ports: CarryPorts,
  program: string,
  { volumes, images }: CarriedData,
  { folder, base, onStep }: { folder: string; base: number; onStep: (text: string) => void },
): Promise<void> {
  if (images.length > 0) {
    onStep(`${images.length} images`);
    await call(ports, program, ['image', 'load', '--input', join(folder, HOST_FILES.images)], LONG_MS);
  }
  for (const { name, labels, source } of volumes) {
    onStep(`volume ${name}`);
    const flags = Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]);
    await call(ports, program, ['volume', 'create', ...flags, name]);
    const format = ['--format', '{{.Mountpoint}}'];
    const target = (await call(ports, program, ['volume', 'inspect', ...format, name])).stdout.trim();
    if (target === source || target === '') throw dataNotCarried(`volume ${name} is where it was`);
    await call(ports, 'cp', ['--archive', '--reflink=auto', `${source}/.`, `${target}/`], LONG_MS);
    await moveOwners(ports, target, base);
  }
}

/** Adds `base` to all owners below a folder. Those that have been moved already stay, so that it may be run again. */
async function moveOwners(ports: CarryPorts, folder: string, base: number): Promise<void> {
  const printed = await call(ports, 'find', [folder, '-printf', '%U:%G\n'], LONG_MS);
  for (const pair of new Set(words(printed))) {
    const [uid = 0, gid = 0] = pair.split(':').map(Number);
    const moved = [uid, gid].map((id) => (id < base ? id + base : id));
    if (moved.join(':') === pair) continue;
    const which = ['-uid', String(uid), '-gid', String(gid)];
    // Links themselves, and never what they point to.
    const chown = ['-exec', 'chown', '--no-dereference', moved.join(':'), '{}', '+'];
    await call(ports, 'find', [folder, ...which, ...chown], LONG_MS);
  }
}

async function call(
  ports: CarryPorts,
  program: string,
  args: readonly string[],
  timeoutMs: number = QUICK_MS,
): Promise<ExecResult> {
  const result = await ports.exec.run(program, args, { timeoutMs, signal: ports.signal });
  if (result.killed === 'aborted') throw ports.signal.reason;
  if (result.code !== 0 || result.truncated === true)
    throw dataNotCarried(
      `${program.split('/').at(-1)} ${args.slice(0, 2).join(' ')}: ${result.stderr.trim().split('\n').at(-1) || 'it did not end well'}`,
    );
  return result;
}

function words({ stdout }: ExecResult): string[] {
  return stdout.split(/\s+/).filter((word) => word !== '');
}
