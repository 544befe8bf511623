// An update between two published versions of OpenClaw and back, with the real program and a state that was used: a
// conversation, a setting of the user's own, the token. How long the gateway is away, whether all of that is there
// afterwards, and whether a rollback leaves the bytes that were kept. Builds two images and starts the gateway five times:
// a quarter of an hour, more on a busy machine.
//   node scripts/bench/update.mjs [FROM] [TO]
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bench, clawproof, MAIN } from './support/bench.mjs';
import { converse, remembers, SETTINGS } from './support/conversation.mjs';

const [from = '2026.7.35', to = '2026.9.6'] = process.argv.slice(2);
const NAME = 'bench-update';
const PORT = 28_943;
const GATEWAY = `${NAME}-gateway-1`;
const CONFIG = 'config/openclaw/openclaw.json';
const FILES = ['clawproof.yaml', 'clawproof.lock', 'compose.yaml', CONFIG];
/** Kind, mode, owner, path, and what a file holds, of all that is in a volume. */
const DIGEST = `cd /state && find . -printf '%y %m %U:%G %P %l\\n' | sort && find . -type f -print0 | sort -z | xargs -0 sha256sum`;

const rows = [];

await bench(async (onEnd) => {
  const folder = await start(onEnd);
  const token = readFileSync(join(folder, 'secrets/gateway_token'), 'utf8').trim();
  converse(GATEWAY, 'cormorant');
  if (!remembers(GATEWAY, 'cormorant'))
    throw new Error('the conversation is not in the state: nothing could be shown');
  const before = await texts(folder);
  await judge(`before (${from})`, folder, token, { word: 'cormorant' });

  const updated = await timed(`update to ${to}`, () =>
    clawproof('-C', folder, 'update', to, '--yes', '--no-prove'),
  );
  const { trial } = updated;
  console.log(
    `gateway away: ${updated.gapSeconds.toFixed(1)} s; ready on the copy after ${trial.readySeconds} s`,
  );
  console.log(`on the copy: doctor: ${trial.doctor}; audit: ${trial.audit}`);
  console.log(`openclaw.json: ${[...trial.keys, ...trial.changedByDoctor].join(', ') || 'as it was'}`);
  await judge(`after the update (${to})`, folder, token, { word: 'cormorant' });
  converse(GATEWAY, 'puffin');
  await judge('a second conversation', folder, token, { word: 'puffin' });

  const same = await timed('rollback', () => rollback(folder));
  const changed = before.filter((text, index) => text !== readFileSync(join(folder, FILES[index]), 'utf8'));
  rows.push([
    `state put back, against what was kept`,
    same.differences === 0,
    `${same.differences} of ${same.paths} lines differ`,
  ]);
  rows.push([
    'clawproof.yaml, clawproof.lock, compose.yaml, openclaw.json',
    changed.length === 0,
    `${changed.length} differ`,
  ]);
  await judge(`after the rollback (${from})`, folder, token, { word: 'cormorant', not: 'puffin' });
  console.log('\n| what | | seen |\n| --- | --- | --- |');
  for (const [what, isRight, seen] of rows)
    console.log(`| ${what} | ${isRight ? 'right' : '**wrong**'} | ${seen} |`);
  return rows.every(([, isRight]) => isRight) ? 0 : 1;
});

async function start(onEnd) {
  const folder = await mkdtemp(join(tmpdir(), 'clawproof-bench-'));
  onEnd(() => rm(folder, { recursive: true, force: true }));
  const policy = {
    version: 1,
    name: NAME,
    openclaw: { version: from },
    image: { source: 'build' },
    access: { port: PORT },
  };
  await writeFile(join(folder, 'clawproof.yaml'), `${JSON.stringify(policy, null, 2)}\n`);
  await mkdir(join(folder, 'config/openclaw'), { recursive: true });
  await writeFile(join(folder, CONFIG), `${JSON.stringify(SETTINGS, null, 2)}\n`, { mode: 0o600 });
  onEnd(() => clawproof('-C', folder, 'down', '--volumes', '--yes'));
  onEnd(() => clawproof('-C', folder, 'update', '--prune', '--yes'));
  // An old version may have no doctor that answers: what counts is that it runs.
  await timed(`up with ${from}`, () => clawproof('-C', folder, 'up', '--no-prove')).catch((error) =>
    console.log(`up: ${error.message.slice(0, 400)}`),
  );
  return folder;
}

