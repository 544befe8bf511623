// The engine is killed (-9) in the middle of a command, started again, and what the message says is done: is there one
// valid token, does the gateway serve, is the state there? Runs on a dockerd of its own, in namespaces of its own, with the
// images of a deployment that is there. Needs root; one to two minutes a fault, a third of that with --stand-in, where a
// small program is in OpenClaw's place which starts at once.
//   node scripts/bench/faults.mjs FOLDER [--stand-in] [fault …]   FOLDER has a clawproof.lock; without a fault, all of them
// Prints a table: fault, exit code and error of the command, what was done then, and how it all is afterwards.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { capture } from '../support/run.mjs';
import { bench, MAIN, must } from './support/bench.mjs';
import { ownEngine, until } from './support/own-engine.mjs';
import { copyPins, startPinned, writePolicy } from './support/pinned-deployment.mjs';

const NAME = 'bench-faults';
const PORT = 28_975;
const MARKER = '/home/node/.openclaw/marker-of-faults';
const RESTORE_STEPS = ['unpack', 'stop', 'keep', 'state', 'files', 'start', 'finish'];
const ROTATE_STEPS = ['new-token', 'token-file', 'gateway-takes', 'proof', 'token-done'];
/** Command and the line of the journal, or the file, behind which the engine is killed. */
const FAULTS = {
  ...Object.fromEntries(['files', 'containers', 'ready'].map((step) => [`up new:${step}`, { command: ['up', '--no-prove'], step, isNew: true }])),
  ...Object.fromEntries(['files', 'containers', 'ready'].map((step) => [`up changed:${step}`, { command: ['up', '--no-prove'], step, isChanged: true }])),
  ...Object.fromEntries(ROTATE_STEPS.map((step) => [`token rotate:${step}`, { command: ['token', 'rotate'], step }])),
  'backup:begin': { command: ['backup', '--no-encryption', '-o', 'OUT'], step: 'backup' },
  'backup:frozen': { command: ['backup', '--no-encryption', '-o', 'OUT'], file: /^frozen-/ },
  ...Object.fromEntries(RESTORE_STEPS.map((step) => [`restore:${step}`, { command: ['restore', 'BACKUP', '--yes'], step }])),
}; // prettier-ignore

/** Statuses as a client where the engine is gets them. Arguments: port, tokens by their names as JSON. */
const ASK = `
const [port, tokens] = process.argv.slice(1);
const status = async (path, init = {}) => {
  try { return (await fetch('http://127.0.0.1:' + port + path, { ...init, signal: AbortSignal.timeout(15000) })).status; }
  catch { return 'no answer'; }
};
const answers = { ready: await status('/readyz') };
for (const [name, token] of Object.entries(JSON.parse(tokens))) answers[name] = await status('/tools/invoke', {
  method: 'POST',
  headers: { 'content-type': 'application/json', authorization: 'Bearer ' + token },
  body: JSON.stringify({ tool: 'sessions_list', args: {} }),
});
console.log(JSON.stringify(answers));`;

await bench(async (onEnd) => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'stand-in': { type: 'boolean', default: false } },
  });
  const [given, ...wanted] = positionals;
  if (given === undefined)
    throw new Error('usage: node scripts/bench/faults.mjs FOLDER [--stand-in] [fault …]');
  const pins = values['stand-in'] ? await standIn(resolve(given), onEnd) : { source: resolve(given) };
  const engine = await ownEngine();
  onEnd(() => engine.remove());
  const place = { engine, folder: join(engine.folder, 'deployment'), ...pins };
  await loadImages(place);
  let held = 0;
  const names = Object.keys(FAULTS).filter(
    (name) => wanted.length === 0 || wanted.some((one) => name.startsWith(one)),
  );
  for (const name of names) {
    const isGood = await tryFault(place, name, FAULTS[name]).catch((error) => {
      console.log(`| ${name} | not tried: ${error.message.replaceAll('\n', ' ').slice(0, 300)} |`);
      return false;
    });
    held += Number(isGood);
  }
  console.log(`${held} of ${names.length} faults left one valid token, a gateway that serves, and the state`);
  return held === names.length ? 0 : 1;
});

