import type { LabFile } from '../lab.ts';

const BLOCK = 512;
/** Of the ustar header: the end of a path, and what may stand before it. */
const MAX_NAME = 100;
const MAX_PREFIX = 155;

/** A folder in an archive; `path` as in `LabFile`. */
export interface TarFolder {
  path: string;
  mode: number;
  uid: number;
  gid: number;
}

/**
 * A tar archive (ustar): the folders first, then the files, with the modes and owners given and no times. The same input
 * gives the same bytes.
 * @throws RangeError for a path that does not fit into the two fields that the format has for it (100 and 155 bytes)
 */
export function tarOf(folders: readonly TarFolder[], files: readonly LabFile[]): Uint8Array {
  const parts = [
    ...folders.map((folder) => header(`${folder.path}/`, folder, 0, '5')),
    ...files.flatMap((file) => {
      const content =
        typeof file.content === 'string' ? new TextEncoder().encode(file.content) : file.content;
      const padding = (BLOCK - (content.length % BLOCK)) % BLOCK;
      return [header(file.path, file, content.length, '0'), content, new Uint8Array(padding)];
    }),
    new Uint8Array(2 * BLOCK),
  ];
  const archive = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    archive.set(part, offset);
    offset += part.length;
  }
  return archive;
}

/** Fields at their offsets, numbers as octal digits, the checksum over all with itself as blanks. */
function header(path: string, entry: Omit<TarFolder, 'path'>, size: number, type: '0' | '5'): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const write = (offset: number, text: string): void => block.set(new TextEncoder().encode(text), offset);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  const { prefix, name } = splitPath(path);
  write(0, name);
  write(100, octal(entry.mode, 7));
  write(108, octal(entry.uid, 7));
  write(116, octal(entry.gid, 7));
  write(124, octal(size, 11));
  write(136, octal(0, 11));
  write(148, ' '.repeat(8));
  write(156, type);
  write(257, 'ustar\x0000');
  write(345, prefix);
  write(
    148,
    `${octal(
      block.reduce((sum, byte) => sum + byte, 0),
      6,
    )} `,
  );
  return block;
}

/** A long path in two parts, between which there was a "/". */
function splitPath(path: string): { prefix: string; name: string } {
  const length = (text: string): number => new TextEncoder().encode(text).length;
  if (length(path) <= MAX_NAME) return { prefix: '', name: path };
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (name !== '' && length(name) <= MAX_NAME && length(prefix) <= MAX_PREFIX) return { prefix, name };
  }
  throw new RangeError(`too long for the archive: ${path}`);
}