/** Version, token, settings and what the agent said, as they are now: one row. */
async function judge(when, folder, token, { word, not }) {
  const version = execFileSync('docker', ['exec', GATEWAY, 'openclaw', '--version'], { encoding: 'utf8' });
  const { models } = JSON.parse(await readFile(join(folder, CONFIG), 'utf8'));
  const facts = [
    ['/readyz', await ask('/readyz'), 200],
    ['token', await callTool(token), 200],
    ['a wrong one', await callTool('0'.repeat(64)), 401],
    ['own setting', models?.providers?.scripted?.api, SETTINGS.models.providers.scripted.api],
    [`"${word}" remembered`, remembers(GATEWAY, word), true],
    ...(not === undefined ? [] : [[`"${not}" remembered`, remembers(GATEWAY, not), false]]),
  ];
  const isRight = facts.every(([, seen, expected]) => seen === expected);
  rows.push([when, isRight, [version.trim(), ...facts.map(([what, seen]) => `${what}: ${seen}`)].join('; ')]);
}

/** Goes back, and is held for a moment before the gateway starts: then the state must be what was kept. */
async function rollback(folder) {
  const { id } = JSON.parse(await readFile(join(folder, '.clawproof/before-update.json'), 'utf8'));
  const journal = join(folder, '.clawproof/journal.jsonl');
  const offset = readFileSync(journal).length;
  const child = spawn(process.execPath, [MAIN, '-C', folder, 'rollback', '--yes'], {
    detached: true,
    stdio: 'inherit',
  });
  const ended = new Promise((done) => child.on('close', done));
  const { pid } = child;
  if (pid === undefined) throw new Error('rollback was not started');
  while (
    child.exitCode === null &&
    !readFileSync(journal).subarray(offset).includes('"step","detail":"start"')
  )
    await new Promise((done) => setTimeout(done, 5));
  process.kill(-pid, 'SIGSTOP');
  const [kept, state] = [digest(`${NAME}_before-update-${id}`), digest(`${NAME}_state`)];
  process.kill(-pid, 'SIGCONT');
  const code = await ended;
  if (code !== 0) throw new Error(`rollback ended with exit code ${code}`);
  const lines = new Set(kept);
  return {
    paths: kept.length,
    differences: state.filter((line) => !lines.has(line)).length + Math.abs(kept.length - state.length),
  };
}

function digest(volume) {
  const image = execFileSync('docker', ['inspect', '--format', '{{.Image}}', `${NAME}-egress-1`], {
    encoding: 'utf8',
  }).trim();
  const options = [
    '--rm',
    '--network',
    'none',
    '--user',
    '0:0',
    '--entrypoint',
    'sh',
    '--volume',
    `${volume}:/state:ro`,
  ];
  return execFileSync('docker', ['run', ...options, image, '-c', DIGEST], {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 ** 2,
  })
    .trim()
    .split('\n');
}

async function texts(folder) {
  return Promise.all(FILES.map((file) => readFile(join(folder, file), 'utf8')));
}

async function ask(path, init = {}) {
  return (await fetch(`http://127.0.0.1:${PORT}${path}`, init)).status;
}

async function callTool(token) {
  return ask('/tools/invoke', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ tool: 'sessions_list', args: {} }),
  });
}

async function timed(what, work) {
  const began = performance.now();
  const result = await work();
  console.log(`${what}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
  return result;
}
