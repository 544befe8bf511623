/** What OpenClaw's own checks said. Both are kept whole; these are the parts that are shown. */
export interface SecurityAudit {
  critical: number;
  warn: number;
  info: number;
  findings: OpenClawFinding[];
}

export interface DoctorReport {
  ok: boolean;
  checksRun: number;
  findings: OpenClawFinding[];
}

export interface OpenClawFinding {
  checkId: string;
  severity: string;
  title: string;
  detail: string;
}

/** Outcome of reading a report: an answer that is empty or not understood is an error, never a pass. */
export type Read<T> = { ok: true; value: T } | { ok: false; reason: string };

/** Reads the stdout of `openclaw security audit --deep --json`. */
export function readSecurityAudit(stdout: string): Read<SecurityAudit> {
  const object = jsonObject(stdout);
  if (object === null) return { ok: false, reason: emptyOr(stdout) };
  if (object['ok'] === false) return { ok: false, reason: String(object['error'] ?? 'it reported a failure without a reason') };
  const summary = asObject(object['summary']);
  const findings = object['findings'];
  if (summary === null || !Array.isArray(findings)) return { ok: false, reason: 'the answer has no summary and findings' };
  return {
    ok: true,
    value: {
      critical: count(summary['critical']),
      warn: count(summary['warn']),
      info: count(summary['info']),
      findings: findings.map((entry) => finding(asObject(entry) ?? {}, 'title', 'detail')),
    },
  };
}

/** Reads the stdout of `openclaw doctor --json`. */
export function readDoctor(stdout: string): Read<DoctorReport> {
  const object = jsonObject(stdout);
  if (object === null) return { ok: false, reason: emptyOr(stdout) };
  const { findings, checksRun } = object;
  if (!Array.isArray(findings) || typeof checksRun !== 'number') return { ok: false, reason: 'the answer has no findings and checksRun' };
  if (checksRun === 0) return { ok: false, reason: 'it ran no check at all' };
  return {
    ok: true,
    value: { ok: object['ok'] === true, checksRun, findings: findings.map((entry) => finding(asObject(entry) ?? {}, 'message', 'fixHint')) },
  };
}

/** Reads the stdout of `openclaw config validate --json`: the problems found, none when the config is valid. */
export function readValidation(stdout: string): Read<string[]> {
  const object = jsonObject(stdout);
  if (object === null || typeof object['valid'] !== 'boolean') return { ok: false, reason: emptyOr(stdout) };
  if (object['valid']) return { ok: true, value: [] };
  const issues = [object['errors'], object['issues']].find(Array.isArray) ?? [];
  const problems = issues.map((entry: unknown) => {
    if (typeof entry === 'string') return entry;
    const issue = asObject(entry) ?? {};
    const path = Array.isArray(issue['path']) ? issue['path'].join('.') : String(issue['path'] ?? '');
    return [path, String(issue['message'] ?? JSON.stringify(entry))].filter(Boolean).join(': ');
  });
  return { ok: true, value: problems.length > 0 ? problems : ['it is not valid, and OpenClaw does not say why'] };
}

/** The JSON object in an output that may have other lines before it. */
function jsonObject(stdout: string): Record<string, unknown> | null {
  for (let start = stdout.indexOf('{'); start !== -1; start = stdout.indexOf('\n{', start) + 1 || -1) {
    try {
      return asObject(JSON.parse(stdout.slice(start)));
    } catch {
      if (stdout.indexOf('\n{', start) === -1) return null;
    }
  }
  return null;
}

function finding(entry: Record<string, unknown>, titleKey: string, detailKey: string): OpenClawFinding {
  return {
    checkId: String(entry['checkId'] ?? 'unknown'),
    severity: String(entry['severity'] ?? 'unknown'),
    title: String(entry[titleKey] ?? ''),
    detail: String(entry[detailKey] ?? ''),
  };
}

function emptyOr(stdout: string): string {
  const text = stdout.trim();
  return text === '' ? 'the answer was empty' : `the answer was not understood ("${text.slice(0, 80).replaceAll(/\s+/g, ' ')}")`;
}

function asObject(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
