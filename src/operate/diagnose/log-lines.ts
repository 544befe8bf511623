import { withoutEscapes } from '../../documents/escape-sequences.ts';
import type { Evidence } from './case.ts';
import type { EgressRequest, LogLine } from './observations.ts';

const TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2}))\s?/;
const SQUID = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}) (\S+) ([A-Z_]+)\/(\d{3}) (\S+) (\S+):(\d+|-)\s*$/;

const LINE_END = /\r\n|[\r\n]/;

/** Longer lines than this are cut around what they were found by. */
const SHOWN = 240;
const BEFORE = 60;

/** Lines of OpenClaw's log in the order of their times; both streams of it come one after the other. */
export function parseGatewayLog(text: string): LogLine[] {
  const lines: LogLine[] = [];
  let at: number | null = null;
  for (const raw of text.split(LINE_END)) {
    const line = withoutEscapes(raw).trimEnd();
    if (line === '') continue;
    const time = TIME.exec(line)?.[1];
    if (time !== undefined) at = Date.parse(time);
    lines.push({ at, text: line });
  }
  return lines.toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0));
}

/** Requests in the egress proxy's access log; whatever else it says is left out. */
export function parseEgressLog(text: string): EgressRequest[] {
  return text.split(LINE_END).flatMap((line) => {
    const match = SQUID.exec(withoutEscapes(line));
    if (match === null || match[6] === '-') return [];
    const [, time, , result = '', status, , host = '', port] = match;
    const at = Date.parse(`${time}Z`);
    return [{ at, result, status: Number(status), host, port: Number(port), text: line.trim() }];
  });
}

/** Lines behind the last start that succeeded: what a start that fails has to say. */
export function linesSinceReady(lines: readonly LogLine[]): LogLine[] {
  const ready = lines.findLastIndex(({ text }) => text.endsWith('[gateway] ready'));
  return lines.slice(ready + 1);
}

/** The last lines that match, as evidence, with how often there were such lines. */
export function lineEvidence(
  lines: readonly LogLine[],
  pattern: RegExp,
  from = 'log of the gateway',
  most = 2,
): Evidence[] {
  const found = lines.filter(({ text }) => pattern.test(text));
  const shown = found.slice(-most).map(({ text }) => ({ from, text: around(text, pattern) }));
  const [first] = shown;
  if (first !== undefined && found.length > most) first.from = `${from} (${found.length} such lines)`;
  return shown;
}

/** A long line, cut to its beginning and what is around the match. */
export function around(text: string, pattern: RegExp): string {
  if (text.length <= SHOWN) return text;
  const at = Math.max(0, text.search(pattern));
  if (at < SHOWN - BEFORE) return `${text.slice(0, SHOWN)} …`;
  return `${text.slice(0, BEFORE)} … ${text.slice(at, at + SHOWN - BEFORE)}${at + SHOWN - BEFORE < text.length ? ' …' : ''}`;
}

/** The value behind `name=` in one of OpenClaw's lines: up to the next `name=`. */
export function fieldOf(text: string, name: string): string | null {
  const match = new RegExp(String.raw`(?:^|\s)${name}=(?:"([^"]*)"|(.*?))(?=\s\w+=|$)`).exec(text);
  return match === null ? null : (match[1] ?? match[2] ?? null);
}
