import type { Log } from 'sarif';
import type { SkillScan } from '../skills/types.ts';

const LEVELS = { critical: 'error', warning: 'warning', info: 'note' } as const;

/** SARIF 2.1.0 with one result for each finding; addresses are relative to the skill's folder. */
export function skillsSarif(scan: SkillScan, version: string): string {
  const rules = [...new Map(scan.findings.map((finding) => [finding.rule, finding])).values()];
  const log: Log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'clawproof skills scan',
            semanticVersion: version,
            rules: rules.map(({ rule, title, why }) => ({
              id: rule,
              shortDescription: { text: `${title}.` },
              fullDescription: { text: why },
            })),
          },
        },
        results: scan.findings.map(({ rule, severity, title, file, line, column, evidence }) => ({
          ruleId: rule,
          level: LEVELS[severity],
          message: { text: `${title}: ${evidence}` },
          ...(file === ''
            ? {}
            : {
                locations: [
                  {
                    physicalLocation: {
                      artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/') },
                      region: { startLine: line, startColumn: column },
                    },
                  },
                ],
              }),
        })),
        properties: { verdict: scan.verdict },
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}
