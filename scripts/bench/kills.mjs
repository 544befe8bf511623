// Fault table: kill -9 of a command at every step that its change journals, then `clawproof recover`, then a look at what
// came of it. The steps are read from the change itself, so none is forgotten; the engine, the gateway and OpenClaw are the
// real ones, and only the version that `update` goes to is a stand-in (a real one takes minutes to build and to migrate).
//   node scripts/bench/kills.mjs [--pins FOLDER [--stand-in]] [--after SECONDS] [COMMAND[:STEP[+SECONDS],STEP…] …]
// COMMAND is one of: restore, update, rollback, token rotate, secrets set, exec, expose https, expose off; all of them without
// one. Of the last two it is also told whether the door stood open between the kill and `recover`. --name and --port are the
// deployment's, so that two tables can be made at once.
// --pins takes versions and images from a deployment that is there; with --stand-in a small program is in OpenClaw's place
// from the beginning, which starts at once: for restore, update, rollback, exec and expose. --after is how long after the step stands in the
// journal the kill comes (0.3); where the step is over by then, it is made again with a kill at once. A step's own seconds
// (migrate+0.8) hold for it alone; a step may be named more than once.
// A row is right when the gateway is ready, exactly one token is taken, nothing is left over, and either everything is as
// before (killed before the change was valid) or the change is whole. Exit code 1 when a row is wrong.
import { parseArgs } from 'node:util';
import { capture } from '../support/run.mjs';
import { bench, MAIN } from './support/bench.mjs';
import { CASES } from './support/kill-cases.mjs';
import { killAt } from './support/kill-at.mjs';
import { differences, look } from './support/kill-look.mjs';
import { startPinned } from './support/pinned-deployment.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pins: { type: 'string' },
    'stand-in': { type: 'boolean', default: false },
    after: { type: 'string', default: '0.3' },
    name: { type: 'string', default: 'bench-kills' },
    port: { type: 'string', default: '28942' },
  },
});
const wanted = (positionals.length > 0 ? positionals : Object.keys(CASES)).map((text) => {
  const [name, steps] = text.split(':');
  if (!Object.hasOwn(CASES, name))
    throw new Error(`There is no ${name}; known: ${Object.keys(CASES).join(', ')}`);
  return { name, steps: steps?.split(',') };
});

await bench(async (onEnd) => {
  const { pins, 'stand-in': isStandIn } = values;
  const deployment = await startPinned(
    { name: values.name, port: Number(values.port), pins, isStandIn },
    onEnd,
  );
  const rows = [];
  console.log(
    '| command | killed at | recover | gateway | token | state | files that differ | left over | |',
  );
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const { name, steps } of wanted)
    for await (const row of killEach(deployment, name, CASES[name], steps, onEnd)) {
      rows.push(row);
      console.log(`| ${row.cells.join(' | ')} | ${row.wrong.join('; ') || 'right'} |`);
    }
  const wrong = rows.filter((row) => row.wrong.length > 0).length;
  console.log(`\n${rows.length} kills, ${wrong} with a wrong outcome.`);
  return wrong === 0 ? 0 : 1;
});

/** One row for each step of a command, in their order. */
async function* killEach(deployment, name, given, steps, onEnd) {
  const change = await given.change();
  const ids = change.steps.map(({ id }) => id);
  const state = await given.begin(deployment, onEnd);
  try {
    for (const named of steps ?? ids) {
      const [step, seconds] = named.split('+');
      const after = Number(seconds ?? values.after);
      if (!ids.includes(step)) throw new Error(`${name} has no step ${step}; its steps: ${ids.join(', ')}`);
      yield await killOnce({ deployment, name, given, ids, commitAt: change.commitAt, step, after, state });
    }
  } finally {
    await given.end?.(deployment, state);
  }
}

/** A kill that came behind its step is made again, at once, unless it found something. */
async function killOnce(run) {
  const first = await attempt(run, run.after);
  return first.isMissed && first.wrong.length === 0 ? attempt(run, 0) : first;
}

async function attempt({ deployment, name, given, ids, commitAt, step, state }, after) {
  await given.before?.(deployment, state);
  const was = await look(deployment);
  const begun = await killAt(deployment, given.command(deployment, state), step, after);
  const found = await between(given, deployment, begun);
  const began = performance.now();
  const env = { ...process.env, ...deployment.env };
  const answer = await capture(process.execPath, [MAIN, '-C', deployment.folder, 'recover', '--json'], {
    env,
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  const ended = endOf(answer);
  const is = await look(deployment, was.token);
  const isCommitted = begun === null || begun.includes(commitAt);
  const wrong = judge({ given, was, is, isCommitted });
  const right = expected(begun, isCommitted);
  if (ended !== right) wrong.unshift(`recover: ${ended}, not ${right}`);
  wrong.unshift(...found.wrong);
  if (isCommitted) await given.after?.(deployment, state);
  const last = begun === null ? 'the end' : begun.at(-1);
  const where = last === step ? step : `${step} (came at ${last})`;
  const isBehind = ids.indexOf(step) >= ids.indexOf(commitAt);
  return {
    wrong,
    isMissed: last !== step,
    cells: [
      name,
      `${where}${isBehind ? ', valid' : ''}, +${after} s${found.words}`,
      `${ended} in ${seconds} s`,
      ...cellsOf(was, is),
    ],
  };
}

/** What is seen between the kill and `recover`. */
async function between(given, deployment, begun) {
  return { words: '', wrong: [], ...(await given.meanwhile?.(deployment, begun)) };
}

function endOf({ code, stdout, stderr }) {
  if (code !== 0) return `failed: ${/"message": "(.*)"/.exec(stdout)?.[1] ?? stderr.trim()}`;
  return JSON.parse(stdout).recovered?.ended ?? 'nothing to end';
}

function expected(begun, isCommitted) {
  if (begun === null) return 'nothing to end';
  return isCommitted ? 'completed' : 'taken back';
}

function cellsOf(was, is) {
  return [
    is.ready,
    is.other === undefined ? is.own : `${is.own}, former ${is.other}`,
    is.marker || 'none',
    differences(was.files, is.files).join(', ') || '0',
    left(was, is).join(', ') || 'nothing',
  ];
}

/** What is not as it must be. */
function judge({ given, was, is, isCommitted }) {
  const differ = differences(was.files, is.files);
  const over = left(was, is).filter((path) => !(isCommitted && given.leaves?.test(path)));
  const always = [
    [is.ready === 200, `/readyz: ${is.ready}`],
    [is.own === 200, `token: ${is.own}`],
    [is.other === undefined || is.other === 401, `former token: ${is.other}`],
    [over.length === 0, 'something is left over'],
  ];
  const takenBack = [
    [differ.length === 0, 'files differ'],
    [is.marker === was.marker, `the state says "${is.marker}", not "${was.marker}"`],
  ];
  const made = [[given.isMade(was, is, differ), 'the change is not made']];
  return [...always, ...(isCommitted ? made : takenBack)].filter(([holds]) => !holds).map(([, what]) => what);
}

function left(was, is) {
  return is.things.filter((thing) => !was.things.includes(thing));
}
