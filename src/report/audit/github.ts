import type { AuditProblem, Finding } from '../../audit/audit-report.ts';
import type { ReportWriter } from '../../audit/report-writer.ts';
import { oneLine } from '../printable.ts';
import { fixSentence, plural, sentence, severityCounts, stateOf, totalOf } from './parts.ts';

type Command = 'error' | 'warning' | 'notice';

const COMMANDS = { critical: 'error', high: 'error', medium: 'warning', low: 'notice' } as const;

/** GitHub shows so many annotations of each kind for one step and drops the rest. */
const SHOWN_A_KIND = 10;

/** Workflow commands of GitHub Actions: each finding becomes an annotation at its line. */
export function createGithubWriter(): ReportWriter {
  const made: Record<Command, number> = { error: 0, warning: 0, notice: 0 };
  function write(command: Command, properties: Readonly<Record<string, string>>, message: string): string {
    made[command] += 1;
    const list = Object.entries(properties)
      .map(([name, value]) => `${name}=${escapeProperty(value)}`)
      .join(',');
    return `::${command}${list === '' ? '' : ` ${list}`}::${escapeData(message)}\n`;
  }
  return {
    begin: () => '',
    target(report) {
      const lines = [
        ...report.errors.map((error) => write('error', problemProperties(error), problemMessage(error))),
        ...report.findings
          .filter((finding) => stateOf(finding) === 'counts')
          .map((finding) =>
            write(COMMANDS[finding.severity], findingProperties(finding), findingMessage(finding)),
          ),
        ...report.warnings.map((warning) =>
          write('warning', problemProperties(warning), problemMessage(warning)),
        ),
      ];
      return lines.join('');
    },
    end(summary) {
      const total = totalOf(summary.findings);
      const found =
        total === 0 ? 'no findings' : `${plural(total, 'finding')}: ${severityCounts(summary.findings)}`;
      const dropped = Object.values(made).some((count) => count > SHOWN_A_KIND);
      const limit = dropped
        ? `GitHub shows ${SHOWN_A_KIND} annotations of each kind for one step; all of them are in this log, and in the report of --format sarif.\n`
        : '';
      return `clawproof: ${found} in ${plural(summary.targets, 'deployment')}\n${limit}`;
    },
  };
}

function findingProperties({ measure, severity, location }: Finding): Record<string, string> {
  const title = `${severity}: ${measure}`;
  if (location === undefined) return { title };
  const { file, position, endLine, endColumn } = location;
  const line = { file, line: String(position.line) };
  // Columns are shown for places within one line only.
  return endLine === position.line
    ? {
        ...line,
        col: String(position.column),
        endColumn: String(Math.max(position.column, endColumn - 1)),
        title,
      }
    : { ...line, endLine: String(endLine), title };
}

function findingMessage({ detail, why, fix, measure }: Finding): string {
  const mend = `${fix.state === 'fixable' ? 'Fix' : 'No fix'}: ${fixSentence(fix)}`;
  return [sentence(detail), sentence(why), mend, `More: clawproof explain ${measure}`]
    .map(oneLine)
    .join('\n');
}

function problemProperties({ id, position }: AuditProblem): Record<string, string> {
  if (position === undefined) return { title: id };
  return { file: position.file, line: String(position.line), col: String(position.column), title: id };
}

function problemMessage({ message }: AuditProblem): string {
  return oneLine(message);
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(oneLine(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
