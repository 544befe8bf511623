import type { Fix as SarifFix, Location, Notification, PhysicalLocation, Result, Run } from 'sarif';
import type { AuditProblem, Finding, FindingFix, TargetReport } from '../../audit/audit-report.ts';
import type { ReportWriter } from '../../audit/report-writer.ts';
import type { TextRange } from '../../documents/text-edit.ts';
import type { Measure } from '../../measures/measure.ts';
import { fileUri, folderUri, ROOT_ID } from './file-uri.ts';
import { jsonText } from './json-text.ts';
import { fixSentence, sentence } from './parts.ts';
import { LEVELS, sarifDriver } from './sarif-rules.ts';
import { createSkippedCount } from './text-summary.ts';

/** Schema of SARIF 2.1.0. */
export const SCHEMA =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
/** More notifications than this help nobody, and must not fill the memory. */
const MOST_NOTIFICATIONS = 20_000;

export interface SarifWriterOptions {
  version: string;
  /** All measures that were looked at; the rules of the run. */
  measures: readonly Measure[];
  /** README of each measure, Markdown. */
  readmes: Readonly<Record<string, string>>;
  /** Absolute path of the current folder; the base of relative addresses has no address without it. */
  root?: string;
}

/** SARIF 2.1.0, one run. Results come first as they are found; how the run went stands behind them. */
export function createSarifWriter(options: SarifWriterOptions): ReportWriter {
  const { measures, root } = options;
  const ruleIndex = new Map(measures.map(({ id }, index) => [id, index]));
  const notifications: Notification[] = [];
  const skipped = createSkippedCount();
  let isFirst = true;
  function notify(level: Notification['level'], problem: AuditProblem, target: TargetReport): void {
    if (notifications.length < MOST_NOTIFICATIONS)
      notifications.push(notificationOf(level, problem, target, root));
  }
  return {
    begin: () => `${opening(options)}\n      "results": [`,
    target(report) {
      skipped.add(report.skipped);
      for (const error of report.errors) notify('error', error, report);
      for (const warning of report.warnings) notify('warning', warning, report);
      return report.findings
        .map((finding) => {
          const separator = isFirst ? '' : ',';
          isFirst = false;
          const result = resultOf(finding, report, ruleIndex.get(finding.measure), root);
          return `${separator}\n        ${jsonText(result, '        ')}`;
        })
        .join('');
    },
    end(summary) {
      const notes = skipped.groups().map(({ reason, measures: ids }): Notification => ({
        descriptor: { id: 'not-looked-at' },
        level: 'note',
        message: { text: sentence(`Not looked at: ${ids.join(', ')}: ${reason}`) },
      }));
      const invocation: NonNullable<Run['invocations']>[number] = {
        executionSuccessful: summary.errors === 0,
        toolExecutionNotifications: [...notifications, ...notes],
      };
      const properties = { summary };
      return [
        `${isFirst ? '' : '\n      '}],`,
        `      "invocations": ${jsonText([invocation], '      ')},`,
        `      "properties": ${jsonText(properties, '      ')}`,
        '    }\n  ]\n}\n',
      ].join('\n');
    },
  };
}

/** The document up to the results. */
function opening(options: SarifWriterOptions): string {
  const base = options.root === undefined ? {} : { uri: folderUri(options.root) };
  const run: Omit<Run, 'results'> = {
    tool: { driver: sarifDriver(options) },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: {
      [ROOT_ID]: { ...base, description: { text: 'The folder in which the audit was started.' } },
    },
  };
  const body = jsonText(run, '    ').replace(/\n {4}\}$/u, ',');
  return `{\n  "$schema": "${SCHEMA}",\n  "version": "2.1.0",\n  "runs": [\n    ${body}`;
}

function resultOf(
  finding: Finding,
  target: TargetReport,
  ruleIndex: number | undefined,
  root: string | undefined,
): Result {
  const { measure, severity, detail, why, fingerprint, fix } = finding;
  const location = locationOf(finding, target, root);
  return {
    ruleId: measure,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: LEVELS[severity],
    message: { text: `${sentence(detail)} ${sentence(why)} ${fixNote(fix)}` },
    ...(location === undefined ? {} : { locations: [location] }),
    partialFingerprints: { 'clawproof/v1': fingerprint },
    ...suppressionsOf(finding, root),
    ...(finding.isInBaseline === undefined
      ? {}
      : { baselineState: finding.isInBaseline ? ('unchanged' as const) : ('new' as const) }),
    ...fixesOf(finding, root),
    properties: { severity, target: target.name, evidence: finding.evidence, fix: fixState(fix) },
  };
}

