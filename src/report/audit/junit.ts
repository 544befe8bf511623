import type { AuditProblem, Finding, NotLookedAt, TargetReport } from '../../audit/audit-report.ts';
import type { ReportWriter } from '../../audit/report-writer.ts';
import { oneLine } from '../printable.ts';
import { fixSentence, sentence, stateOf } from './parts.ts';
import { attributesOf, markupText } from './xml.ts';

/**
 * JUnit's XML: a suite for each target, a case for each finding, and for each measure that holds or was not looked at.
 * What is suppressed or in the baseline counts as skipped, with its reason. No text of a deployment begins a line: a log of
 * continuous integration would obey it.
 */
export function createJunitWriter(): ReportWriter {
  return {
    begin: () => '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="clawproof audit">\n',
    target: (report) => suite(report),
    end: () => '</testsuites>\n',
  };
}

type CaseState = 'passed' | 'failed' | 'error' | 'skipped';

interface TestCase {
  state: CaseState;
  name: string;
  measure: string;
  file?: string | undefined;
  line?: number | undefined;
  message?: string;
  body?: string;
}

function suite(report: TargetReport): string {
  const cases = casesOf(report);
  const count = (state: CaseState): number => cases.filter((test) => test.state === state).length;
  const attributes = attributesOf({
    name: report.name,
    tests: String(cases.length),
    failures: String(count('failed')),
    errors: String(count('error')),
    skipped: String(count('skipped')),
  });
  const warnings = report.warnings.map((warning) => `- ${oneLine(problemText(warning))}\n`).join('');
  return [
    `  <testsuite${attributes}>\n`,
    ...cases.map((test) => testCase(test)),
    ...(warnings === '' ? [] : [`    <system-err>${markupText(warnings)}</system-err>\n`]),
    '  </testsuite>\n',
  ].join('');
}

function casesOf(report: TargetReport): TestCase[] {
  return [
    ...report.errors.map((error) => errorCase(error)),
    ...report.findings.map((finding) => findingCase(finding)),
    ...report.skipped.map((entry) => skippedCase(entry)),
    ...report.passed.map((measure): TestCase => ({ state: 'passed', measure, name: measure })),
  ];
}

function findingCase(finding: Finding): TestCase {
  const { measure, severity, detail, why, fix, location, suppression, fingerprint } = finding;
  const base = {
    measure,
    name: `${measure}: ${detail} [${fingerprint}]`,
    file: location?.file,
    line: location?.position.line,
  };
  const state = stateOf(finding);
  if (state === 'baseline') return { ...base, state: 'skipped', message: 'in the baseline' };
  if (state === 'suppressed')
    return { ...base, state: 'skipped', message: `suppressed: ${suppression?.reason ?? ''}` };
  const place =
    location === undefined
      ? []
      : [`at: ${location.file}:${location.position.line}:${location.position.column}`];
  const body = [
    ...place,
    `why: ${sentence(why)}`,
    `${fix.state === 'fixable' ? 'fix' : 'no fix'}: ${fixSentence(fix)}`,
    `more: clawproof explain ${measure}`,
  ]
    .map(oneLine)
    .join('\n');
  return { ...base, state: 'failed', message: `${severity}: ${detail}`, body };
}

function skippedCase({ measure, reason }: NotLookedAt): TestCase {
  return { state: 'skipped', measure, name: `${measure}: ${reason}`, message: `not looked at: ${reason}` };
}

function errorCase(problem: AuditProblem): TestCase {
  return {
    state: 'error',
    measure: problem.measure ?? 'reading',
    name: `${problem.id}: ${problem.message}`,
    file: problem.position?.file,
    line: problem.position?.line,
    message: problem.message,
  };
}

function problemText({ id, message, position }: AuditProblem): string {
  const place = position === undefined ? '' : `${position.file}:${position.line}:${position.column}: `;
  return `${place}${message} [${id}]`;
}

const ELEMENTS = { failed: 'failure', error: 'error', skipped: 'skipped' } as const;

function testCase({ state, name, measure, file, line, message, body }: TestCase): string {
  const attributes = attributesOf({
    classname: `clawproof.${measure}`,
    name,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line: String(line) }),
  });
  if (state === 'passed') return `    <testcase${attributes}/>\n`;
  const element = ELEMENTS[state];
  const inner = attributesOf({
    message: message ?? '',
    ...(state === 'skipped' ? {} : { type: measure }),
  });
  const content =
    body === undefined ? `<${element}${inner}/>` : `<${element}${inner}>${markupText(body)}</${element}>`;
  return `    <testcase${attributes}>\n      ${content}\n    </testcase>\n`;
}
