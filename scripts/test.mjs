// `npm test`: builds, runs the unit tests, then the live tests with a real engine and the real OpenClaw. Where no engine
// can run, the last line says how many live tests were not run and why. CLAWPROOF_REQUIRE_LIVE=1 (or CI) makes that a
// failure. The last line is the verdict.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeEngineAvailable } from './support/engine.mjs';
import { root, run, since } from './support/run.mjs';
import {
  count,
  countListed,
  describeFailures,
  describeSkipped,
  runProject,
} from './support/vitest-results.mjs';

const requireLive = isSet(process.env.CLAWPROOF_REQUIRE_LIVE) || isSet(process.env.CI);
const start = performance.now();
const folder = await mkdtemp(join(tmpdir(), 'clawproof-test-'));
try {
  const { ok, line } = await testAll();
  process.exitCode = ok ? 0 : 1;
  console.log(`\n${line}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

function isSet(value) {
  return value !== undefined && !['', '0', 'false'].includes(value);
}

/** Resolves with whether all is well, and the last line. */
async function testAll() {
  if (process.argv.length > 2) {
    return failure('npm test takes no arguments. To run some of the tests: npm run test:unit -- <path>');
  }
  if ((await run(process.execPath, [join(root, 'scripts/build.mjs')])) !== 0) {
    return failure('FAILED: the program does not build; no test was run.');
  }
  const unit = await runProject('unit', join(folder, 'unit.json'));
  if (!unit.ok) return failure(`FAILED: ${whatFailed(unit, 'unit')}; the live tests were not run.`);

  const engine = await makeEngineAvailable();
  if (!engine.available) return withoutLive(unit, engine.reason);

  const live = await runProject('live', join(folder, 'live.json'));
  if (!live.ok)
    return failure(`FAILED: ${whatFailed(live, 'live')}; ${count(unit.passed, 'unit test')} passed.`);
  if (live.passed === 0 && requireLive) return failure('FAILED: no live test was run.');
  describeSkipped([unit, live]);
  const tests = `${count(unit.passed, 'unit')} and ${count(live.passed, 'live test')} passed`;
  return { ok: true, line: `${tests}${skippedCount(unit, live)} in ${since(start)}` };
}

async function withoutLive(unit, reason) {
  const listed = await countListed('live', join(folder, 'list.json'));
  describeSkipped([unit]);
  const missing = `${count(listed, 'live test')} were NOT run: ${reason}`;
  const line = `${count(unit.passed, 'test')} passed${skippedCount(unit)}; ${missing}`;
  return requireLive ? failure(`FAILED: ${line}`) : { ok: true, line };
}

function failure(line) {
  return { ok: false, line };
}

function whatFailed(results, name) {
  describeFailures(results);
  if (results.failures.length > 0) return `${count(results.failures.length, `${name} test`)} failed`;
  return results.problem ?? `the ${name} tests ended with an error outside of a test`;
}

function skippedCount(...results) {
  const skipped = results.reduce((sum, { skipped: names }) => sum + names.length, 0);
  return skipped === 0 ? '' : `, ${count(skipped, 'test')} skipped (named above)`;
}
