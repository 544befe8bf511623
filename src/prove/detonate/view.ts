import type { SinkRecord } from '../payload/detonation/record.ts';
import type { SeenProcess } from '../payload/detonation/processes.ts';
import { MISSING } from '../payload/stand-in/missing.ts';
import type { StepEnd, StepResult } from './detonation.ts';
import type { Observations } from './observations.ts';
import { CABLE } from './twin-specs.ts';

/** Hosts that OpenClaw asks by itself. */
const OWN_HOSTS = /(?:^|\.)(?:openclaw\.ai|clawhub\.ai)$/;

/** What was observed, put in order: what belongs to the skill, and during which of its steps it happened. */
export interface View {
  observations: Observations;
  steps: StepResult[];
  /** What reached the canary since the first step, without what OpenClaw asks by itself. */
  records: SinkRecord[];
  /** Those that steps started, and theirs. */
  processes: SeenProcess[];
  /** All texts of the skill. */
  text: string;
  /** Milliseconds since the turn began. */
  since(at: number): number;
  /** Step during which something happened; undefined before the first one. */
  stepAt(at: number): StepResult | undefined;
}

export function viewOf(observations: Observations): View {
  const { turn, beganAt, sink, files } = observations;
  const text = files.map(({ content }) => Buffer.from(content).toString('utf8')).join('\n');
  const first = beganAt + (turn.calls[0]?.at ?? 0);
  const records = sink.records.filter(
    ({ at, name = '' }) => at >= first && (!OWN_HOSTS.test(name) || text.includes(name)),
  );
  const steps = stepResults(observations, records);
  const since = (at: number): number => Math.max(0, Math.round(at - beganAt));
  return {
    observations,
    steps,
    records,
    processes: ownProcesses(observations),
    text,
    since,
    stepAt: (at) => steps.findLast(({ atMs }) => atMs !== undefined && atMs <= since(at)),
  };
}

function stepResults({ steps, turn }: Observations, records: readonly SinkRecord[]): StepResult[] {
  const calls = new Map(turn.calls.map((call) => [call.id, call]));
  const starts = turn.calls.map(({ at }) => at);
  return steps.map((step): StepResult => {
    const call = calls.get(step.id);
    if (call === undefined) return { ...step, end: 'not-made', missing: [] };
    const began = (turn.beganAt ?? 0) + call.at;
    const next = (turn.beganAt ?? 0) + (starts.find((at) => at > call.at) ?? Number.MAX_SAFE_INTEGER);
    const missing = records.flatMap(({ kind, name = '', at }) =>
      kind === 'program' && MISSING.test(name) && at >= began && at < next ? [name] : [],
    );
    const end = missing.length > 0 ? 'missing-program' : endOf(call.result);
    return { ...step, end, atMs: call.at, missing: [...new Set(missing)] };
  });
}

/** By the words of OpenClaw's tools. */
function endOf(result: string | undefined): StepEnd {
  if (result === undefined) return 'not-made';
  if (
    /^\s*\{\s*"status":\s*"(?:error|denied|forbidden)"/.test(result) ||
    /approval.{0,40}(?:required|denied)/i.test(result)
  )
    return 'refused';
  if (/exited with code 127|: (?:command )?not found/.test(result)) return 'missing-program';
  return /exited with (?:code|signal) (?!0\b)/i.test(result) ? 'failed' : 'done';
}

function ownProcesses({ processes, steps }: Observations): SeenProcess[] {
  const commands = steps.flatMap(({ command }) =>
    command === undefined ? [] : [plain(command).slice(0, 60)],
  );
  const own = new Set<number>();
  // In the order in which they were seen: whoever starts another is there before it.
  return processes.filter(({ pid, parent, words }) => {
    const line = plain(words.join(' '));
    const isOwn = own.has(parent) || commands.some((command) => command.length > 3 && line.includes(command));
    if (isOwn) own.add(pid);
    return isOwn;
  });
}

function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** Where a record went, in words: a name where one is known. */
export function placeOf({ name, to, port, secure, kind }: SinkRecord): string {
  if (kind === 'name') return name ?? '';
  const host = name ?? (to === CABLE.sink || to === '' ? 'the canary' : to);
  if (kind === 'http') {
    const usual = port === (secure === true ? 443 : 80);
    return `${secure === true ? 'https' : 'http'}://${host}${usual ? '' : `:${port}`}`;
  }
  return `${host} port ${port}`;
}

/** True when a host was named by its address only. */
export function isBareAddress({ name, to, kind }: SinkRecord): boolean {
  if (kind === 'name' || kind === 'program' || to === '') return false;
  return name === undefined ? to !== CABLE.sink : /^\d+\.\d+\.\d+\.\d+$/.test(name);
}
