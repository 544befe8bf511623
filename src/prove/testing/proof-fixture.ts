import type { ProbeResult, ProofReport } from '../proof-report.ts';
import { summarizeProof } from '../proof-summary.ts';

/** A probe's result as a test needs it. */
export function probeResult(changes: Partial<ProbeResult> = {}): ProbeResult {
  return {
    id: 'write-root',
    ring: 'container',
    title: 'No file outside the writable set can be written',
    why: 'Whoever breaks in changes the programs that run next.',
    measures: ['read-only-root'],
    rows: ['H1'],
    state: 'pass',
    expected: 'every write is refused',
    observed: '11 folders tried, all refused with EROFS',
    attempts: [
      { id: 'walk', at: 'cell', run: 'write', params: { folders: ['/'] }, result: { '/': 'EROFS' } },
    ],
    control: {
      variant: 'read-only-root',
      title: 'The root filesystem can be written',
      state: 'seen',
      observed: '/etc was written',
    },
    ...changes,
  };
}

/** One probe of each outcome: stopped, succeeded, skipped, not tried, and one whose control was missed. */
export function proofReport(changes: Partial<ProofReport> = {}): ProofReport {
  const probes: ProbeResult[] = [
    probeResult(),
    probeResult({
      id: 'engine-socket',
      title: 'No socket of an engine is in reach',
      why: 'Whoever reaches it is root on the host.',
      measures: ['no-engine-socket'],
      rows: ['G2'],
      state: 'fail',
      observed: '/var/run/docker.sock answered',
      attempts: [
        {
          id: 'paths',
          at: 'cell',
          run: 'sockets',
          params: {},
          result: { '/var/run/docker.sock': 'answered' },
        },
      ],
      control: { variant: 'no-engine-socket', title: "The engine's socket is mounted", state: 'target' },
      finding: {
        measure: 'no-engine-socket',
        title: 'No socket of a container engine is mounted',
        severity: 'critical',
        detail: 'gateway mounts /var/run/docker.sock',
        subject: 'gateway',
        location: {
          file: 'compose.yaml',
          range: { start: 120, end: 160 },
          position: {
            file: 'compose.yaml',
            line: 12,
            column: 9,
            excerpt: '      - /var/run/docker.sock:/var/run/docker.sock',
            length: 41,
          },
          endLine: 12,
          endColumn: 50,
        },
        fix: {
          state: 'fixable',
          title: 'Remove the mount',
          safety: 'unsafe',
          effect: 'Sandboxes in containers no longer work.',
        },
      },
    }),
    probeResult({
      id: 'lsm',
      title: 'A security module confines it',
      state: 'skipped',
      observed: 'this host has neither AppArmor nor SELinux',
      attempts: [],
      control: { variant: 'lsm-off', title: 'Without a profile', state: 'skipped' },
    }),
    probeResult({
      id: 'canary-tcp',
      ring: 'network',
      title: 'No host outside is reached directly',
      measures: ['no-direct-egress'],
      state: 'error',
      observed: 'the canary did not start',
      attempts: [
        { id: 'connect', at: 'cell', run: 'connect', params: { port: 443 }, error: 'it came to no end' },
      ],
      control: {
        variant: 'no-direct-egress',
        title: 'The network has a way out',
        state: 'error',
        observed: 'the canary did not start',
      },
    }),
    probeResult({
      id: 'udp-out',
      ring: 'network',
      title: 'No datagram leaves',
      measures: ['no-direct-egress'],
      control: {
        variant: 'no-direct-egress',
        title: 'The network has a way out',
        state: 'missed',
        observed: 'nothing arrived there either',
      },
    }),
  ];
  const rings: ProofReport['rings'] = [
    { ring: 'container', state: 'ran', durationMs: 4100, controlsMs: 9000 },
    { ring: 'network', state: 'ran', durationMs: 8200, controlsMs: 12_000 },
    { ring: 'gateway', state: 'skipped', reason: 'not asked for', durationMs: 0 },
  ];
  return {
    schemaVersion: 1,
    tool: { name: 'clawproof', version: '0.0.0' },
    id: '0123abcd',
    startedAt: '2026-11-22T08:00:00.000Z',
    durationMs: 12_345,
    target: {
      name: 'home',
      container: 'home-gateway-1',
      containerId: 'd'.repeat(64),
      image: { reference: 'openclaw:1', id: `sha256:${'a'.repeat(64)}` },
      openclawVersion: '2026.9.6',
      preset: 'caged',
      execMode: 'deny',
      configHash: 'b'.repeat(64),
      settingsHash: 'c'.repeat(64),
    },
    host: {
      engine: '20.10.24',
      kernel: '6.1.0',
      os: 'Debian GNU/Linux 12',
      arch: 'x64',
      cgroup: 2,
      rootless: false,
      securityOptions: ['name=seccomp,profile=default'],
      runtime: 'runc',
    },
    rings,
    probes,
    measures: [
      {
        measure: 'no-engine-socket',
        title: 'No socket of a container engine is mounted',
        declared: { state: 'pass' },
        effective: { state: 'not-looked' },
        proven: { state: 'fail', detail: '/var/run/docker.sock answered' },
        isBroken: true,
      },
    ],
    summary: summarizeProof(probes, rings),
    residual: ['The containers share the kernel of this host.'],
    ...changes,
  };
}
