import type { Location, Log, ReportingDescriptor, Result, Run } from 'sarif';
import type { ProbeResult, ProofReport } from '../../prove/proof-report.ts';
import { fileUri, folderUri, ROOT_ID } from '../audit/file-uri.ts';
import { jsonText } from '../audit/json-text.ts';
import { fixSentence, sentence } from '../audit/parts.ts';
import { LEVELS } from '../audit/sarif-rules.ts';
import { SCHEMA } from '../audit/sarif.ts';

/** What every viewer shows first: an attack that was seen to succeed. */
const PROVEN_SCORE = '9.0';

/** SARIF 2.1.0: a rule for each probe, a result for each attack that succeeded, at the line that has to change. */
export function proofSarif(report: ProofReport, root?: string): string {
  const base = root === undefined ? {} : { uri: folderUri(root) };
  const run: Run = {
    tool: {
      driver: {
        name: 'clawproof',
        semanticVersion: report.tool.version,
        rules: report.probes.map(ruleOf),
      },
    },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: {
      [ROOT_ID]: { ...base, description: { text: 'The folder in which the proof was started.' } },
    },
    results: report.probes.flatMap((probe, index) =>
      probe.state === 'fail' ? [resultOf(probe, index, report, root)] : [],
    ),
    invocations: [
      {
        executionSuccessful: report.summary.verdict !== 'incomplete',
        startTimeUtc: report.startedAt,
        toolExecutionNotifications: report.probes.flatMap((probe) => notificationOf(probe)),
      },
    ],
    properties: { summary: report.summary, target: report.target, host: report.host, proof: report.id },
  };
  const log: Log = { $schema: SCHEMA, version: '2.1.0', runs: [run] };
  return `${jsonText(log)}\n`;
}

function ruleOf({ id, title, why, ring, rows, measures }: ProbeResult): ReportingDescriptor {
  return {
    id,
    name: id,
    shortDescription: { text: sentence(title) },
    fullDescription: { text: sentence(why) },
    help: { text: `${sentence(title)} ${sentence(why)}` },
    defaultConfiguration: { level: 'error' },
    properties: {
      'security-severity': PROVEN_SCORE,
      precision: 'very-high',
      tags: [
        'security',
        'openclaw',
        'proven',
        `ring-${ring}`,
        ...measures,
        ...rows.map((row) => `row-${row}`),
      ].slice(0, 20),
    },
  };
}

function resultOf(
  probe: ProbeResult,
  ruleIndex: number,
  { target }: ProofReport,
  root: string | undefined,
): Result {
  const { finding } = probe;
  const fix = finding === undefined ? '' : ` Fix: ${fixSentence(finding.fix)}`;
  return {
    ruleId: probe.id,
    ruleIndex,
    level: finding === undefined ? 'error' : LEVELS[finding.severity],
    message: { text: `${sentence(probe.observed)} ${sentence(probe.why)}${fix}` },
    locations: [locationOf(probe, target.container, root)],
    partialFingerprints: { 'clawproof-proof/v1': `${target.name}/${probe.id}` },
    properties: {
      ring: probe.ring,
      measures: probe.measures,
      control: probe.control.state,
      expected: probe.expected,
    },
  };
}

function locationOf({ finding }: ProbeResult, container: string, root: string | undefined): Location {
  const location = finding?.location;
  const logicalLocations = [{ name: container, kind: 'resource' }];
  if (location === undefined) return { logicalLocations };
  const { position, endLine, endColumn } = location;
  return {
    physicalLocation: {
      artifactLocation: fileUri(location.file, root),
      region: { startLine: position.line, startColumn: position.column, endLine, endColumn },
    },
    logicalLocations,
  };
}

function notificationOf({
  id,
  state,
  observed,
  control,
}: ProbeResult): NonNullable<Run['invocations']>[number]['toolExecutionNotifications'] & object {
  const descriptor = { id };
  if (state === 'error') return [{ descriptor, level: 'error', message: { text: sentence(observed) } }];
  if (state === 'skipped')
    return [{ descriptor, level: 'note', message: { text: sentence(`Not tried: ${observed}`) } }];
  if (control.state !== 'missed' && control.state !== 'error') return [];
  const text = sentence(`Its control (${control.title}) was not seen: ${control.observed ?? ''}`);
  return [{ descriptor, level: 'error', message: { text } }];
}
