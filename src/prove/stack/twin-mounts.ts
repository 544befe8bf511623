import { posix } from 'node:path';
import type { ContainerSpec, MountSpec } from '../container-spec.ts';

/** A mount of a container of the target that is not a tmpfs. */
export interface SourceMount {
  kind: 'bind' | 'volume';
  /** Path on the host, or the volume's name; "" for a volume without one. */
  source: string;
  target: string;
  readOnly: boolean;
}

/** What a container of the twin has in its place. */
export type MountPlan =
  /** A volume with these files, paths within it; empty ones get what the image has there. */
  | { kind: 'folder'; target: string; readOnly: boolean; files: Map<string, string>; isSecret?: boolean }
  | { kind: 'file'; target: string; readOnly: boolean; text: string; isSecret: boolean };

/** Folders that a container cannot do without, and that are the host's where they are mounted. */
const SYSTEM = /^\/(?:bin|boot|dev|etc|lib(?:32|64|x32)?|opt|proc|sbin|sys|usr|var)?$/;
/** The host, the engine and devices: nothing of it is for a twin. */
const OF_HOST = /^\/(?:proc|sys|dev|var\/run|run)(?:\/|$)|\.sock$/;

/** Mounts of a container, of both of the engine's lists, in the order of their depth. */
export function sourceMounts({ HostConfig: { Binds, Mounts } }: ContainerSpec): SourceMount[] {
  const found = new Map<string, SourceMount>();
  for (const mount of [...(Binds ?? []).map(fromBind), ...(Mounts ?? []).map(fromMount)])
    if (mount !== undefined) found.set(mount.target, mount);
  return [...found.values()].toSorted((a, b) => a.target.length - b.target.length);
}

function fromBind(text: string): SourceMount | undefined {
  const parts = text.split(':');
  const [source = '', target, options = ''] = parts.length === 1 ? ['', parts[0]] : parts;
  if (target === undefined) return undefined;
  return {
    kind: source.startsWith('/') ? 'bind' : 'volume',
    source,
    target: posix.normalize(target),
    readOnly: options.split(',').includes('ro'),
  };
}

function fromMount({ Type, Source = '', Target, ReadOnly = false }: MountSpec): SourceMount | undefined {
  if (Type === 'tmpfs') return undefined;
  return { kind: Type, source: Source, target: posix.normalize(Target), readOnly: ReadOnly };
}

/** What is known of what a bind mount's source is. */
export type SourceKind = 'file' | 'folder' | 'other';

export interface MountFacts {
  /** Of bind mounts, by target. */
  kinds: ReadonlyMap<string, SourceKind>;
  /** Texts of single files that are mounted, and of files in mounted folders of sidecars, by path in the container. */
  texts: ReadonlyMap<string, string>;
  /** Files of the twin's own, by path in the container: openclaw.json and secrets. They win over `texts`. */
  own: ReadonlyMap<string, string>;
}

/**
 * What is mounted in the twin where the target has its volumes, folders and files: throwaway volumes, the twin's own settings
 * and secrets, and copies of texts. Nothing of the host is handed in. Files of the twin's own that no mount holds get one.
 */
export function planMounts(mounts: readonly SourceMount[], facts: MountFacts): MountPlan[] {
  const left = new Map(facts.own);
  // The innermost first: it is what the container sees.
  const plans = mounts
    .toReversed()
    .flatMap((mount) => planMount(mount, facts, left))
    .toReversed();
  const unmounted = [...left].map(([target, text]): MountPlan => ({
    kind: 'file',
    target,
    readOnly: true,
    text,
    isSecret: true,
  }));
  return withTargets([...plans, ...unmounted]);
}

/** A file that is mounted into a folder of the container's own gets a place there: the engine would make one as root, with its folders. */
function withTargets(plans: MountPlan[]): MountPlan[] {
  for (const file of plans) {
    if (file.kind !== 'file' || file.isSecret) continue;
    const around = plans.findLast(
      (plan) => plan.kind === 'folder' && !plan.readOnly && file.target.startsWith(`${plan.target}/`),
    );
    if (around?.kind !== 'folder') continue;
    const path = file.target.slice(around.target.length + 1);
    if (!around.files.has(path)) around.files.set(path, '');
  }
  return plans;
}

/** @param left files of the twin's own that no mount holds yet; those that this one holds are taken out */
function planMount(mount: SourceMount, facts: MountFacts, left: Map<string, string>): MountPlan[] {
  const { target, readOnly } = mount;
  const own = left.get(target);
  left.delete(target);
  const kind = mount.kind === 'volume' ? 'folder' : (facts.kinds.get(target) ?? 'folder');
  if (own !== undefined || kind === 'file') {
    const text = own ?? facts.texts.get(target) ?? '';
    return [{ kind: 'file', target, readOnly, text, isSecret: own !== undefined }];
  }
  if (kind === 'other' || isOfHost(mount)) return [];
  const mine = new Map(below(left, target));
  const files = new Map([...below(facts.texts, target), ...mine]);
  for (const path of mine.keys()) left.delete(`${target}/${path}`);
  return [{ kind: 'folder', target, readOnly, files, ...(mine.size > 0 ? { isSecret: true } : {}) }];
}

function isOfHost({ kind, source, target }: SourceMount): boolean {
  return SYSTEM.test(target) || (kind === 'bind' && OF_HOST.test(source));
}

function* below(texts: ReadonlyMap<string, string>, folder: string): Generator<[string, string]> {
  for (const [path, text] of texts)
    if (path.startsWith(`${folder}/`)) yield [path.slice(folder.length + 1), text];
}

/** Numbers of the user that the container runs as; names that images use are known, others count as root. */
export function ownerOf({ User = '' }: ContainerSpec): { uid: number; gid: number } {
  const [user = '', group] = User.split(':');
  const uid = numberOf(user);
  return { uid, gid: group === undefined ? uid : numberOf(group) };
}

function numberOf(name: string): number {
  if (/^\d+$/.test(name)) return Number(name);
  return name === 'node' ? 1000 : 0;
}
