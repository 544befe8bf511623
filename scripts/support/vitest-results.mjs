import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { binary, capture, root, run } from './run.mjs';

const MOST_FAILURES = 10;
const MOST_LINES = 30;

/**
 * Runs one project of vitest.config.ts with its output on this terminal.
 * @returns {Promise<{ ok: boolean, passed: number, failures: { name: string, message: string }[],
 *   broken: string[], skipped: string[], problem?: string }>} `broken`: files that failed outside of their tests; `problem`
 *   says why nothing is known of the tests; names are full, with their file.
 */
export async function runProject(project, resultFile) {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${resultFile}`];
  const code = await run(binary('vitest'), ['run', '--project', project, ...reporters]);
  const results = await readJson(resultFile);
  if (results === undefined) {
    const problem = `vitest left no results for the ${project} tests (exit code ${code})`;
    return { ok: false, passed: 0, failures: [], broken: [], skipped: [], problem };
  }
  const tests = results.testResults.flatMap((file) =>
    file.assertionResults.map((test) => ({
      status: test.status,
      name: nameOf(file, test),
      message: test.failureMessages?.[0] ?? '',
    })),
  );
  const withStatus = (...statuses) => tests.filter(({ status }) => statuses.includes(status));
  return {
    ok: code === 0 && results.success,
    passed: withStatus('passed').length,
    failures: withStatus('failed').map(({ name, message }) => ({ name, message })),
    broken: results.testResults.filter(isBroken).map(({ name }) => relative(root, name)),
    skipped: withStatus('pending', 'skipped', 'todo', 'disabled').map(({ name }) => name),
  };
}

/** Number of tests in a project, without running them. */
export async function countListed(project, listFile) {
  const args = ['list', '--project', project, `--json=${listFile}`];
  const env = { ...process.env, CLAWPROOF_LIST_TESTS: '1' };
  const { code, stderr } = await capture(binary('vitest'), args, { env });
  const tests = await readJson(listFile);
  if (code !== 0 || !Array.isArray(tests))
    throw new Error(`the ${project} tests could not be listed:\n${stderr}`);
  return tests.length;
}

/** Names every test that was skipped: what was not looked at must not look like a pass. */
export function describeSkipped(results) {
  const names = results.flatMap(({ skipped }) => skipped);
  if (names.length === 0) return;
  console.log(`\nSkipped tests:\n${names.map((name) => `  ${name}`).join('\n')}`);
}

/** What failed and what was found, once more in few lines: who reads a log from its end finds it there. */
export function describeFailures({ failures, broken }) {
  for (const file of broken) console.log(`\n${file}\n    failed outside of its tests; the reason is above`);
  for (const { name, message } of failures.slice(0, MOST_FAILURES)) {
    const said = message.split('\n').filter((line) => !/^\s+at /.test(line));
    console.log([`\n${name}`, ...said.slice(0, MOST_LINES)].join('\n    '));
  }
  const more = failures.length - MOST_FAILURES;
  if (more > 0) console.log(`\nand ${more} more, above`);
}

/** "1 243 live tests", "1 live test". */
export function count(number, noun) {
  const digits = String(number).replace(/\B(?=(?:\d{3})+$)/g, ' ');
  return `${digits} ${number === 1 || !noun.endsWith('test') ? noun : `${noun}s`}`;
}

function isBroken({ status, assertionResults }) {
  return status === 'failed' && assertionResults.every((test) => test.status !== 'failed');
}

function nameOf(file, test) {
  return `${relative(root, file.name)}: ${[...test.ancestorTitles, test.title].join(' › ')}`;
}

async function readJson(file) {
  try {
    return JSON.parse(await readFile(join(file), 'utf8'));
  } catch {
    return undefined;
  }
}
