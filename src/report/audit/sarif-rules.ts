import type { ReportingDescriptor, ToolComponent } from 'sarif';
import type { Measure, References, Severity } from '../../measures/measure.ts';
import { sentence } from './parts.ts';

export const LEVELS = { critical: 'error', high: 'error', medium: 'warning', low: 'note' } as const;

/** Score on CVSS's scale from which viewers derive their own words, in the middle of the range of each severity. */
const SCORES: Record<Severity, string> = { critical: '9.5', high: '8.0', medium: '5.5', low: '2.5' };

/** clawproof with one rule for each measure. */
export function sarifDriver({
  version,
  measures,
  readmes,
}: {
  version: string;
  measures: readonly Measure[];
  readmes: Readonly<Record<string, string>>;
}): ToolComponent {
  return {
    name: 'clawproof',
    semanticVersion: version,
    rules: measures.map((measure) => ruleOf(measure, readmes[measure.id])),
  };
}

function ruleOf(measure: Measure, readme: string | undefined): ReportingDescriptor {
  const { id, title, why, severity, rows, references } = measure;
  return {
    id,
    name: id,
    shortDescription: { text: sentence(title) },
    fullDescription: { text: sentence(why) },
    help: {
      text: `${sentence(title)} ${sentence(why)}`,
      ...(readme === undefined ? {} : { markdown: readme }),
    },
    defaultConfiguration: { level: LEVELS[severity] },
    properties: {
      severity,
      'security-severity': SCORES[severity],
      precision: 'high',
      'problem.severity': severity === 'low' ? 'recommendation' : LEVELS[severity],
      tags: tagsOf(references, rows),
    },
  };
}

/** Consumers take no more tags than this for a rule. */
const MOST_TAGS = 20;

function tagsOf({ cis, nist, owasp }: References, rows: readonly string[]): string[] {
  return [
    'security',
    'docker',
    'openclaw',
    ...(cis ?? []).map((id) => `cis-docker-${id}`),
    ...(nist ?? []).map((id) => `nist-800-190-${id}`),
    ...(owasp ?? []).map((id) => `owasp-${id}`),
    ...rows.map((row) => `row-${row}`),
  ].slice(0, MOST_TAGS);
}
