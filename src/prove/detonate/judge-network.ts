import { METADATA_ADDRESSES } from '../canary/visited.ts';
import type { SinkRecord } from '../payload/detonation/record.ts';
import type { Bait } from './baits.ts';
import type { DetonationFinding } from './detonation.ts';
import { findBaits, type FoundBait, textOfNames } from './find-baits.ts';
import { isBareAddress, placeOf, type View } from './view.ts';

interface Sent extends FoundBait {
  place: string;
  at: number;
  secure: boolean;
}

/** What reached the canary, judged. `sent` are the baits that did. */
export function judgeNetwork(view: View): { findings: DetonationFinding[]; sent: Set<Bait> } {
  const sent = sentBaits(view);
  const findings = [
    ...baitFindings(view, sent),
    ...shellFindings(view),
    ...downloadFindings(view),
    ...metadataFindings(view),
    ...addressFindings(view),
    ...hostFindings(view),
  ];
  return { findings, sent: new Set(sent.map(({ bait }) => bait)) };
}

function sentBaits({ records, observations: { baits } }: View): Sent[] {
  const direct = records
    .filter(({ kind }) => kind !== 'name' && kind !== 'program')
    .flatMap((record) =>
      findBaits(Buffer.from(record.sample, 'base64'), baits).map((found): Sent => ({
        ...found,
        place: `${record.text === undefined ? '' : `${record.text.split(' ')[0]} `}${placeOf(record)}`,
        at: record.at,
        secure: record.secure === true,
      })),
    );
  const names = records.filter(({ kind }) => kind === 'name');
  const inNames = [...textOfNames(names.map(({ name = '' }) => name))].flatMap(([below, texts]) => {
    const found = new Map(texts.flatMap((text) => findBaits(text, baits)).map((each) => [each.bait, each]));
    return [...found.values()].map((each): Sent => ({
      ...each,
      place: `names below ${below}`,
      at: names.find(({ name = '' }) => name.endsWith(below))?.at ?? 0,
      secure: false,
    }));
  });
  return [...direct, ...inNames];
}

function baitFindings(view: View, sent: readonly Sent[]): DetonationFinding[] {
  const { variables } = view.observations.manifest;
  const isOwn = ({ bait, secure }: Sent): boolean =>
    bait.variable !== undefined && variables.includes(bait.variable) && secure;
  const others = sent.filter((each) => !isOwn(each));
  const own = sent.filter(isOwn);
  return [
    ...finding(
      'bait-sent',
      'malicious',
      'Sends secrets away',
      others.map((each) => wordsOf(each)),
      placeIn(view, others[0]?.at),
    ),
    ...finding(
      'own-key-sent',
      'note',
      'Sends the key that it says it needs',
      own.map((each) => wordsOf(each)),
      placeIn(view, own[0]?.at),
    ),
  ];
}

function wordsOf({ bait, forms, place }: Sent): string {
  return `${place}: ${bait.name}${forms.length === 0 ? '' : ` (as ${forms.join(' of ')})`}`;
}

function shellFindings(view: View): DetonationFinding[] {
  const shells = view.records.filter(({ kind }) => kind === 'shell');
  const evidence = shells.map(
    (record) => `${placeOf(record)}: what was sent there ran in the twin, and the answer came back`,
  );
  return finding(
    'shell-given',
    'malicious',
    'Gives somebody outside a shell',
    evidence,
    placeIn(view, shells[0]?.at),
  );
}

function downloadFindings(view: View): DetonationFinding[] {
  const run = view.records.filter(
    ({ served }) => served !== undefined && view.observations.ran.includes(served),
  );
  const isBad = run.some((record) => isBareAddress(record));
  const evidence = run.map(
    (record) => `${placeOf(record)}${(record.text ?? '').replace(/^\S+ /, '')} was run as a program`,
  );
  return finding(
    'download-run',
    isBad ? 'malicious' : 'suspicious',
    'Runs what it downloads',
    evidence,
    placeIn(view, run[0]?.at),
  );
}

function metadataFindings(view: View): DetonationFinding[] {
  const asked = view.records.filter(({ to, name = '' }) =>
    [to, name].some((each) => (METADATA_ADDRESSES as readonly string[]).includes(each)),
  );
  return finding(
    'metadata-asked',
    'malicious',
    "Asks the cloud's metadata service",
    asked.map(placeOf),
    placeIn(view, asked[0]?.at),
  );
}

function addressFindings(view: View): DetonationFinding[] {
  const bare = view.records.filter(isBareAddress);
  return finding(
    'bare-address',
    'suspicious',
    'Speaks to addresses that have no name',
    bare.map(placeOf),
    placeIn(view, bare[0]?.at),
  );
}

/** A host that stands nowhere in the skill was put together, or hidden. */
function hostFindings(view: View): DetonationFinding[] {
  const hosts = [...new Set(view.told.flatMap((record) => hostOf(record)))];
  const text = view.text.toLowerCase();
  const hidden = hosts.filter(
    (host) => !text.includes(host) && !text.includes(host.split('.').slice(-2).join('.')),
  );
  const named = hosts.filter((host) => !hidden.includes(host));
  return [
    ...finding('hidden-host', 'suspicious', 'Asks for hosts that its files do not name', hidden, undefined),
    ...finding('hosts', 'note', 'Uses the network', named, undefined),
  ];
}

function hostOf({ kind, name }: SinkRecord): string[] {
  const isHost = kind !== 'program' && name !== undefined && /[a-z]/.test(name) && name.includes('.');
  return isHost ? [name] : [];
}

/** Where the skill asked for what happened then. */
export function placeIn(view: View, at: number | undefined): string | undefined {
  const step = at === undefined ? undefined : view.stepAt(at);
  return step === undefined ? undefined : `${step.file}:${step.line}`;
}

const MOST_EVIDENCE = 12;

/** One finding, or none where there is no evidence. */
export function finding(
  id: string,
  severity: DetonationFinding['severity'],
  title: string,
  evidence: readonly string[],
  at: string | undefined,
): DetonationFinding[] {
  const unique = [...new Set(evidence)];
  if (unique.length === 0) return [];
  const more = unique.length > MOST_EVIDENCE ? [`and ${unique.length - MOST_EVIDENCE} more`] : [];
  return [
    {
      id,
      severity,
      title,
      evidence: [...unique.slice(0, MOST_EVIDENCE), ...more],
      ...(at === undefined ? {} : { at }),
    },
  ];
}
