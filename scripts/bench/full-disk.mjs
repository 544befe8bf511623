// Full disk: `update` and a writing `tune` with less and less room on the file system of the deployment's folder, which is a
// small one of its own. The engine's own disk is not filled. Needs root; OpenClaw is a stand-in that starts at once.
//   node scripts/bench/full-disk.mjs FOLDER [update|tune …]      FOLDER has a clawproof.lock: its pins and images are taken
// A row is right when the command either did its work or ended with `disk-full` and exit code 4, and then nothing is
// changed or left over, the gateway is ready, and the token is the same. Exit code 1 when a row is wrong.
import { rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { capture } from '../support/run.mjs';
import { bench, MAIN, must } from './support/bench.mjs';
import { CASES } from './support/kill-cases.mjs';
import { differences, look } from './support/kill-look.mjs';
import { startPinned } from './support/pinned-deployment.mjs';

const NAME = 'bench-disk';
const PORT = 28_944;
const KIB = 1024;
const FILLER = 'filler';

/** Of each command: its arguments, how many KiB stay free, and what makes it undone where it did its work. */
const COMMANDS = {
  update: {
    words: ({ version }) => ['update', version, '--yes', '--no-prove'],
    room: [0, 4, 8, 16, 64, 256, 384, 400, 416, 432, 448, 464, 480, 496, 512],
    undo: ['rollback', '--yes'],
  },
  tune: {
    words: () => ['tune', '--for', '5s', '--write'],
    room: [0, 4, 8, 12, 16, 24, 32, 48, 64, 96, 128],
    // Half of the 256 processes that may be: more than that, and it suggests another limit.
    prepare: ({ name }) => [
      'exec',
      '--detach',
      `${name}-gateway-1`,
      'sh',
      '-c',
      'for i in $(seq 150); do sleep 600 & done; wait',
    ],
    undo: null,
  },
};

await bench(async (onEnd) => {
  const [pins, ...given] = process.argv.slice(2);
  if (pins === undefined) throw new Error('usage: node scripts/bench/full-disk.mjs FOLDER [update|tune …]');
  const deployment = await startPinned({ name: NAME, port: PORT, pins, isStandIn: true, disk: '8m' }, onEnd);
  onEnd(() => rm(join(deployment.folder, FILLER), { force: true }));
  const rows = [];
  console.log('| command | free before | exit | gateway | token | files that differ | left over | |');
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const name of given.length > 0 ? given : Object.keys(COMMANDS))
    for await (const row of fillFor(deployment, name, COMMANDS[name], onEnd)) {
      rows.push(row);
      console.log(`| ${row.cells.join(' | ')} | ${row.wrong.join('; ') || 'right'} |`);
    }
  const wrong = rows.filter((row) => row.wrong.length > 0).length;
  console.log(`\n${rows.length} runs, ${wrong} with a wrong outcome.`);
  return wrong === 0 ? 0 : 1;
});

/** One row for each amount of room. */
async function* fillFor(deployment, name, { words, room, prepare, undo }, onEnd) {
  const state = name === 'update' ? await CASES.update.begin(deployment) : {};
  if (name === 'update') onEnd(() => state.npm.stop());
  if (prepare !== undefined) await must('docker', prepare(deployment));
  for (const kibibytes of room) {
    const before = await look(deployment);
    const free = await fill(deployment.folder, kibibytes * KIB);
    const answer = await command(deployment, words(state));
    await rm(join(deployment.folder, FILLER), { force: true });
    const after = await look(deployment, before.token);
    yield judge(name, { free, answer, before, after });
    if (answer.code === 0 && undo !== null) await command(deployment, undo);
    // What has its new limits is given no others again.
    if (answer.code === 0 && undo === null) break;
  }
  if (name === 'update') await CASES.update.end(deployment, state);
}

function judge(name, { free, answer, before, after }) {
  // One that suggests nothing writes nothing, and shows nothing.
  const isDone = name === 'tune' ? JSON.parse(answer.stdout).written === true : answer.code === 0;
  const id = isDone ? 'done' : (/"id": "([a-z-]+)"/.exec(answer.stdout)?.[1] ?? 'no error id');
  const differ = differences(before.files, after.files);
  const left = after.things.filter((thing) => !before.things.includes(thing));
  const nothing = [
    [answer.code === 4 && id === 'disk-full', `exit ${answer.code}: ${answer.stdout}${answer.stderr}`],
    [differ.length === 0, 'files differ'],
    [left.length === 0, 'something is left over'],
  ];
  const always = [
    [after.ready === 200, `/readyz: ${after.ready}`],
    [after.own === 200, `token: ${after.own}`],
    [after.other === undefined, 'another token'],
  ];
  const facts = [...always, ...(isDone ? [] : nothing)];
  return {
    wrong: facts.filter(([holds]) => !holds).map(([, what]) => what),
    cells: [
      name,
      `${free / KIB} KiB`,
      `${answer.code}: ${id}`,
      after.ready,
      after.own,
      ...(isDone ? ['as wanted', 'as wanted'] : [differ.join(', ') || '0', left.join(', ') || 'nothing']),
    ],
  };
}

async function command({ folder, env }, words) {
  const options = { env: { ...process.env, ...env } };
  return capture(process.execPath, [MAIN, '-C', folder, ...words, '--json'], options);
}

/** @returns how many bytes stay free */
async function fill(folder, left) {
  const { bavail, bsize } = await statfs(folder);
  await writeFile(join(folder, FILLER), Buffer.alloc(Math.max(0, bavail * bsize - left)));
  const now = await statfs(folder);
  return now.bavail * now.bsize;
}
