/**
 * Program of the container that prepares a state. Under gVisor OpenClaw keeps its databases with a rollback journal, under
 * runc with a write-ahead log. It takes the step from the second to the first with several connections open, and then ends
 * again and again with "database is locked". Argument 1 is the state's folder, /state when absent. Writes one line of JSON.
 */
export const PREPARE_SCRIPT = `
const { DatabaseSync } = require('node:sqlite');
const { closeSync, constants, fstatSync, openSync, readdirSync, readSync } = require('node:fs');
const root = process.argv[1] ?? '/state';
// An agent may have put pipes and links there: neither is waited for or followed.
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const found = { converted: 0, left: [], leftCount: 0 };

function headOf(path) {
  const file = openSync(path, FLAGS);
  try {
    if (!fstatSync(file).isFile()) return null;
    const head = Buffer.alloc(20);
    return head.subarray(0, readSync(file, head, 0, head.length, 0));
  } finally {
    closeSync(file);
  }
}

function prepare(path) {
  const head = headOf(path);
  if (head === null) throw new Error('it is no file');
  // SQLite makes a database of an empty file when it needs one.
  if (head.length === 0) return;
  if (head.toString('latin1', 0, 16) !== 'SQLite format 3\\0') throw new Error('it is no database');
  // Byte 18: 2 stands for a write-ahead log. All others are as they should be.
  if (head[18] !== 2) return;
  const database = new DatabaseSync(path);
  try {
    const { journal_mode: mode } = database.prepare('PRAGMA journal_mode = DELETE').get();
    if (mode !== 'delete') throw new Error('it keeps its write-ahead log');
    found.converted += 1;
  } finally {
    database.close();
  }
}

// The words of a system's error hold the path, which is the agent's to choose.
function wordsOf({ syscall, code, message }) {
  return syscall === undefined ? String(message).slice(0, 120) : String(code);
}

for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
  if (!entry.name.endsWith('.sqlite') || entry.isDirectory()) continue;
  const path = entry.parentPath + '/' + entry.name;
  try {
    prepare(path);
  } catch (error) {
    found.leftCount += 1;
    if (found.left.length < 20)
      found.left.push({ name: path.slice(root.length + 1).slice(0, 200), why: wordsOf(error) });
  }
}
process.stdout.write(JSON.stringify(found) + '\\n');
`;
