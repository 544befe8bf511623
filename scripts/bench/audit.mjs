// `npm run bench:audit`: how long an audit takes, whole process, in turn with dclint on the same files; and how time and
// memory grow with their number. Takes no engine. dclint is installed from npm into a temporary folder, without its scripts.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capture } from '../support/run.mjs';
import { bench, MAIN, must } from './support/bench.mjs';
import { writeComposeFiles } from './support/compose-files.mjs';
import { createVerdict, median, mib, ms } from './support/figures.mjs';

const DCLINT = 'dclint@3.1.0';
const ROUNDS = 15;
const SLOW_ROUNDS = 5;
const LIMIT_ONE_MS = 200;
const LIMIT_HUNDRED_MS = 600;
const LIMIT_BYTES = 300 * 1024 ** 2;
/** Ten times as many files may take this many times as long. */
const LIMIT_GROWTH = 12;

/** Notes the peak of the memory when a process ends. */
const NOTE_MEMORY = `process.on('exit', () => require('node:fs').writeFileSync(process.env.BENCH_NOTE, String(process.resourceUsage().maxRSS * 1024)));\n`;

await bench(async (onEnd) => {
  const verdict = createVerdict();
  const folder = await mkdtemp(join(tmpdir(), 'clawproof-bench-'));
  onEnd(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'note.cjs'), NOTE_MEMORY);
  const dclint = await installDclint(join(folder, 'dclint'));
  const time = createTimer(folder);

  await oneFile(verdict, folder, dclint, time);
  await hundredFiles(verdict, folder, dclint, time);
  await manyFiles(verdict, folder, time);
  return verdict.exitCode;
});

async function installDclint(folder) {
  await must('npm', ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', DCLINT]);
  return join(folder, 'node_modules/dclint/bin/dclint.cjs');
}

/** @returns a function that runs a program of Node and resolves with its time, its peak of memory and its exit code */
function createTimer(folder) {
  const note = join(folder, 'note');
  return async (args, cwd) => {
    const began = performance.now();
    const { code, stderr } = await capture(
      process.execPath,
      ['--require', join(folder, 'note.cjs'), ...args],
      {
        cwd,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, BENCH_NOTE: note, CI: '1' },
      },
    );
    const elapsed = performance.now() - began;
    if (code > 4) throw new Error(`${args[0]} ended with exit code ${code}: ${stderr.slice(0, 500)}`);
    return { elapsed, bytes: Number(await readFile(note, 'utf8')), code };
  };
}

async function oneFile(verdict, folder, dclint, time) {
  const cwd = join(folder, 'one');
  const [path] = await writeComposeFiles(cwd, 1);
  const runs = {
    bare: ['-e', '0'],
    clawproof: [MAIN, 'audit', path],
    dclint: [dclint, path],
  };
  const times = await inTurn(runs, ROUNDS, (args) => time(args, cwd));
  const ours = times.clawproof.elapsed;
  verdict.show('node -e 0', ms(times.bare.elapsed, 0));
  verdict.judge(
    'one file',
    ours <= LIMIT_ONE_MS,
    ms(ours, 0),
    `at most ${LIMIT_ONE_MS} ms; whole process, medians of ${ROUNDS}`,
  );
  compare(verdict, times);
}

async function hundredFiles(verdict, folder, dclint, time) {
  const cwd = join(folder, 'hundred');
  await writeComposeFiles(cwd, 100);
  const runs = { clawproof: [MAIN, 'audit', '--recursive', cwd], dclint: [dclint, '--recursive', cwd] };
  const times = await inTurn(runs, SLOW_ROUNDS, (args) => time(args, cwd));
  const ours = times.clawproof.elapsed;
  verdict.judge(
    '100 different files',
    ours <= LIMIT_HUNDRED_MS,
    ms(ours, 0),
    `at most ${LIMIT_HUNDRED_MS} ms; medians of ${SLOW_ROUNDS}`,
  );
  compare(verdict, times);
}

async function manyFiles(verdict, folder, time) {
  const taken = {};
  for (const count of [1000, 10_000]) {
    const cwd = join(folder, String(count));
    await writeComposeFiles(cwd, count);
    const report = join(folder, `${count}.json`);
    taken[count] = await time(
      [MAIN, 'audit', '--recursive', '--quiet', '--format', 'json', '-o', report, cwd],
      folder,
    );
    const { elapsed, bytes } = taken[count];
    verdict.show(
      `${count} files`,
      `${ms(elapsed, 0)}, ${(elapsed / count).toFixed(2)} ms each, ${mib(bytes)}`,
    );
    await rm(report);
  }
  const growth = taken[10_000].elapsed / taken[1000].elapsed;
  verdict.judge(
    '10 000 files against 1000',
    growth <= LIMIT_GROWTH,
    `${growth.toFixed(1)} times as long`,
    `at most ${LIMIT_GROWTH}`,
  );
  verdict.judge(
    'memory for 10 000 files',
    taken[10_000].bytes <= LIMIT_BYTES,
    mib(taken[10_000].bytes),
    `at most ${mib(LIMIT_BYTES)}`,
  );
}

/** Medians of programs that run one after the other, round by round, so that what else the machine does hits all of them. */
async function inTurn(runs, rounds, run) {
  const results = Object.fromEntries(Object.keys(runs).map((name) => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, args] of Object.entries(runs)) {
      // dclint is slow enough that fewer rounds tell as much.
      if (name === 'dclint' && round >= SLOW_ROUNDS) continue;
      const result = await run(args);
      if (round >= 0) results[name].push(result);
    }
  }
  return Object.fromEntries(
    Object.entries(results).map(([name, all]) => [
      name,
      { elapsed: median(all.map(({ elapsed }) => elapsed)), bytes: median(all.map(({ bytes }) => bytes)) },
    ]),
  );
}

function compare(verdict, { clawproof, dclint }) {
  verdict.show(
    '  dclint',
    `${ms(dclint.elapsed, 0)}, ${mib(dclint.bytes)} (clawproof: ${mib(clawproof.bytes)})`,
  );
  verdict.show(
    '  dclint against clawproof',
    `${(dclint.elapsed / clawproof.elapsed).toFixed(1)} times as long`,
  );
}
