import { parseSize } from '../deployment/compose/sizes.ts';
import { isUnknown, literal, remove, set, type ServiceView } from './fix-service.ts';
import type { Change } from './fix.ts';
import { isSettings } from './settings.ts';

export const mebibyte = 1024 * 1024;
/** A gateway that starts needs 850 MiB at its peak; with 1 GiB it was killed 43 s after its first start. */
export const leastGatewayMemory = 1536 * mebibyte;
/** Node's heap as a part of the memory limit: the rest is for code, buffers, threads and the agent's own programs. */
const heapShare = 0.75;
const heapPattern = /--max[-_]old[-_]space[-_]size[= ](\d+)/;

type Limit = 'memory' | 'cpus' | 'pids';

const olderKeys: Record<Limit, string> = { memory: 'mem_limit', cpus: 'cpus', pids: 'pids_limit' };

/** Settings at `deploy.resources.KIND` of a service. */
function resources(view: ServiceView, kind: 'limits' | 'reservations'): Record<string, unknown> | undefined {
  const deploy = view.data['deploy'];
  const all = isSettings(deploy) ? deploy['resources'] : undefined;
  const part = isSettings(all) ? all[kind] : undefined;
  return isSettings(part) ? part : undefined;
}

/** Where a limit stands, or shall stand: Compose refuses a service that says both in different words. */
function limitPath(view: ServiceView, limit: Limit): string[] {
  const newer = resources(view, 'limits');
  if (newer?.[limit] !== undefined) return ['deploy', 'resources', 'limits', limit];
  if (view.data[olderKeys[limit]] !== undefined || !newer) return [olderKeys[limit]];
  return ['deploy', 'resources', 'limits', limit];
}

/** Sets a limit where the file has its limits; where it stands in both places, in both. */
export function setLimit(view: ServiceView, limit: Limit, value: string | number): Change[] {
  const path = limitPath(view, limit);
  const older = olderKeys[limit];
  const isInBoth = path.length > 1 && view.data[older] !== undefined;
  // `deploy` takes CPUs as text and processes as a number.
  const changes = [set(view.at(...path), value)];
  return isInBoth ? [...changes, set(view.at(older), value)] : changes;
}

/** Memory for an OpenClaw that had none or too little: 2 GiB, or what it reserves, or 4 GiB for one with a browser. */
export function memoryFor(view: ServiceView): { bytes: number; text: string } {
  const hasBrowser =
    view.data['shm_size'] !== undefined || /browser|chrom/i.test(view.service.image?.reference ?? '');
  const reserved = Math.max(
    parseSize(resources(view, 'reservations')?.['memory']) ?? 0,
    parseSize(view.data['mem_reservation']) ?? 0,
  );
  const gibibytes = Math.max(hasBrowser ? 4 : 2, Math.ceil(reserved / 1024 / mebibyte));
  return { bytes: gibibytes * 1024 * mebibyte, text: `${gibibytes}g` };
}

/** Gives the service memory: the limit, the same for memory and swap together, and a heap below it. */
export function setMemory(view: ServiceView): Change[] {
  const { bytes, text } = memoryFor(view);
  return [...setLimit(view, 'memory', text), set(view.at('memswap_limit'), text), ...setHeap(view, bytes)];
}

/** The memory limit as it is written, so that what has to be equal stays equal when a variable changes. */
export function memoryText(view: ServiceView): string | undefined {
  const path = limitPath(view, 'memory');
  const bytes = view.service.limits?.memoryBytes;
  return view.written(...path) ?? (bytes === undefined ? undefined : String(bytes));
}

/** Size in MiB of the heap that a service asks for, in NODE_OPTIONS or on its command line. */
export function heapOf(view: Pick<ServiceView, 'service'>): number | undefined {
  const { environment, entrypoint, command } = view.service;
  const words = [...(entrypoint ?? []), ...(command ?? [])].join(' ');
  // The command line wins over NODE_OPTIONS.
  const match = heapPattern.exec(words) ?? heapPattern.exec(environment?.['NODE_OPTIONS'] ?? '');
  return match ? Number(match[1]) : undefined;
}

/** Makes the heap fit into the memory, unless it does; other options of Node stay. */
export function setHeap(view: ServiceView, memoryBytes: number): Change[] {
  const { service } = view;
  const current = heapOf(view);
  if (current !== undefined && current * mebibyte < memoryBytes) return [];
  const heap = Math.floor((memoryBytes / mebibyte) * heapShare);
  const inCommand = ['command', 'entrypoint'].flatMap((key) => heapInCommand(view, key, heap));
  if (inCommand.length > 0) return inCommand;
  const wanted = `--max-old-space-size=${heap}`;
  const value = service.environment?.['NODE_OPTIONS'];
  const isHandedOn = service.environmentFromHost?.includes('NODE_OPTIONS') === true;
  const written =
    view.written('environment', 'NODE_OPTIONS') ??
    (value === undefined || isUnknown(value) ? undefined : literal(value));
  const before = (isHandedOn ? '${NODE_OPTIONS:-}' : (written ?? '')).trim();
  const text = heapPattern.test(before) ? before.replace(heapPattern, wanted) : `${before} ${wanted}`.trim();
  return [set(view.at('environment', 'NODE_OPTIONS'), text)];
}

function heapInCommand(view: ServiceView, key: string, heap: number): Change[] {
  const value = view.data[key];
  const parts: [(string | number)[], unknown][] = Array.isArray(value)
    ? value.map((word: unknown, index) => [[key, index], word])
    : [[[key], value]];
  return parts.flatMap(([path, word], index) => {
    if (typeof word !== 'string') return [];
    const text = view.written(...path) ?? literal(word);
    if (heapPattern.test(text))
      return [set(view.at(...path), text.replace(heapPattern, `--max-old-space-size=${heap}`))];
    const next = parts[index + 1];
    const isSplit = /^--max[-_]old[-_]space[-_]size$/.test(word) && next !== undefined;
    return isSplit ? [set(view.at(...next[0]), String(heap))] : [];
  });
}

/** Makes swap as large as the memory, which is: none. */
export function setSwap(view: ServiceView): Change[] {
  const text = memoryText(view);
  return text === undefined ? [remove(view.at('memswap_limit'))] : [set(view.at('memswap_limit'), text)];
}