/** Pins and image of a version that nobody published, made on the engine that is here. */
async function standIn(pins, onEnd) {
  const { folder, version } = await startPinned({ name: NAME, port: PORT, pins, isStandIn: true }, onEnd);
  await must(process.execPath, [MAIN, '-C', folder, 'down', '--volumes', '--yes']);
  return { source: folder, version };
}

/** @returns whether all is as it should be afterwards */
async function tryFault(place, name, fault) {
  const { engine, folder } = place;
  const before = await prepare(place, fault);
  const { code, said } = await runAndKill(place, name, fault);
  await engine.start();
  const { mended, done } = await mend(place, said);
  const after = await look(place, before);
  const left = await leftBehind(place, code);
  await rm(join(folder, '../out.tar'), { force: true });
  const rows = [
    `exit ${code}: ${errorOf(said)}`,
    `${done}: exit ${mended.code}${mended.code === 0 ? '' : ` ${errorOf(mended.stderr)}`}`,
    `readyz ${after.ready}, token of the folder ${after.own}, former ${after.former ?? 'is the same'}`,
    `state "${after.marker}"${left.length === 0 ? '' : `, left: ${left.join(', ')}`}`,
  ];
  const isServed = after.ready === 200 && after.own === 200 && after.former !== 200;
  const isGood = mended.code === 0 && isServed && isState(fault, before, after) && left.length === 0;
  console.log(`| ${name} | ${rows.join(' | ')} | ${isGood ? 'holds' : 'DOES NOT HOLD'} |`);
  if (!isGood || process.env.VERBOSE)
    console.log([said, '--- then', mended.stdout, mended.stderr].join('\n'));
  return isGood;
}

/** Does what the message says, and what the message of that says. */
async function mend(place, said) {
  const first = followed(said);
  const mended = await cli(place, ...first);
  if (mended.code !== 0 || !/To start it: clawproof up/.test(mended.stdout))
    return { mended, done: first.join(' ') };
  return { mended: await cli(place, 'up', '--no-prove'), done: `${first.join(' ')}, then up` };
}

/** The state is that of before, or that of the backup which was restored. */
function isState({ command }, before, after) {
  return after.marker === before.marker || (command[0] === 'restore' && after.marker === 'first');
}

/** Kills the engine a moment after the step has begun, and lets the command come to its end. */
async function runAndKill(place, name, fault) {
  const { engine, folder } = place;
  const files = { OUT: join(folder, '../out.tar'), BACKUP: join(folder, '../kept.tar') };
  const began = await lines(folder);
  const running = begin(
    place,
    fault.command.map((word) => files[word] ?? word),
  );
  await until(name, 240, async () => running.code !== null || (await isReached(place, fault, began)));
  if (running.code !== null) throw new Error(`it ended before the fault: ${running.said()}`);
  // A backup holds the gateway for a tenth of a second only.
  await sleep(fault.file === undefined ? 300 : 0);
  await engine.kill();
  await until('the command ends', 240, () => running.code !== null);
  return { code: running.code, said: running.said() };
}

/** A deployment that runs, with a marker in its state and a backup of an earlier marker; or none for a first `up`. */
async function prepare(place, { isNew, isChanged }) {
  const { engine, folder, source } = place;
  if (isNew || !existsSync(join(folder, 'compose.yaml'))) {
    await cli(place, 'down', '--volumes', '--yes');
    await rm(folder, { recursive: true, force: true });
    await copyPins(source, folder);
    await limitPids(place, 512);
    if (isNew) return { token: null, marker: '' };
  }
  const up = await cli(place, 'up', '--no-prove');
  if (up.code !== 0) throw new Error(`up: ${up.stderr}`);
  const mark = (text) => engine.docker('exec', `${NAME}-gateway-1`, 'sh', '-c', `echo ${text} > ${MARKER}`);
  if (!existsSync(join(folder, '../kept.tar'))) {
    await mark('first');
    const made = await cli(place, 'backup', '--no-encryption', '-o', join(folder, '../kept.tar'));
    if (made.code !== 0) throw new Error(`backup: ${made.stderr}`);
  }
  const marker = createHash('sha256').update(String(performance.now())).digest('hex').slice(0, 8);
  await mark(marker);
  if (isChanged) await limitPids(place, 520 + Math.floor(Math.random() * 400));
  return { token: await tokenOf(folder), marker };
}

