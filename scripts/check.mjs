// `npm run check`: everything about the sources that is checked without running them. Each check is told with its time.
import { binary, capture, root, since } from './support/run.mjs';

const FORMATTED = ['src', 'test', 'scripts', 'tools', 'vitest.config.ts'];

const CHECKS = [
  { title: 'types', command: [binary('tsc'), '--noEmit', '--pretty'] },
  {
    title: 'lint and layers',
    command: [binary('oxlint'), '--type-aware', '--report-unused-disable-directives', ...FORMATTED],
  },
  { title: 'format', command: [binary('oxfmt'), '--check', ...FORMATTED], fix: 'npm run format' },
  { title: 'unused code and dependencies', command: [binary('knip')] },
  { title: 'build', command: [process.execPath, 'scripts/build.mjs'] },
  { title: 'generated files', command: [process.execPath, 'scripts/generate.mjs', '--check'] },
  { title: 'package', command: [binary('publint'), '--strict'] },
];

const start = performance.now();
const failed = [];
for (const { title, command, fix } of CHECKS) {
  const started = performance.now();
  const [program, ...args] = command;
  const { code, stdout, stderr } = await capture(program, args, {
    env: { ...process.env, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' },
  });
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${title} (${since(started)})`);
  if (code === 0) continue;
  failed.push(title);
  console.log(`\n${`${stdout}\n${stderr}`.trim().replaceAll(`${root}/`, '')}\n`);
  if (fix !== undefined) console.log(`To fix it: ${fix}\n`);
}

console.log(
  failed.length === 0
    ? `All ${CHECKS.length} checks passed in ${since(start)}.`
    : `${failed.length} of ${CHECKS.length} checks FAILED: ${failed.join(', ')}.`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
