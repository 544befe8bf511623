import { isSettings } from '../../measures/settings.ts';
import type { DetonationEvent, DetonationFinding, StepResult, Verdict } from './detonation.ts';
import { judgeHost } from './judge-host.ts';
import { judgeNetwork } from './judge-network.ts';
import type { Observations } from './observations.ts';
import { timelineOf } from './timeline.ts';
import { type View, viewOf } from './view.ts';

export interface Judged {
  verdict: Verdict;
  findings: DetonationFinding[];
  steps: StepResult[];
  timeline: DetonationEvent[];
  offered: boolean | null;
  limits: string[];
}

const ORDER = ['malicious', 'suspicious', 'note'] as const;

/** What was observed, judged. Pure. */
export function judgeDetonation(observations: Observations): Judged {
  const view = viewOf(observations);
  const network = judgeNetwork(view);
  const findings = attributed([...network.findings, ...judgeHost(view, network.sent)], view).toSorted(
    (a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity),
  );
  const judged: Judged = {
    verdict: verdictOf(findings, view),
    findings,
    steps: view.steps,
    timeline: timelineOf(view),
    offered: offered(observations),
    limits: [...holesOf(view), ...notesOf(view)],
  };
  return withoutValues(judged, observations);
}

/** Baits open nothing, but whoever reads a report must not have to know that. */
function withoutValues(judged: Judged, { baits }: Observations): Judged {
  const text = baits.reduce((done, { value }) => done.replaceAll(value, '[bait]'), JSON.stringify(judged));
  return JSON.parse(text) as Judged;
}

/** What OpenClaw, whatever its version, does not do by itself. */
const NEVER_ITS_OWN = new Set(['bait-sent', 'shell-given', 'metadata-asked', 'download-run']);

/** Where nothing of the skill ran, what was seen is told, and the skill is not accused of it. */
function attributed(findings: readonly DetonationFinding[], view: View): DetonationFinding[] {
  if (!ranNothing(view)) return [...findings];
  return findings.map((each) =>
    NEVER_ITS_OWN.has(each.id) || each.severity === 'note' ? each : { ...each, severity: 'note' },
  );
}

/**
 * True when the model was never asked for a command, by its own account, which the skill has no way to: a program of another
 * version may speak to its model otherwise. To ask is enough: what a command does is seen also when no answer comes.
 */
function ranNothing({ observations: { steps, turn } }: View): boolean {
  const asked = new Set(turn.calls.map(({ id }) => id));
  const commands = steps.filter(({ command }) => command !== undefined);
  return !(commands.length > 0 ? commands : steps).some(({ id }) => asked.has(id));
}

/** Nothing noticed is only said of what was really done. */
function verdictOf(findings: readonly DetonationFinding[], view: View): Verdict {
  const has = (severity: string): boolean => findings.some((finding) => finding.severity === severity);
  if (has('malicious')) return 'malicious';
  if (has('suspicious')) return 'suspicious';
  if (holesOf(view).length > 0) return 'incomplete';
  const { steps } = view;
  const commands = steps.filter(({ command }) => command !== undefined);
  const isOpen = ({ end }: StepResult): boolean =>
    end === 'not-made' || end === 'refused' || end === 'missing-program';
  const wasRead = steps.some(({ command, end }) => command === undefined && end === 'done');
  return !wasRead || commands.some(isOpen) ? 'incomplete' : 'nothing-noticed';
}

function offered({ turn, manifest }: Observations): boolean | null {
  const status = turn.after['skills.status'];
  if (!isSettings(status) || !Array.isArray(status['skills'])) return null;
  const own = status['skills']
    .filter(isSettings)
    .find(
      ({ name, source }) => source === 'openclaw-managed' && String(name).toLowerCase() === manifest.name,
    );
  return own === undefined ? false : own['eligible'] === true;
}

/** What could have happened and not been seen: with any of these nothing is said to be clean. */
function holesOf(view: View): string[] {
  const { observations, records, isTurnCredible } = view;
  const { turn, sink, before, after, notTried, unseenProcesses } = observations;
  const cut = records.filter(({ bytes, sample }) => bytes > Buffer.byteLength(sample, 'base64')).length;
  return [
    ...notTried,
    ...saidWhere([
      [
        ranNothing(view),
        'nothing of the skill was run: what is told here OpenClaw may have done by itself, and another image may show more',
      ],
      [turn.end !== 'ok', `the turn did not end as it should: ${turn.end}`],
      [!isTurnCredible, 'what the twin told of its turn cannot be'],
      [sink.dropped > 0, `${sink.dropped} visits to the canary were more than it keeps`],
      [cut > 0, `${cut} visits sent more than the canary keeps of one`],
      [before.isCut || after.isCut, 'there were more files than were looked at'],
      [unseenProcesses > 0, `${unseenProcesses} processes were more than are noted`],
    ]),
  ];
}

function notesOf({ observations, steps }: View): string[] {
  const { sink, showsReads, manifest, refusedBefore } = observations;
  const missing = [...new Set(steps.flatMap((step) => step.missing))];
  const open = steps.filter(({ end }) => end === 'not-made' || end === 'refused').length;
  // Also what closes early is reset: no reason for a verdict.
  const refused = sink.refused - refusedBefore;
  return saidWhere([
    [open > 0, `${open} of ${steps.length} steps were not made`],
    [
      missing.length > 0,
      `the image has no ${missing.join(', ')}: what needs it did not run here, and would not in a deployment of this image`,
    ],
    [
      manifest.systems.length > 0 && !manifest.systems.includes('linux'),
      `the skill is for ${manifest.systems.join(', ')}: what it does only there was not seen`,
    ],
    [!showsReads, 'the host notes no access times: a secret that is read and not sent is not seen'],
    [refused > 0, `${refused} connections were reset, or went to ports that the canary does not answer`],
  ]);
}

function saidWhere(told: readonly (readonly [applies: boolean, words: string])[]): string[] {
  return told.flatMap(([applies, words]) => (applies ? [words] : []));
}