async function look({ engine, folder }, { token: former }) {
  const own = await tokenOf(folder);
  const tokens = {
    ...(own === null ? {} : { own }),
    ...(former === null || former === own ? {} : { former }),
  };
  const { stdout } = await engine.inside(process.execPath, [
    '--input-type=module',
    '--eval',
    ASK,
    String(PORT),
    JSON.stringify(tokens),
  ]);
  const state = await engine.inside('docker', ['exec', `${NAME}-gateway-1`, 'cat', MARKER]);
  return { ...JSON.parse(stdout || '{}'), marker: state.stdout.trim() };
}

/** Volumes, containers and files that a command should have taken away. */
async function leftBehind({ engine, folder }, code) {
  const volumes = (await engine.docker('volume', 'ls', '--quiet')).split('\n').filter(Boolean);
  const containers = (await engine.docker('ps', '--all', '--format', '{{.Names}} {{.State}}'))
    .split('\n')
    .filter(Boolean);
  const files = await readdir(join(folder, '.clawproof')).catch(() => []);
  return [
    ...volumes.filter((volume) => volume !== `${NAME}_state`),
    ...containers.filter((line) => !new RegExp(`^${NAME}-(?:gateway|egress|ingress)-1 running$`).test(line)),
    ...files.filter((file) => /^(?:change\.json|run\.lock|frozen-|restore-|token$|kept)/.test(file)),
    ...(code !== 0 && existsSync(join(folder, '../out.tar')) ? ['a backup'] : []),
  ];
}

async function isReached({ folder }, { step, file }, began) {
  if (file !== undefined)
    return (await readdir(join(folder, '.clawproof')).catch(() => [])).some((name) => file.test(name));
  const now = (await lines(folder)).slice(began.length);
  return now.some(
    ({ event, detail, command }) => (event === 'step' || command === 'backup') && detail === step,
  );
}

async function lines(folder) {
  const text = await readFile(join(folder, '.clawproof/journal.jsonl'), 'utf8').catch(() => '');
  // The last one may be half written.
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

function begin({ engine, folder }, command) {
  const child = engine.begin(process.execPath, [MAIN, '-C', folder, ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (text += bytes));
  const running = { code: null, said: () => text };
  child.on('close', (code) => (running.code = code ?? 1));
  return running;
}

function cli({ engine, folder }, ...args) {
  return engine.inside(process.execPath, [MAIN, '-C', folder, ...args]);
}

/** The first command that the message names; `up` where it names none of ours. */
function followed(said) {
  const found = /clawproof (recover|up)\b/.exec(said.slice(said.indexOf('What to do')))?.[1];
  return found === 'recover' ? ['recover'] : ['up', '--no-prove'];
}

function limitPids({ folder, version }, pids) {
  return writePolicy({ name: NAME, port: PORT, folder, version }, { resources: { pids } });
}

function errorOf(text) {
  return /\[([a-z0-9-]+)\]/.exec(text)?.[1] ?? 'no error';
}

async function tokenOf(folder) {
  const text = await readFile(join(folder, 'secrets/gateway_token'), 'utf8').catch(() => null);
  return text?.trim() ?? null;
}

/** From the engine that is here: the three images that the lock names. */
async function loadImages({ engine, source }) {
  const lock = await readFile(join(source, 'clawproof.lock'), 'utf8');
  const names = [...lock.slice(lock.indexOf('\nimages:')).matchAll(/reference: (\S+)/g)].map(
    ([, name]) => name,
  );
  const file = join(engine.folder, 'images.tar');
  const saved = await capture('docker', ['save', '--output', file, ...names]);
  if (saved.code !== 0) throw new Error(saved.stderr);
  await engine.docker('load', '--quiet', '--input', file);
  await rm(file);
}
