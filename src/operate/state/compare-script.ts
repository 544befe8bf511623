/**
 * Node script that prints the paths at which two folders differ as a JSON array. It runs in a container of the gateway's
 * image, on a tree that the agent has written: names are bytes, and no link is followed.
 */
export const COMPARE_SCRIPT = String.raw`
const fs = require('node:fs');
const crypto = require('node:crypto');
const { constants } = fs;
const chunk = Buffer.allocUnsafe(1 << 20);

function content(path) {
  const hash = crypto.createHash('sha256');
  const file = fs.openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    for (let read; (read = fs.readSync(file, chunk)) > 0; ) hash.update(chunk.subarray(0, read));
  } finally {
    fs.closeSync(file);
  }
  return hash.digest('hex');
}

function describe(path) {
  const stat = fs.lstatSync(path);
  const kind = stat.mode & constants.S_IFMT;
  const base = [kind, stat.mode & 0o7777, stat.uid, stat.gid];
  if (kind === constants.S_IFREG) base.push(stat.size, content(path));
  if (kind === constants.S_IFLNK) base.push(fs.readlinkSync(path, 'latin1'));
  return { isFolder: kind === constants.S_IFDIR, text: base.join(' ') };
}

const at = (root, name) => Buffer.concat([Buffer.from(root), Buffer.from(name, 'latin1')]);

function collect(root) {
  const found = new Map();
  const waiting = [''];
  while (waiting.length > 0) {
    const name = waiting.pop();
    const entry = describe(at(root, name));
    found.set(name, entry.text);
    if (!entry.isFolder) continue;
    for (const child of fs.readdirSync(at(root, name), 'latin1')) waiting.push(name + '/' + child);
  }
  return found;
}

function shown(name) {
  const bytes = Buffer.from(name.slice(1) || '.', 'latin1');
  const text = bytes.toString('utf8');
  if (Buffer.from(text).equals(bytes)) return text;
  return bytes.toString('latin1').replace(/[^ -~]/g, (one) => '\\x' + one.charCodeAt(0).toString(16).padStart(2, '0'));
}

const [a, b] = process.argv.slice(1).map(collect);
const names = new Set([...a.keys(), ...b.keys()]);
const different = [...names].filter((name) => a.get(name) !== b.get(name));
process.stdout.write(JSON.stringify(different.map(shown).sort()));
`;
