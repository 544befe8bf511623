import { runMeasures } from '../../../measures/run.ts';
import type { Measure } from '../../../measures/measure.ts';
import { shellQuote } from '../../../errors/quote.ts';
import type { Evidence } from '../case.ts';
import { linesSinceReady } from '../log-lines.ts';
import { type ContainerSeen, type LogLine, type Observations, valueOf } from '../observations.ts';

/** True for a deployment that clawproof made: its own commands mend it. */
export function isOurs({ target }: Observations): boolean {
  return target.kind === 'deployment';
}

/** The lines for a deployment of ours, or for somebody else's container. */
export function mend(seen: Observations, ours: readonly string[], others: readonly string[]): string[] {
  return [...(isOurs(seen) ? ours : others)];
}

/** A clawproof command on this folder. */
export function command(seen: Observations, words: string): string {
  const { target } = seen;
  return target.kind === 'deployment'
    ? `  clawproof ${words.replace(/^(\S+)/, `$1 -C ${shellQuote(target.folder)}`)}`
    : `  clawproof ${words}`;
}

export function gatewayOf(seen: Observations): ContainerSeen | undefined {
  return valueOf(seen.containers)?.find(({ role }) => role === 'gateway');
}

/** True when the gateway is known to do its work now. */
export function isUp(seen: Observations): boolean {
  const state = gatewayOf(seen)?.inspect?.State;
  if (state?.Running !== true) return false;
  return valueOf(seen.answers)?.readyz === 200 || state.Health?.Status === 'healthy';
}

/** What a start that failed said: nothing once a later one succeeded. */
export function startLines(seen: Observations): LogLine[] {
  if (isUp(seen)) return [];
  return linesSinceReady(valueOf(seen.gatewayLog) ?? []);
}

export function gatewayLines(seen: Observations): LogLine[] {
  return valueOf(seen.gatewayLog) ?? [];
}

/** Failures of a measure, in what the engine says; in what the files say where nothing runs. */
export function failuresOf(seen: Observations, measure: Measure): Evidence[] {
  const found = valueOf(seen.deployment);
  if (found === undefined) return [];
  const told = [
    ['what the engine runs', found.effective],
    ['the files', found.declared],
  ] as const;
  const lines = told.flatMap(([from, deployment]) =>
    deployment === null
      ? []
      : runMeasures([measure], deployment).flatMap(({ outcomes }) =>
          outcomes.flatMap((outcome) =>
            outcome.state === 'fail' ? [{ from, text: about(outcome.subject, outcome.detail) }] : [],
          ),
        ),
  );
  return lines.filter(({ text }, index) => lines.findIndex((other) => other.text === text) === index);
}

function about(subject: string | undefined, detail: string): string {
  return subject === undefined || detail.startsWith(subject) ? detail : `${subject}: ${detail}`;
}

/** Why a measure could be looked at neither in what runs nor in the files; empty when it could. */
export function unseenBy(seen: Observations, measure: Measure): string[] {
  const found = valueOf(seen.deployment);
  const told = [found?.effective, found?.declared].filter(
    (deployment) => deployment !== undefined && deployment !== null,
  );
  const results = told.flatMap((deployment) => runMeasures([measure], deployment));
  if (results.some(({ state }) => state === 'pass' || state === 'fail')) return [];
  const reasons = results.flatMap(({ outcomes }) =>
    outcomes.flatMap((outcome) => ('reason' in outcome ? [outcome.reason] : [])),
  );
  return reasons.slice(0, 1).map((reason) => `${measure.id}: ${reason}`);
}

export function megabytes(bytes: number): string {
  return bytes >= 1024 ** 3
    ? `${(bytes / 1024 ** 3).toFixed(1)} GiB`
    : `${Math.round(bytes / 1024 ** 2)} MiB`;
}

export function timeOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).concat('Z');
}

/** Where a file of the gateway's container is meant, for people. */
export function setting(config: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, key)
          ? (value as Record<string, unknown>)[key]
          : undefined,
      config,
    );
}
