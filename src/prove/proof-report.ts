import type { Finding } from '../audit/audit-report.ts';
import type { Ring } from './probe.ts';

/** Result of one `clawproof prove`: the evidence. Holds no secret. */
export interface ProofReport {
  schemaVersion: 1;
  tool: { name: 'clawproof'; version: string };
  /** Random, of this run. */
  id: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  durationMs: number;
  target: ProvedTarget;
  host: ProvedHost;
  rings: RingResult[];
  /** In the order of the rings, each in its own order. */
  probes: ProbeResult[];
  /** Declared and effective side by side with what was proved, a line for each measure that a probe names. */
  measures: MeasureEvidence[];
  summary: ProofSummary;
  /** What remains although everything holds. */
  residual: string[];
}

export interface ProvedTarget {
  name: string;
  container: string;
  /** Id of the container on its engine: another one may have other settings. */
  containerId: string;
  image: { reference: string; id: string; digest?: string };
  openclawVersion?: string;
  preset?: string;
  execMode?: string;
  /** SHA-256 of openclaw.json as the gateway has it, keys sorted; absent when it could not be read. */
  configHash?: string;
  /** SHA-256 of the container's settings that the engine applies. */
  settingsHash: string;
}

export interface ProvedHost {
  engine: string;
  kernel: string;
  os: string;
  arch: string;
  cgroup: 1 | 2;
  rootless: boolean;
  securityOptions: readonly string[];
  runtime: string;
}

export interface RingResult {
  ring: Ring;
  state: 'ran' | 'skipped' | 'error';
  /** Why it did not run. */
  reason?: string;
  durationMs: number;
  /** Of the controls of this ring; absent when they were not asked for. */
  controlsMs?: number;
}

export type ProbeState = 'pass' | 'fail' | 'skipped' | 'error';

export interface ProbeResult {
  id: string;
  ring: Ring;
  title: string;
  why: string;
  measures: readonly string[];
  rows: readonly string[];
  state: ProbeState;
  expected: string;
  /** What happened, or why it was not tried. */
  observed: string;
  attempts: AttemptEvidence[];
  control: ControlResult;
  /** For a failed one: the finding of the audit that says the same, with its line and its fix; absent without one. */
  finding?: Pick<Finding, 'measure' | 'title' | 'severity' | 'detail' | 'subject' | 'location' | 'fix'>;
}

export interface AttemptEvidence {
  id: string;
  at: string;
  run: string;
  params: unknown;
  /** As the payload gave it; long texts are cut. Undefined = it came to no end. */
  result?: unknown;
  error?: string;
}

/** Whether the same attack was seen to succeed where the protection is missing. */
export interface ControlResult {
  /** Id and title of the variant. */
  variant: string;
  title: string;
  /**
   * seen = it succeeded there; target = it succeeded on the target itself, so nothing had to be weakened; missed = it did
   * not succeed, so the probe proves nothing; not-run = controls were not asked for.
   */
  state: 'seen' | 'target' | 'missed' | 'not-run' | 'skipped' | 'error';
  observed?: string;
}

export interface MeasureEvidence {
  measure: string;
  title: string;
  declared: EvidenceState;
  effective: EvidenceState;
  proven: EvidenceState;
  /** True when files or engine say that it holds and an attack showed that it does not. */
  isBroken: boolean;
}

export interface EvidenceState {
  state: ProbeState | 'not-looked';
  detail?: string;
}

export interface ProofSummary {
  verdict: 'holds' | 'broken' | 'incomplete';
  pass: number;
  fail: number;
  skipped: number;
  error: number;
  controls: { seen: number; missed: number; notRun: number };
}
