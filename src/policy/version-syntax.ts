import { parseVersion } from '../openclaw/version.ts';
import { parsed, refused, type Parsed } from './parsed.ts';

/** YYYY.M.PATCH, optionally -N, -beta.N or -alpha.N; for the JSON Schema, as parseVersion reads it. */
export const VERSION_PATTERN =
  '^[0-9]{4}\\.(?:[1-9]|1[0-2])\\.(?:0|[1-9][0-9]{0,5})(?:-(?:alpha|beta)\\.(?:0|[1-9][0-9]{0,5})|-[1-9][0-9]{0,5})?$';

/** Reads the syntax of an exact OpenClaw version; whether it was published is not known here. */
export function parseVersionSyntax(text: string): Parsed<string> {
  if (parseVersion(text)) return parsed(text);
  if (/^(?:latest|stable|beta|dev|next)$/i.test(text)) {
    return refused(
      'moves with each release; write an exact version such as "2026.9.6", so that what was checked is what runs',
    );
  }
  if (/[\^~<>=*|]|\bx\b/i.test(text))
    return refused('is a range; write one exact version such as "2026.9.6"');
  const tidy = tidied(text);
  if (tidy !== text && parseVersion(tidy))
    return refused(`is written differently by OpenClaw; write "${tidy}"`);
  return refused(
    'is not a version of OpenClaw; they look like "2026.9.6", "2026.9.6-1" or "2026.10.1-beta.2"',
  );
}

/** Without a leading v, surrounding spaces and leading zeros. */
function tidied(text: string): string {
  return text
    .trim()
    .replace(/^v/i, '')
    .replace(/(^|[.-])0+(?=[0-9])/g, '$1');
}
