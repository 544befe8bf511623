import { parsed, refused, type Parsed } from './parsed.ts';

/** Who takes the risk of `exec.mode: full`, and how long. */
export interface Acceptance {
  by: string;
  /** Last day, UTC, as YYYY-MM-DD. */
  until: string;
}

export const DAY_PATTERN = '^[0-9]{4}-[0-9]{2}-[0-9]{2}$';
export const PERSON_PATTERN = '^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]{1,100}$';

const DAY_MS = 86_400_000;

/** A day as YYYY-MM-DD that the calendar has. */
export function parseDay(text: string): Parsed<string> {
  const time = new RegExp(DAY_PATTERN).test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // The parser of dates takes 30 February for a day in March.
  const isDay = !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
  return isDay ? parsed(text) : refused('is no day; write one such as 2026-12-31');
}

export function parsePerson(text: string): Parsed<string> {
  const isName = new RegExp(PERSON_PATTERN, 'u').test(text) && text.trim() === text;
  return isName ? parsed(text) : refused('is no name; write one line of at most 100 characters');
}

/** The day, UTC, that is so many days after a time. */
export function dayAfter(now: Date, days: number): string {
  return new Date(now.getTime() + days * DAY_MS).toISOString().slice(0, 10);
}

/** Days that are left, today included; 0 or less when it is over. */
export function daysLeft({ until }: Acceptance, now: Date): number {
  const end = Date.parse(`${until}T00:00:00Z`) + DAY_MS;
  return Math.ceil((end - now.getTime()) / DAY_MS) + 0;
}
