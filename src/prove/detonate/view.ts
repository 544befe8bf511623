import type { SinkRecord } from '../payload/detonation/record.ts';
import type { SeenProcess } from '../payload/detonation/processes.ts';
import { MISSING } from '../payload/stand-in/missing.ts';
import type { StepEnd, StepResult } from './detonation.ts';
import type { Observations } from './observations.ts';
import { CABLE } from './twin-specs.ts';

/** Hosts that OpenClaw asks by itself. */
const OWN_HOSTS = /(?:^|\.)(?:openclaw\.ai|clawhub\.ai)$/;
/** Between two readings of one clock. */
const SLACK_MS = 1000;

/** What was observed, put in order: what belongs to the skill, and during which of its steps it happened. */
export interface View {
  observations: Observations;
  steps: StepResult[];
  /** All that reached the canary since the turn began. */
  records: SinkRecord[];
  /** Those without what OpenClaw asks by itself, for what is said about hosts. */
  told: SinkRecord[];
  /** Start of the turn, in milliseconds since 1970. */
  beganAt: number;
  /** False when the twin tells of its turn what cannot be. */
  isTurnCredible: boolean;
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
  const { sink, files, from } = observations;
  const text = files.map(({ content }) => Buffer.from(content).toString('utf8')).join('\n');
  const records = sink.records.filter(({ at }) => at >= from);
  const isTurnCredible = isCredible(observations);
  const beganAt = isTurnCredible ? (observations.turn.beganAt ?? from) : from;
  const steps = stepResults(observations, beganAt, records);
  const since = (at: number): number => Math.max(0, Math.round(at - beganAt));
  return {
    observations,
    steps,
    records,
    told: withoutOwn(observations, records, text),
    beganAt,
    isTurnCredible,
    processes: ownProcesses(observations),
    text,
    since,
    stepAt: (at) => steps.findLast(({ atMs }) => atMs !== undefined && atMs <= since(at)),
  };
}

/** By the canary's clock, which is the same kernel's as the twin's. */
function isCredible({ turn: { beganAt, calls }, from, sink: { now } }: Observations): boolean {
  const isWithin = (at: unknown): boolean =>
    typeof at === 'number' && at >= from - SLACK_MS && at <= now + SLACK_MS;
  return isWithin(beganAt) && calls.every(({ at }) => at >= 0 && isWithin((beganAt ?? 0) + at));
}

/**
 * OpenClaw's own hosts, and those that were asked for before the turn, when nothing of the skill had run. The name of a visit is
 * what its visitor says, so that only questions for names and visits to where these lead are left out.
 */
function withoutOwn(
  { sink, from }: Observations,
  records: readonly SinkRecord[],
  text: string,
): SinkRecord[] {
  const before = new Set(sink.records.flatMap(({ at, name = '' }) => (at < from ? [name] : [])));
  const isOwn = ({ kind, to, name = '' }: SinkRecord): boolean =>
    (kind === 'name' || ((kind === 'http' || kind === 'tls' || kind === 'tcp') && to === CABLE.sink)) &&
    name !== '' &&
    (before.has(name) || OWN_HOSTS.test(name)) &&
    !text.includes(name);
  return records.filter((record) => !isOwn(record));
}

function stepResults(
  { steps, turn }: Observations,
  beganAt: number,
  records: readonly SinkRecord[],
): StepResult[] {
  const calls = new Map(turn.calls.map((call) => [call.id, call]));
  const starts = turn.calls.map(({ at }) => at);
  return steps.map((step): StepResult => {
    const call = calls.get(step.id);
    if (call === undefined) return { ...step, end: 'not-made', missing: [] };
    const began = beganAt + call.at;
    const next = beganAt + (starts.find((at) => at > call.at) ?? Number.MAX_SAFE_INTEGER);
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
  // In the order in which they were seen: whoever starts another is there before it. OpenClaw lets none of its own go.
  return processes.filter(({ pid, parent, words, orphan = false }) => {
    const line = plain(words.join(' '));
    const isOwn =
      orphan || own.has(parent) || commands.some((command) => command.length > 3 && line.includes(command));
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
  const { host, said } = hostOf(name, to);
  if (kind === 'http') {
    const usual = port === (secure === true ? 443 : 80);
    return `${secure === true ? 'https' : 'http'}://${host}${usual ? '' : `:${port}`}${said}`;
  }
  return `${host} port ${port}${said}`;
}

function hostOf(name: string | undefined, to: string): { host: string; said: string } {
  if (to === CABLE.sink || to === '') return { host: name ?? 'the canary', said: '' };
  // A name is only what the visitor says.
  return { host: to, said: name === undefined || name === to ? '' : ` (as ${name})` };
}

/** True when a host was named by its address only. */
export function isBareAddress({ name, to, kind }: SinkRecord): boolean {
  if (kind === 'name' || kind === 'program' || to === '') return false;
  return to !== CABLE.sink || /^\d+\.\d+\.\d+\.\d+$/.test(name ?? '');
}
