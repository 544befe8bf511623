import {
  summarizeAudit,
  type AuditReport,
  type Finding,
  type FindingLocation,
  type TargetReport,
} from '../../../audit/audit-report.ts';
import { defineMeasure, type Measure } from '../../../measures/measure.ts';
import { createSourceText } from '../../../documents/source-text.ts';

const compose = `services:
  openclaw:
    image: ghcr.io/openclaw/openclaw:latest
    ports:
      - "18789:18789"
    volumes:
      - /var/run/docker.sock:/var/run/docker.sock
    environment:
      - OPENCLAW_GATEWAY_TOKEN=•••••
`;
const source = createSourceText(compose, 'deploy/compose.yaml');

/** Where a text of the sample's compose file stands. */
export function placeOf(text: string): FindingLocation {
  const start = compose.indexOf(text);
  if (start < 0) throw new Error(`the sample has no ${text}`);
  const end = start + text.length;
  const last = source.positionAt(end);
  return {
    file: source.file,
    range: { start, end },
    position: source.positionAt(start, end),
    endLine: last.line,
    endColumn: last.column,
  };
}

let count = 0;

export function finding(changes: Partial<Finding> & Pick<Finding, 'measure'>): Finding {
  count += 1;
  return {
    title: 'The rule holds',
    severity: 'medium',
    evidence: 'declared',
    detail: 'openclaw: something is open',
    why: 'Whoever reaches it does what they like.',
    rows: ['G6'],
    references: { cis: ['5.9'], nist: ['4.4.4'], owasp: ['D1'] },
    subject: 'openclaw',
    fingerprint: count.toString(16).padStart(16, '0'),
    fix: { state: 'not-fixable', why: 'Nobody but you knows which one is meant' },
    ...changes,
  };
}

/** One deployment with everything that a report can hold. */
export function sampleTarget(): TargetReport {
  count = 0;
  const key = placeOf('openclaw:');
  return {
    name: 'deploy',
    kind: 'compose',
    files: ['deploy/compose.yaml', 'deploy/.env'],
    services: [
      { name: 'openclaw', role: 'gateway', reason: 'its image is ghcr.io/openclaw/openclaw' },
      { name: 'db', role: 'neighbour', reason: 'nothing about it is OpenClaw' },
    ],
    openclawVersion: '2026.9.6',
    findings: [...severeFindings(), ...lesserFindings(key), ...ignoredFindings(key)],
    passed: ['not-privileged', 'no-devices', 'mdns-off'],
    skipped: [
      { measure: 'exec-mode', title: 'Exec is off', reason: 'no openclaw.json was found' },
      { measure: 'tool-policy', title: 'Tools are denied', reason: 'no openclaw.json was found' },
      {
        measure: 'non-root',
        title: 'No root',
        reason: 'openclaw: nothing here tells the user, which the image decides',
      },
    ],
    errors: [
      {
        id: 'file-not-readable',
        message: 'deploy/.env cannot be read: permission denied. Run the audit as its owner.',
      },
    ],
    warnings: [
      {
        id: 'variable-unset',
        message: 'BIND is set nowhere and has no default.',
        position: placeOf('"18789:18789"').position,
      },
    ],
  };
}

function severeFindings(): Finding[] {
  return [
    finding({
      measure: 'no-engine-socket',
      severity: 'critical',
      detail: "openclaw: the engine's socket is mounted at /var/run/docker.sock",
      why: 'Whoever steers the agent starts a privileged container through the socket, and owns the host.',
      location: placeOf('/var/run/docker.sock:/var/run/docker.sock'),
      fix: {
        state: 'fixable',
        title: 'Remove the mount of /var/run/docker.sock',
        safety: 'unsafe',
        effect: 'Skills that start containers stop working.',
        edits: [
          { file: 'deploy/compose.yaml', edits: [{ start: 105, end: 165, text: '' }] },
          { file: 'deploy/.env', edits: [], mode: 0o600 },
        ],
      },
    }),
    finding({
      measure: 'loopback-publish',
      severity: 'high',
      detail: 'openclaw: port 18789 is published on all interfaces',
      why: 'Everybody who can reach the host can try tokens on the gateway.',
      key: '18789/tcp',
      location: placeOf('"18789:18789"'),
      fix: { state: 'fixable', title: 'Publish port 18789 on 127.0.0.1 only', safety: 'safe' },
    }),
    finding({
      measure: 'read-only-root',
      severity: 'high',
      detail: 'openclaw: the root filesystem is writable',
      location: placeOf('openclaw:'),
      fix: { state: 'fixable', title: 'Make the root read-only, with a tmpfs at /tmp', safety: 'safe' },
    }),
  ];
}

function lesserFindings(key: FindingLocation): Finding[] {
  return [
    finding({ measure: 'resource-limits', detail: 'openclaw: memory is not limited', location: key }),
    finding({ measure: 'resource-limits', detail: 'openclaw: processes are not limited', location: key }),
    finding({
      measure: 'pinned-image',
      severity: 'low',
      detail: 'openclaw: the image is not pinned by digest',
      location: placeOf('ghcr.io/openclaw/openclaw:latest'),
      suppression: {
        kind: 'file',
        reason: 'we follow latest on purpose',
        owner: 'ops',
        expires: '2026-01-31',
        isExpired: true,
        position: { file: 'clawproof-ignore.yaml', line: 3, column: 3 },
      },
    }),
  ];
}

function ignoredFindings(key: FindingLocation): Finding[] {
  return [
    finding({
      measure: 'no-capabilities',
      severity: 'low',
      detail: 'openclaw: capabilities are not dropped',
      location: key,
      suppression: {
        kind: 'inline',
        reason: 'the entrypoint needs them',
        isExpired: false,
        position: { file: 'deploy/compose.yaml', line: 1, column: 3 },
      },
    }),
    finding({ measure: 'stop-grace', severity: 'low', isInBaseline: true }),
  ];
}

export function sampleReport(targets: TargetReport[] = [sampleTarget()]): AuditReport {
  return {
    schemaVersion: 1,
    tool: { name: 'clawproof', version: '0.0.0' },
    targets,
    summary: summarizeAudit(targets),
  };
}

/** Two measures of which the sample has findings. */
export function sampleMeasures(): Measure[] {
  return ['no-engine-socket', 'read-only-root'].map((id) =>
    defineMeasure({
      id,
      title: `The rule of ${id} holds`,
      risk: { precondition: 'agent', impact: id === 'no-engine-socket' ? 'host' : 'outage' },
      rows: ['G2'],
      references: { cis: ['5.32'], nist: ['4.5.5'], owasp: ['D1'] },
      why: 'Whoever steers the agent owns the host.',
      check: () => [],
    }),
  );
}