function fixNote(fix: FindingFix): string {
  return `${fix.state === 'fixable' ? 'Fix' : 'No fix'}: ${fixSentence(fix)}`;
}

function fixState(fix: FindingFix): string {
  return fix.state === 'fixable' ? fix.safety : 'none';
}

/** Consumers want a file for every result: without a place of its own it stands in the first one of the target. */
function locationOf(finding: Finding, target: TargetReport, root: string | undefined): Location | undefined {
  const file = finding.location?.file ?? target.files[0];
  const logical = finding.subject === undefined ? [] : [{ name: finding.subject }];
  if (file === undefined && logical.length === 0) return undefined;
  const physicalLocation: PhysicalLocation | undefined =
    file === undefined
      ? undefined
      : {
          artifactLocation: fileUri(file, root),
          ...(finding.location === undefined ? {} : regionsOf(finding.location)),
        };
  return {
    ...(physicalLocation === undefined ? {} : { physicalLocation }),
    ...(logical.length === 0 ? {} : { logicalLocations: logical }),
  };
}

/** What is meant, and the whole line around it. */
function regionsOf(
  location: NonNullable<Finding['location']>,
): Pick<PhysicalLocation, 'region' | 'contextRegion'> {
  const { position, range, endLine, endColumn } = location;
  const region = {
    startLine: position.line,
    startColumn: position.column,
    endLine,
    endColumn,
    ...charRegion(range, location.hasByteOrderMark),
  };
  if (position.excerpt === undefined) return { region };
  return { region, contextRegion: { startLine: position.line, snippet: { text: position.excerpt } } };
}

function suppressionsOf(finding: Finding, root: string | undefined): Pick<Result, 'suppressions'> {
  const { suppression } = finding;
  // An empty list says that it is not suppressed; one that is expired is "rejected", and the result counts.
  if (suppression === undefined) return { suppressions: [] };
  const { kind, reason, isExpired, owner, expires, position } = suppression;
  return {
    suppressions: [
      {
        kind: kind === 'inline' ? 'inSource' : 'external',
        status: isExpired ? 'rejected' : 'accepted',
        justification: reason,
        location: {
          physicalLocation: {
            artifactLocation: fileUri(position.file, root),
            region: { startLine: position.line, startColumn: position.column },
          },
        },
        properties: {
          ...(owner === undefined ? {} : { owner }),
          ...(expires === undefined ? {} : { expires }),
        },
      },
    ],
  };
}

/** A byte order mark does not belong to the text as SARIF counts it. */
function charRegion(
  { start, end }: TextRange,
  hasByteOrderMark = false,
): { charOffset: number; charLength: number } {
  const before = hasByteOrderMark ? 1 : 0;
  const from = Math.max(0, start - before);
  return { charOffset: from, charLength: Math.max(from, end - before) - from };
}

function fixesOf({ fix, location }: Finding, root: string | undefined): { fixes?: SarifFix[] } {
  if (fix.state !== 'fixable') return {};
  const artifactChanges = (fix.edits ?? [])
    .filter(({ edits }) => edits.length > 0)
    .map(({ file, edits }) => ({
      artifactLocation: fileUri(file, root),
      replacements: edits.map((edit) => ({
        deletedRegion: charRegion(edit, location?.file === file && location.hasByteOrderMark),
        insertedContent: { text: edit.text },
      })),
    }));
  return artifactChanges.length === 0
    ? {}
    : { fixes: [{ description: { text: fixSentence(fix) }, artifactChanges }] };
}

function notificationOf(
  level: Notification['level'],
  problem: AuditProblem,
  target: TargetReport,
  root: string | undefined,
): Notification {
  const file = problem.position?.file ?? target.files[0];
  return {
    descriptor: { id: problem.id },
    ...(problem.measure === undefined ? {} : { associatedRule: { id: problem.measure } }),
    level,
    message: { text: `${target.name}: ${problem.message}` },
    ...(file === undefined
      ? {}
      : {
          locations: [
            {
              physicalLocation: {
                artifactLocation: fileUri(file, root),
                ...(problem.position === undefined
                  ? {}
                  : { region: { startLine: problem.position.line, startColumn: problem.position.column } }),
              },
            },
          ],
        }),
  };
}
