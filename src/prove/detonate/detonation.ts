/** Version of the JSON document; another member is no new version, another meaning is. */
export const DETONATION_SCHEMA = 1;

/** A file of a skill; `path` is relative to its folder, with "/" between. */
export interface SkillFile {
  path: string;
  content: Uint8Array;
  mode: number;
}

export interface ReadSkill {
  /** Absolute path of what was read. */
  source: string;
  folderName: string;
  files: SkillFile[];
  /** Over paths, modes' executable bits and contents, in hexadecimal digits. */
  sha256: string;
  /** What was left out, in words. */
  leftOut: string[];
}

/** One thing that the model does because the skill asks for it. */
export interface UseStep {
  /** "step-1", in the order of the turn. */
  id: string;
  kind: 'read' | 'block' | 'inline' | 'script' | 'install' | 'link' | 'request';
  /** Where the skill asks for it. */
  file: string;
  line: number;
  /** Shell command; absent for `read`. */
  command?: string;
}

export type StepEnd = 'done' | 'failed' | 'missing-program' | 'refused' | 'not-made';

export interface StepResult extends UseStep {
  end: StepEnd;
  /** Milliseconds since the turn began; undefined when it was never asked for. */
  atMs?: number;
  /** Programs that the image does not have and the step needs. */
  missing: string[];
}

export type EventKind =
  | 'step'
  | 'name'
  | 'connection'
  | 'request'
  | 'upload'
  | 'program'
  | 'process'
  | 'file'
  | 'cron';

/** One line of the timeline. */
export interface DetonationEvent {
  /** Milliseconds since the turn began. */
  atMs: number;
  kind: EventKind;
  text: string;
  /** Step during which it happened. */
  step?: string;
}

export type FindingSeverity = 'malicious' | 'suspicious' | 'note';

export interface DetonationFinding {
  /** Kind of finding, such as "bait-sent". */
  id: string;
  severity: FindingSeverity;
  title: string;
  evidence: string[];
  /** Where the skill asked for it, as "SKILL.md:12". */
  at?: string;
}

export type Verdict = 'malicious' | 'suspicious' | 'nothing-noticed' | 'incomplete';

export interface DetonationReport {
  schema: typeof DETONATION_SCHEMA;
  kind: 'skill-detonation';
  /** Of this run, and of all that it made on the engine. */
  id: string;
  tool: { name: 'clawproof'; version: string };
  /** ISO 8601. */
  startedAt: string;
  durationMs: number;
  skill: { name: string; source: string; files: number; sha256: string };
  image: { reference: string; openclaw: string | null };
  verdict: Verdict;
  findings: DetonationFinding[];
  steps: StepResult[];
  timeline: DetonationEvent[];
  /** Whether OpenClaw offered the skill to the agent; null when it did not say. */
  offered: boolean | null;
  /** What this run could not see or try, in words. */
  limits: string[];
  canary: { tcpPorts: number; records: number; refused: number };
}
