/** What the script in the state volume is asked to do, in this order. */
export type VolumeOrder =
  /** Text of a file, or why there is none. */
  | { do: 'read'; folder: string; name: string }
  /** Puts a text there. `expected` is the hash of what must be there now, null for nothing; absent = whatever there is. */
  | { do: 'write'; folder: string; name: string; text: string; expected?: string | null }
  /** Makes an empty file, unless something is there. */
  | { do: 'create'; folder: string; name: string }
  | { do: 'remove'; folder: string; name: string; expected?: string | null };

/** What came of one of them. */
export type VolumeAnswer =
  | { state: 'file'; text: string; hash: string; changed: string }
  /** `template` is what OpenClaw itself would begin with; null when it brings none. */
  | { state: 'absent'; template: string | null }
  | { state: 'done' }
  /** There is something, and it is no file that is read: a link, a folder, a file with several names, a huge one, one with no text. */
  | { state: 'refused'; why: string }
  /** Something else is there than what was expected. */
  | { state: 'changed' };

/** More than OpenClaw would ever take; keeps a file gone wild out of memory. */
export const MAX_FILE_BYTES = 512 * 1024;

/**
 * Runs in a container as the gateway's user, with the state volume and nothing else. Whatever the agent left there is treated as
 * hostile: no link is followed, no pipe is waited for. Paths are below the folder in the first argument; orders come as JSON on
 * stdin, answers go as JSON to stdout.
 */
export const VOLUME_SCRIPT = `
const fs = require('node:fs');
const path = require('node:path');
const { createHash, randomBytes } = require('node:crypto');
const root = process.argv[1];
const hash = (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);
const refuse = (why) => { throw Object.assign(new Error(why), { refused: true }); };

function folderOf(folder, make) {
  let at = root;
  for (const part of folder.split('/')) {
    if (part === '' || part === '.' || part === '..') refuse('its folder has no plain name');
    at = path.join(at, part);
    let stat = fs.lstatSync(at, { throwIfNoEntry: false });
    if (stat === undefined) {
      if (!make) return null;
      fs.mkdirSync(at, 0o755);
      stat = fs.lstatSync(at);
    }
    if (!stat.isDirectory()) refuse('its folder is ' + (stat.isSymbolicLink() ? 'a link' : 'no folder'));
  }
  return at;
}

function look(folder, name) {
  const at = folderOf(folder, false);
  if (at === null) return null;
  const file = path.join(at, name);
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  if (stat.isSymbolicLink()) refuse('it is a link');
  if (!stat.isFile()) refuse('it is no file');
  if (stat.size > ${MAX_FILE_BYTES}) refuse('it is larger than ${MAX_FILE_BYTES / 1024} KiB');
  const fd = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK);
  try {
    const now = fs.fstatSync(fd);
    if (!now.isFile() || now.nlink > 1) refuse('it has several names');
    const bytes = Buffer.alloc(${MAX_FILE_BYTES} + 1);
    const length = fs.readSync(fd, bytes, 0, bytes.length, 0);
    if (length > ${MAX_FILE_BYTES}) refuse('it is larger than ${MAX_FILE_BYTES / 1024} KiB');
    return { bytes: bytes.subarray(0, length), stat: now };
  } finally {
    fs.closeSync(fd);
  }
}

function read({ folder, name }) {
  const found = look(folder, name);
  if (found === null) return { state: 'absent', template: template(name) };
  let text;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(found.bytes);
  } catch {
    refuse('it is no UTF-8 text');
  }
  return { state: 'file', text, hash: hash(found.bytes), changed: found.stat.mtime.toISOString() };
}

/** OpenClaw's own beginning of a file, from the image. */
function template(name) {
  for (const folder of (process.env.PATH ?? '').split(':')) {
    try {
      const program = fs.realpathSync(path.join(folder, 'openclaw'));
      const text = fs.readFileSync(path.join(path.dirname(program), 'docs/reference/templates', path.basename(name)), 'utf8');
      return text.replace(/^---\\n[^]*?\\n---\\n+/, '').replace(/\\n+## Related\\n[^]*$/, '\\n');
    } catch {
      // Not there: the next one.
    }
  }
  return null;
}

function isExpected(order) {
  if (!('expected' in order)) return true;
  const found = look(order.folder, order.name);
  return (found === null ? null : hash(found.bytes)) === order.expected;
}

function write(order) {
  const { folder, name, text } = order;
  if (!isExpected(order)) return { state: 'changed' };
  const at = folderOf(folder, true);
  const old = fs.lstatSync(path.join(at, name), { throwIfNoEntry: false });
  if (old !== undefined && old.isDirectory()) refuse('it is a folder');
  const temporary = path.join(at, '.' + name + '.clawproof-' + randomBytes(6).toString('hex'));
  const mode = old !== undefined && old.isFile() ? old.mode & 0o777 | 0o600 : 0o644;
  const fd = fs.openSync(temporary, 'wx', 0o600);
  try {
    fs.writeFileSync(fd, text);
    fs.fchmodSync(fd, mode);
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
  fs.renameSync(temporary, path.join(at, name));
  sync(at);
  return { state: 'done' };
}

function create({ folder, name }) {
  const at = folderOf(folder, true);
  const file = path.join(at, name);
  const old = fs.lstatSync(file, { throwIfNoEntry: false });
  if (old !== undefined && old.isFile()) return { state: 'done' };
  if (old !== undefined && !old.isDirectory()) fs.unlinkSync(file);
  if (old !== undefined && old.isDirectory()) refuse('it is a folder');
  fs.closeSync(fs.openSync(file, 'wx', 0o644));
  sync(at);
  return { state: 'done' };
}

function remove(order) {
  if (!isExpected(order)) return { state: 'changed' };
  const at = folderOf(order.folder, false);
  if (at === null || fs.lstatSync(path.join(at, order.name), { throwIfNoEntry: false }) === undefined) return { state: 'done' };
  fs.unlinkSync(path.join(at, order.name));
  sync(at);
  return { state: 'done' };
}

function sync(folder) {
  const fd = fs.openSync(folder, 'r');
  fs.fsyncSync(fd);
  fs.closeSync(fd);
}

function answer(order) {
  try {
    return { read, write, create, remove }[order.do](order);
  } catch (error) {
    if (error.refused) return { state: 'refused', why: error.message };
    throw error;
  }
}

const orders = JSON.parse(fs.readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(orders.map(answer)));
`;
