// `npm run bench:prove [-- FOLDER]`: how long proofs take, whole process, and how long their controls.
import { capture } from '../support/run.mjs';
import { bench, deployment, MAIN } from './support/bench.mjs';
import { createVerdict, median } from './support/figures.mjs';

const ROUNDS = 3;
const LEAST_PROBES = 70;
const PARTS = [
  { title: 'container and network', rings: ['container', 'network'], limit: 15 },
  { title: 'gateway', rings: ['gateway'], limit: 45 },
  { title: 'agent', rings: ['agent'], limit: 90 },
];

await bench(async (onEnd) => {
  const verdict = createVerdict();
  const { folder } = await deployment(onEnd);
  const probes = [];
  for (const { title, rings, limit } of PARTS) {
    const times = [];
    for (let round = 0; round < ROUNDS; round += 1) times.push((await prove(folder, rings)).seconds);
    const shown = times.map((time) => time.toFixed(1)).join(', ');
    verdict.judge(title, median(times) <= limit, `${shown} s`, `median of ${ROUNDS} at most ${limit} s`);
    const { report } = await prove(folder, rings, '--controls');
    probes.push(...report.probes);
    const controls = Math.max(0, ...report.rings.map(({ controlsMs = 0 }) => controlsMs)) / 1000;
    verdict.judge(
      `${title}, controls`,
      controls <= 2 * limit,
      `${controls.toFixed(1)} s`,
      `at most ${2 * limit} s`,
    );
  }
  const seen = probes.filter(({ control }) => ['seen', 'target'].includes(control.state)).length;
  const missed = probes.filter(({ control }) => ['missed', 'error', 'not-run'].includes(control.state));
  verdict.judge(
    'probes with a control that was seen',
    seen >= LEAST_PROBES && missed.length === 0,
    `${seen} of ${probes.length}`,
    `at least ${LEAST_PROBES}, none missed`,
  );
  for (const { id, control } of missed) verdict.show(id, control.observed ?? control.state);
  return verdict.exitCode;
});

/** One proof: its evidence, and the seconds that the whole process took. */
async function prove(folder, rings, ...flags) {
  const chosen = rings.flatMap((ring) => ['--ring', ring]);
  const began = performance.now();
  const { code, stdout, stderr } = await capture(process.execPath, [
    MAIN, 'prove', folder, '--json', '--quiet', ...chosen, ...flags,
  ]); // prettier-ignore
  const seconds = (performance.now() - began) / 1000;
  if (code !== 0) throw new Error(`prove ended with exit code ${code}: ${stderr.trim() || stdout.trim()}`);
  return { report: JSON.parse(stdout), seconds };
}
