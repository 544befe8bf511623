/**
 * Node script that runs in a twin as the gateway's user: puts the files that stand in its standard input in place, checks
 * all SQLite databases of the state, starts the gateway and prints, as JSON, whether it got ready. It ends the gateway.
 */
export const TWIN_SCRIPT = String.raw`
const fs = require('node:fs');
const path = require('node:path');
const { spawn } = require('node:child_process');
const { state, port, seconds, files } = JSON.parse(fs.readFileSync(0, 'utf8'));
const began = Date.now();

for (const file of files) {
  fs.mkdirSync(path.dirname(file.path), { recursive: true });
  fs.writeFileSync(file.path, Buffer.from(file.base64, 'base64'), { mode: file.mode, flag: 'wx' });
}

/** Names are bytes, and not always text. */
function* walk(folder) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true, encoding: 'buffer' })) {
    const at = Buffer.concat([folder, Buffer.from('/'), entry.name]);
    if (entry.isDirectory()) yield* walk(at);
    else if (entry.isFile()) yield at;
  }
}

function shown(at) {
  return at.toString('utf8').slice(state.length + 1);
}

function isDatabase(at) {
  const head = Buffer.alloc(16);
  const file = fs.openSync(at, 'r');
  try {
    return fs.readSync(file, head, 0, 16, 0) === 16 && head.toString('latin1') === 'SQLite format 3\0';
  } finally {
    fs.closeSync(file);
  }
}

function checkDatabases() {
  const { DatabaseSync } = require('node:sqlite');
  const found = { checked: 0, broken: [] };
  // Its journals come and go while a database is open.
  const files = [...walk(Buffer.from(state))].filter((at) => !/-(?:wal|shm|journal)$/.test(at.toString('latin1')));
  for (const at of files) {
    if (!isDatabase(at)) continue;
    found.checked += 1;
    let answer;
    try {
      // Older versions of Node take no bytes here.
      const text = at.toString('utf8');
      const database = new DatabaseSync(Buffer.from(text).equals(at) ? text : at);
      answer = database.prepare('PRAGMA integrity_check').get().integrity_check;
      database.close();
    } catch (error) {
      answer = error.message;
    }
    if (answer !== 'ok') found.broken.push(shown(at) + ': ' + String(answer).slice(0, 200));
  }
  return found;
}

function finish(result) {
  process.stdout.write(JSON.stringify({ ...result, milliseconds: Date.now() - began }) + '\n', () => process.exit(0));
}

const ask = (name) =>
  fetch('http://127.0.0.1:' + port + name, { signal: AbortSignal.timeout(3000) }).then((answer) => answer.status, () => 0);

async function main() {
  const databases = checkDatabases();
  if (databases.broken.length > 0) return finish({ ok: false, databases, log: [] });
  const log = [];
  const gateway = spawn('openclaw', ['gateway'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const keep = (bytes) => {
    log.push(...bytes.toString('utf8').split('\n').filter((line) => line.trim() !== ''));
    log.splice(0, log.length - 12);
  };
  gateway.stdout.on('data', keep);
  gateway.stderr.on('data', keep);
  let ended = false;
  gateway.on('exit', (code) => {
    ended = true;
    log.push('the gateway ended with exit code ' + code);
  });
  while (!ended && Date.now() - began < seconds * 1000) {
    if ((await ask('/healthz')) === 200 && (await ask('/readyz')) === 200) return finish({ ok: true, databases, log });
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  finish({ ok: false, databases, log });
}

main();
`;
