/** One line of /proc/PID/mountinfo; see proc_pid_mountinfo(5). */
export interface MountEntry {
  /** Path within the file system that is mounted: for a bind mount, what of it. */
  root: string;
  /** Where it is in this mount namespace. */
  target: string;
  options: readonly string[];
  fsType: string;
  /** Device, or what the file system calls itself. */
  source: string;
  superOptions: readonly string[];
}

/** Reads a mount table; lines that are not understood are left out. */
export function parseMountTable(text: string): MountEntry[] {
  return text.split('\n').flatMap((line) => {
    const [left, right] = splitOnce(line, ' - ');
    const [, , , root, target, options] = left.split(' ');
    const [fsType, source, superOptions] = right.split(' ');
    if (root === undefined || target === undefined || options === undefined || !fsType) return [];
    return [
      {
        root: unescapePath(root),
        target: unescapePath(target),
        options: options.split(','),
        fsType,
        source: unescapePath(source ?? ''),
        superOptions: (superOptions ?? '').split(','),
      },
    ];
  });
}

/** Blanks, tabs, line ends and backslashes of paths are written as three octal digits. */
function unescapePath(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCodePoint(Number.parseInt(digits, 8)),
  );
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** The mount that a path is on: the last one with the longest target, since later ones cover earlier ones. */
export function mountOf(path: string, table: readonly MountEntry[]): MountEntry | undefined {
  let found: MountEntry | undefined;
  for (const entry of table)
    if (isBelow(path, entry.target) && entry.target.length >= (found?.target.length ?? 0)) found = entry;
  return found;
}

/** True for the folder itself and everything in it. */
export function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/** True when reads and writes end in a part of the host's own files: a bind mount that is neither a volume nor the engine's. */
export function isHostPath({
  root,
  target,
  fsType,
}: Pick<MountEntry, 'root' | 'target' | 'fsType'>): boolean {
  if (KERNEL_FILE_SYSTEMS.has(fsType) || target === '/') return false;
  if (fsType === 'tmpfs') return root !== '/' && !isDevice(target, root);
  return !/\/(?:volumes\/[^/]+\/_data|containers\/[0-9a-f]{64}\/\w[\w.]*)(?:\/|$)/.test(root);
}

/**
 * The same, and everything that is mounted below a part of the host: its own mounts come along with it, and engines before 25
 * leave them writable where the part itself is read-only. A tmpfs of the host shows nothing by which it could be told from
 * one of the container but that.
 */
export function isOfHost(
  mount: Pick<MountEntry, 'root' | 'target' | 'fsType'>,
  table: readonly MountEntry[],
): boolean {
  return (
    isHostPath(mount) ||
    table.some(
      (around) =>
        around.target !== '/' &&
        around.target !== mount.target &&
        isBelow(mount.target, around.target) &&
        (isHostPath(around) || (around.fsType === 'tmpfs' && around.options.includes('ro'))),
    )
  );
}

/** What of /proc the engine covers is a bind mount of the null device. */
function isDevice(target: string, root: string): boolean {
  return root === '/null' && target.startsWith('/proc/');
}

/** File systems that hold no files but the kernel's own. */
export const KERNEL_FILE_SYSTEMS: ReadonlySet<string> = new Set([
  'proc',
  'sysfs',
  'cgroup',
  'cgroup2',
  'devpts',
  'mqueue',
  'securityfs',
  'debugfs',
  'tracefs',
  'bpf',
  'pstore',
  'configfs',
  'hugetlbfs',
  'fusectl',
  'efivarfs',
  'binfmt_misc',
]);
