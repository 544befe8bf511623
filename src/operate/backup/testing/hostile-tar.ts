import { BLOCK, fileHeader, padding } from '../tar-header.ts';

export interface MadeEntry {
  name: string;
  /** Tar's letter: 0 file, 5 folder, 2 link, 1 hard link. */
  flag?: string;
  mode?: number;
  uid?: number;
  gid?: number;
  target?: string;
  text?: string;
}

/** A tar entry with whatever is asked for, its checksum right. */
export function tarEntry({
  name,
  flag = '0',
  mode = 0o600,
  uid = 1000,
  gid = 1000,
  target = '',
  text = '',
}: MadeEntry): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  const block = fileHeader('', bytes.length, mode, 1);
  block.write(name, 0, 'latin1');
  block.write(octal(uid), 108);
  block.write(octal(gid), 116);
  block.write(flag, 156);
  block.write(target, 157, 'latin1');
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([block, bytes, Buffer.alloc(padding(bytes.length))]);
}

export const TAR_END = Buffer.alloc(2 * BLOCK);

function octal(value: number): string {
  return value.toString(8).padStart(7, '0');
}
