import fc from 'fast-check';
import type {
  AuditProblem,
  Finding,
  FindingFix,
  FindingLocation,
  TargetReport,
} from '../../../audit/audit-report.ts';
import { createSourceText } from '../../../documents/source-text.ts';
import { finding } from './sample-report.ts';

/** Pieces of text that mean something to a terminal, a page, a document, a workflow or a wiki. */
const sharp = [
  '\u001B[2J',
  '\u001B]8;;http://a.example\u0007',
  '\u009B31m',
  '\u0000',
  '\u202E',
  '\uFFFE',
  '\uD800',
  '\r\n::error::x\n',
  '<script>alert(1)</script>',
  '"><img src=x onerror=1>',
  ']]>',
  '-->',
  '&amp;',
  '```\n',
  '](http://a.example)',
  '![x](http://a.example/y.png)',
  '@someone',
  '#12',
  '|',
  '</details>',
  'https://a.example/',
  '%0A',
  'x,line=1::',
  '名前',
  '\t',
  '\u2028',
];

export const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...sharp), fc.string({ unit: 'binary', maxLength: 12 })), { maxLength: 5 })
  .map((parts) => parts.join(''));

const date = fc.constantFrom('2026-01-31', '2031-12-01');

function location(file: string, text: string, from: number, length: number): FindingLocation {
  const start = Math.min(from, text.length);
  const end = Math.min(text.length, start + length);
  const source = createSourceText(text, file);
  const last = source.positionAt(end);
  const position = source.positionAt(start, end);
  return { file, range: { start, end }, position, endLine: last.line, endColumn: last.column };
}

const place = fc.record({ file: hostileText, text: hostileText, from: fc.nat(30), length: fc.nat(9) });

const fix: fc.Arbitrary<FindingFix> = fc.oneof(
  hostileText.map((why): FindingFix => ({ state: 'not-fixable', why })),
  fc
    .tuple(hostileText, hostileText, hostileText, fc.boolean())
    .map(([title, effect, file, isSafe]): FindingFix => ({
      state: 'fixable',
      title,
      safety: isSafe ? 'safe' : 'unsafe',
      effect,
      edits: [{ file, edits: [{ start: 1, end: 3, text: effect }] }],
    })),
);

const hostileFinding: fc.Arbitrary<Finding> = fc
  .record({
    severity: fc.constantFrom('critical', 'high', 'medium', 'low'),
    detail: hostileText,
    subject: hostileText,
    place,
    fix,
    state: fc.constantFrom('counts', 'baseline', 'suppressed', 'expired'),
    reason: hostileText,
    expires: date,
  })
  .map(({ severity, detail, subject, place: at, fix: mend, state, reason, expires }) =>
    finding({
      measure: 'loopback-publish',
      severity,
      detail,
      subject,
      location: location(at.file, at.text, at.from, at.length),
      fix: mend,
      ...(state === 'baseline' ? { isInBaseline: true } : {}),
      ...(state === 'suppressed' || state === 'expired'
        ? {
            suppression: {
              kind: 'inline' as const,
              reason,
              owner: reason,
              expires,
              isExpired: state === 'expired',
              position: { file: at.file, line: 1, column: 1 },
            },
          }
        : {}),
    }),
  );

const problem: fc.Arbitrary<AuditProblem> = fc.tuple(hostileText, place).map(([message, at]) => {
  const found = location(at.file, at.text, at.from, at.length);
  return { id: 'some-problem', message, ...(found ? { position: found.position } : {}) };
});

/** A deployment of somebody who wants to fool whoever reads the report. */
export const hostileTarget: fc.Arbitrary<TargetReport> = fc
  .record({
    name: hostileText,
    files: fc.array(hostileText, { maxLength: 3 }),
    service: hostileText,
    reason: hostileText,
    findings: fc.array(hostileFinding, { maxLength: 4 }),
    errors: fc.array(problem, { maxLength: 2 }),
    warnings: fc.array(problem, { maxLength: 2 }),
  })
  .map(({ name, files, service, reason, findings, errors, warnings }) => ({
    name,
    kind: 'compose',
    files,
    services: [{ name: service, role: 'gateway', reason }],
    openclawVersion: reason,
    findings,
    passed: ['mdns-off'],
    skipped: [{ measure: 'exec-mode', title: 'x', reason }],
    errors,
    warnings,
  }));
