import type { AuditReport } from '../../audit/audit-report.ts';
import type { ReportWriter } from '../../audit/report-writer.ts';
import { jsonText } from './json-text.ts';

const INDENT = '    ';

/** An `AuditReport` as one JSON document; schemas/audit-report.schema.json describes it. */
export function createJsonWriter({ version }: { version: string }): ReportWriter {
  const tool: AuditReport['tool'] = { name: 'clawproof', version };
  let isFirst = true;
  return {
    begin: () => `{\n  "schemaVersion": 1,\n  "tool": ${jsonText(tool, '  ')},\n  "targets": [`,
    target(report) {
      const separator = isFirst ? '' : ',';
      isFirst = false;
      return `${separator}\n${INDENT}${jsonText(report, INDENT)}`;
    },
    end: (summary) => `${isFirst ? '' : '\n  '}],\n  "summary": ${jsonText(summary, '  ')}\n}\n`,
  };
}
