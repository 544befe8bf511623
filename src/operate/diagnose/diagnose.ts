import type { Case, Finding } from './case.ts';
import { cases } from './cases/index.ts';
import { safeLine } from './mask.ts';
import { type ObservationName, type Observations, valueOf } from './observations.ts';

export interface CaseResult {
  id: string;
  title: string;
  state: 'found' | 'nothing' | 'skipped';
  findings: Finding[];
  /** Why it could not be looked at; for `skipped`. */
  reasons: string[];
}

export interface DiagnosisReport {
  /** Folder of the deployment, or name of the container. */
  target: string;
  name: string;
  /** ISO 8601: the logs were read from here on. */
  since: string;
  cases: CaseResult[];
  /** What was looked at. */
  looked: string[];
  /** What could not be looked at, and why. */
  skipped: { what: string; reason: string }[];
  /** False = none of its containers is there. */
  isThere: boolean;
}

const WORDS: Record<ObservationName, string> = {
  engine: 'the engine',
  containers: 'the containers',
  gatewayLog: 'the log of the gateway',
  egressLog: 'the log of the egress proxy',
  deployment: 'settings of the containers and openclaw.json',
  mounts: 'owners and modes of what is mounted',
  answers: 'what the gateway answers',
  change: "clawproof's journal",
  disks: 'space on the disks',
  clock: 'the clocks',
  port: 'the published port',
  firewall: 'firewall and listeners of this host',
  nameServers: 'name servers of this host',
};

/**
 * Runs every case on what was seen. Pure.
 * @param secrets values that must not show, whatever they look like
 */
export function diagnose(
  seen: Observations,
  secrets: readonly string[] = [],
  known: readonly Case[] = cases,
): DiagnosisReport {
  const names = Object.keys(WORDS) as ObservationName[];
  const containers = valueOf(seen.containers);
  return {
    target: seen.target.kind === 'deployment' ? seen.target.folder : seen.target.name,
    name: seen.target.name,
    since: new Date(seen.since).toISOString(),
    cases: known.map((each) => resultOf(each, seen, secrets)),
    looked: names.filter((name) => 'value' in seen[name]).map((name) => WORDS[name]),
    skipped: [
      ...names.flatMap((name) => {
        const one = seen[name];
        return 'skipped' in one ? [{ what: WORDS[name], reason: safeLine(one.skipped, secrets) }] : [];
      }),
      ...(valueOf(seen.deployment)?.problems ?? []).map((reason) => ({
        what: WORDS.deployment,
        reason: safeLine(reason, secrets),
      })),
    ],
    isThere: containers === undefined || containers.some(({ inspect }) => inspect !== null),
  };
}

function resultOf(one: Case, seen: Observations, secrets: readonly string[]): CaseResult {
  const { id, title } = one;
  const findings = one.recognise(seen).map((finding) => safe(finding, secrets));
  if (findings.length > 0) return { id, title, state: 'found', findings, reasons: [] };
  const reasons = one.looksAt.flatMap((name) => {
    const looked = seen[name];
    return 'skipped' in looked ? [`${WORDS[name]}: ${safeLine(looked.skipped, secrets)}`] : [];
  });
  reasons.push(...(one.unseen?.(seen) ?? []).map((reason) => safeLine(reason, secrets)));
  return { id, title, state: reasons.length > 0 ? 'skipped' : 'nothing', findings, reasons };
}

/** Logs are written by strangers: nothing of them moves the cursor or shows a secret. */
function safe({ cause, evidence, fix }: Finding, secrets: readonly string[]): Finding {
  return {
    cause: safeLine(cause, secrets),
    evidence: evidence.map(({ from, text }) => ({
      from: safeLine(from, secrets),
      text: safeLine(text, secrets),
    })),
    fix: fix.map((line) => safeLine(line, secrets)),
  };
}
