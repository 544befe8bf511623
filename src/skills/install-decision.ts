import type { Severity, SkillScan } from './types.ts';

/** What OpenClaw's install policy protocol takes as an answer, version 1. */
export interface InstallDecision {
  protocolVersion: 1;
  decision: 'allow' | 'warn' | 'block';
  reason?: string;
  findings: {
    ruleId: string;
    severity: 'info' | 'warn' | 'critical';
    message: string;
    file?: string;
    line?: number;
  }[];
}

/** OpenClaw refuses a warning whose text is longer than 4000 characters in all. */
const MOST_FINDINGS = 10;
const MOST_CHARS = 200;

const SEVERITIES: Record<Severity, InstallDecision['findings'][number]['severity']> = {
  critical: 'critical',
  warning: 'warn',
  info: 'info',
};
const DECISIONS = { allow: 'allow', review: 'warn', block: 'block' } as const;

/** The answer to OpenClaw for a skill that was looked at. */
export function decide({ verdict, findings }: SkillScan): InstallDecision {
  const shown = findings.filter(({ severity }) => severity !== 'info').slice(0, MOST_FINDINGS);
  const worst = shown[0];
  return {
    protocolVersion: 1,
    decision: DECISIONS[verdict],
    ...(worst === undefined
      ? {}
      : {
          reason: cut(
            `clawproof: ${worst.title.toLowerCase()} (${worst.file}:${worst.line})${shown.length > 1 ? `, and ${shown.length - 1} more` : ''}`,
          ),
        }),
    findings: shown.map(({ rule, severity, title, file, line }) => ({
      ruleId: rule,
      severity: SEVERITIES[severity],
      message: cut(title),
      ...(file === '' ? {} : { file: cut(file), line }),
    })),
  };
}

function cut(text: string): string {
  const plain = text.replace(/\p{C}/gu, '?');
  return plain.length > MOST_CHARS ? `${plain.slice(0, MOST_CHARS)}…` : plain;
}
