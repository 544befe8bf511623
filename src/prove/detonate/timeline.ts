import { changedPaths } from './changes.ts';
import type { DetonationEvent, EventKind } from './detonation.ts';
import type { SinkRecord } from '../payload/detonation/record.ts';
import { placeOf, type View } from './view.ts';

const MOST_EVENTS = 300;

/** What happened, in its order. Secrets are not in it: what was sent is told by its size and its place. */
export function timelineOf(view: View): DetonationEvent[] {
  const { observations, steps, told, processes } = view;
  const event = (at: number, kind: EventKind, text: string): DetonationEvent => {
    const step = view.stepAt(at)?.id;
    return { atMs: view.since(at), kind, text: text.slice(0, 300), ...(step === undefined ? {} : { step }) };
  };
  const events: DetonationEvent[] = [
    ...steps.flatMap(({ id, atMs, command, file, line, end }): DetonationEvent[] =>
      atMs === undefined
        ? []
        : [
            {
              atMs,
              kind: 'step',
              text: `${file}:${line} ${oneLine(command ?? 'is read')} (${end})`.slice(0, 300),
              step: id,
            },
          ],
    ),
    ...told.map((record) => event(record.at, kindOf(record), textOf(record))),
    ...processes
      .filter(({ words }) => !words.some((word) => word.includes('stand-in.cjs')))
      .map(({ from, words }) => event(from, 'process', oneLine(words.join(' ')))),
    ...changedPaths(observations.before, observations.after).map(({ path, how }) => {
      const changed = observations.after.files[path]?.[4];
      return event(changed ?? view.beganAt + observations.turn.ms, 'file', `${path} ${how}`);
    }),
  ];
  return withoutRepeats(events.toSorted((a, b) => a.atMs - b.atMs)).slice(0, MOST_EVENTS);
}

function kindOf({ kind, text = '', bytes }: SinkRecord): EventKind {
  if (kind === 'name' || kind === 'program') return kind;
  if (kind === 'http') return /^(?:POST|PUT|PATCH) /.test(text) ? 'upload' : 'request';
  return bytes > 0 ? 'upload' : 'connection';
}

function textOf(record: SinkRecord): string {
  const { kind, name = '', text = '', bytes } = record;
  if (kind === 'name') return name;
  if (kind === 'program') return oneLine(`${name} ${text}`);
  const [method = '', path = ''] = text.split(' ');
  if (kind === 'http') return `${method} ${placeOf(record)}${path} (${bytes} bytes with its headers)`;
  if (kind === 'tls')
    return `TLS to ${placeOf(record)}, which could not be read: the program trusts other authorities`;
  if (kind === 'shell') return `a shell for ${placeOf(record)}`;
  return `${kind.toUpperCase()} to ${placeOf(record)} (${bytes} bytes)`;
}

/** Resolvers ask for both families, and twice. */
function withoutRepeats(events: readonly DetonationEvent[]): DetonationEvent[] {
  return events.filter(({ kind, text }, index) => {
    const before = events.slice(Math.max(0, index - 6), index);
    return kind !== 'name' || !before.some((each) => each.kind === kind && each.text === text);
  });
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
