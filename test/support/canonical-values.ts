import { posix } from 'node:path';

export type Json = null | boolean | number | string | Json[] | JsonMap;
export interface JsonMap {
  [key: string]: Json;
}

/** What both sides of a comparison were loaded with. */
export interface CanonicalContext {
  /** Folder of the project. */
  folder: string;
  home: string;
  name: string;
  variables: Readonly<Record<string, string>>;
}

export function pairsOf(value: Json | undefined, absent: Json): JsonMap {
  if (!Array.isArray(value))
    return mapValues(mapOf(value), (entry) => (entry === null ? absent : goText(entry)));
  const result: JsonMap = {};
  for (const item of value.map((entry) => goText(entry))) {
    const separator = item.indexOf('=');
    if (separator < 0) result[item] = absent;
    else result[item.slice(0, separator)] = item.slice(separator + 1);
  }
  return result;
}

export function goText(value: Json | undefined): string {
  if (typeof value === 'object' || value === undefined) return '';
  const written =
    typeof value === 'number' && value !== 0 && Math.abs(value) < 1e-4
      ? value.toExponential()
      : String(value);
  return typeof value === 'number' ? written.replace(/e([-+])(\d)$/, 'e$10$2') : written;
}

export function hostPath(path: string, { folder, home }: CanonicalContext): string {
  if (path.startsWith('~')) return tidy(`${home}/${path.slice(1)}`);
  return path.startsWith('/') || /^[A-Za-z]:[\\/]|^\\\\/.test(path) ? path : tidy(`${folder}/${path}`);
}

export function contextPath(path: string, context: CanonicalContext): string {
  return /:\/\/|^(?:github\.com\/|git@|service:)/.test(path) ? path : hostPath(path, context);
}

export function tidy(path: string): string {
  return path === '' ? '' : posix.normalize(path).replace(/(.)\/+$/, '$1');
}

const units: Record<string, number> = { b: 0, k: 1, m: 2, g: 3, t: 4, p: 5 };

/** A number with a fraction counts for nothing in Compose. */
export function bytesOf(value: Json): number {
  if (typeof value === 'number') return Number.isInteger(value) ? value : 0;
  const match = /^([\d.]+) ?([bkmgtp])?/i.exec(goText(value));
  return match ? Math.trunc(Number(match[1]) * 1024 ** (units[(match[2] ?? 'b').toLowerCase()] ?? 0)) : -1;
}

const seconds: Record<string, number> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
};

export function durationOf(value: Json): Json {
  const written = goText(value);
  if (!/^(?:[\d.]+(?:ns|us|µs|ms|[smhdw]))+$/.test(written)) return value;
  const parts = [...written.matchAll(/([\d.]+)(ns|us|µs|ms|[smhdw])/g)];
  const total = parts.reduce((sum, [, count, unit]) => sum + Number(count) * (seconds[unit ?? ''] ?? 0), 0);
  return `${Math.round(total * 1e9)}ns`;
}

export function modeOf(value: Json): Json {
  return typeof value === 'number' ? value : Number.parseInt(goText(value), 8);
}

export function unique(list: Json[]): Json[] {
  const items = new Map(list.map((item) => [JSON.stringify(sorted(withoutEmpty(item))), item]));
  return [...items].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, item]) => item);
}

export function mapOf(value: Json | undefined): JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

export function listOf(value: Json | undefined): Json[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

export function mapValues(map: JsonMap, change: (value: Json, key: string) => Json): JsonMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value, key)]));
}

export function withoutExtensions(map: JsonMap): JsonMap {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !key.startsWith('x-')));
}

export function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** Compose writes nothing for what is empty, except where it means something. */
export function withoutEmpty(value: Json, key = ''): Json | undefined {
  if (['command', 'entrypoint'].includes(key)) return value ?? undefined;
  if (['environment', 'networks', 'services'].includes(key))
    return isEmpty(value) ? undefined : keepEntries(value);
  if (isEmpty(value)) return undefined;
  if (Array.isArray(value)) return value.map((item) => withoutEmpty(item) ?? '');
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, part]) => [name, withoutEmpty(part, name)] as const);
  const kept = Object.fromEntries(entries.filter(([, part]) => part !== undefined)) as JsonMap;
  return isEmpty(kept) ? undefined : kept;
}

/** Names count even where nothing stands behind them. */
function keepEntries(value: Json): Json {
  return mapValues(mapOf(value), (entry) =>
    typeof entry === 'string' ? entry : (withoutEmpty(entry) ?? null),
  );
}

export function sorted(value: Json | undefined): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((key) => [key, sorted(value[key])]),
  );
}
