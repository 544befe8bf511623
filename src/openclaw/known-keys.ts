import { compareVersions, parseVersion } from './version.ts';
import { KNOWN_KEYS, KNOWN_KEYS_VERSION } from './known-keys.generated.ts';

/** A key that a version does not know, and the keys that it knows at that place. */
export interface UnknownKey {
  path: (string | number)[];
  known: string[];
}

type Shape = ReadonlyMap<string, number>;

/** Number of what holds anything. */
const OPEN = 1;
const FIRST = 2;
/** Accepted at run time although the schema no longer has it: OpenClaw moves it to `agents.entries`. */
const MOVED_ON_READING = ['agents.list'];

let shapes: Shape[] | undefined;

/** True when the keys of this version are known: it is the one they were taken from, or a correction of it. */
export function hasKnownKeys(version: string): boolean {
  const asked = parseVersion(version);
  const known = parseVersion(KNOWN_KEYS_VERSION);
  return (
    asked !== null && known !== null && compareVersions({ ...asked, number: 0 }, { ...known, number: 0 }) === 0
  );
}

/** Every key of a configuration that the version of `known-keys.generated.ts` rejects; what is below it is not looked at. */
export function unknownKeys(config: unknown): UnknownKey[] {
  const all = (shapes ??= KNOWN_KEYS.split('\n').map(parseShape));
  const found: UnknownKey[] = [];
  visit(all, all.length - 1 + FIRST, config, [], found);
  return found;
}

/** True when a key is known at this path. */
export function isKnownPath(path: readonly (string | number)[]): boolean {
  const value = path.reduceRight<unknown>((inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }), 0);
  return unknownKeys(value).length === 0;
}

function visit(all: readonly Shape[], number: number, value: unknown, path: (string | number)[], found: UnknownKey[]): void {
  const shape = all[number - FIRST];
  if (number <= OPEN || !shape || typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    const inner = shape.get('[]');
    if (inner !== undefined) for (const [index, item] of value.entries()) visit(all, inner, item, [...path, index], found);
    return;
  }
  const others = shape.get('*');
  for (const [key, item] of Object.entries(value)) {
    const inner = key === '*' ? others : (shape.get(key) ?? others);
    const place = [...path, key];
    if (inner !== undefined) visit(all, inner, item, place, found);
    else if (!MOVED_ON_READING.includes(place.join('.'))) found.push({ path: place, known: namesOf(shape) });
  }
}

function namesOf(shape: Shape): string[] {
  return [...shape.keys()].filter((key) => key !== '*' && key !== '[]');
}

function parseShape(line: string): Shape {
  return new Map(
    line.split(' ').map((part) => {
      const colon = part.indexOf(':');
      return colon === -1 ? [part, 0] : [part.slice(0, colon), Number(part.slice(colon + 1))];
    }),
  );
}
