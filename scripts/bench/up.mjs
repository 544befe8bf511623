// `npm run bench:up [-- FOLDER]`: how long an `up` takes that has nothing to do, and how long the program takes to start.
import { capture } from '../support/run.mjs';
import { bench, clawproof, deployment, MAIN } from './support/bench.mjs';
import { createVerdict, median, ms } from './support/figures.mjs';

const UP_LIMIT_MS = 2000;
const START_FACTOR = 1.5;
const START_EXTRA_MS = 60;

await bench(async (onEnd) => {
  const verdict = createVerdict();
  const versions = await alternate(15, [
    [MAIN, '--version'],
    ['-e', '0'],
  ]);
  const [version, node] = versions.map(median);
  const budget = START_FACTOR * node + START_EXTRA_MS;
  verdict.show('node -e 0', ms(node));
  verdict.judge(
    'clawproof --version',
    version <= budget,
    `${ms(version)}, ${(version / node).toFixed(2)} × node -e 0`,
    `at most ${ms(budget)}: ${START_FACTOR} × node -e 0 plus ${START_EXTRA_MS} ms; medians of 15`,
  );

  const { folder } = await deployment(onEnd);
  await untilUnchanged(folder);
  const [ups] = await alternate(7, [[MAIN, 'up', '--folder', folder, '--quiet']]);
  await requireUnchanged(folder);
  const up = median(ups);
  verdict.show('each no-op up', ups.map((time) => ms(time, 0)).join(', '));
  verdict.judge('no-op up', up <= UP_LIMIT_MS, ms(up, 0), `at most ${UP_LIMIT_MS} ms; median of 7`);
  return verdict.exitCode;
});

/** Milliseconds of each of `rounds` runs of each command line of node, in turn; one round before is not counted. */
async function alternate(rounds, commands) {
  const times = commands.map(() => []);
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, args] of commands.entries()) {
      const began = performance.now();
      const { code, stderr } = await capture(process.execPath, args);
      const took = performance.now() - began;
      if (code !== 0)
        throw new Error(`node ${args.join(' ')} ended with exit code ${code}: ${stderr.trim()}`);
      if (round >= 0) times[index].push(took);
    }
  }
  return times;
}

/** A deployment that was changed since its last `up` is brought up to date first. */
async function untilUnchanged(folder) {
  if ((await clawproof('up', '--folder', folder)).state !== 'unchanged') await requireUnchanged(folder);
}

async function requireUnchanged(folder) {
  const { state } = await clawproof('up', '--folder', folder);
  if (state !== 'unchanged') throw new Error(`up was no no-op but ended with "${state}"`);
}
