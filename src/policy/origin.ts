import { parsed, refused, type Parsed } from './parsed.ts';

/** Scheme, host and optionally a port, loosely; for the JSON Schema. */
export const ORIGIN_PATTERN = '^https?://[^/?#@*\\s]+$';

/** Reads an exact web origin: scheme, host and port, as a browser sends it. Says how to write one that is not exact. */
export function parseOrigin(text: string): Parsed<string> {
  if (text.includes('*')) return refused('has a wildcard; an origin is exact, list each one');
  if (text === 'null')
    return refused('is the origin of files and sandboxed pages of every kind; it cannot be allowed');
  if (!text.includes('://')) return refused(withoutScheme(text));
  if (!URL.canParse(text))
    return refused('is not a web origin; write one such as "https://claw.example.org"');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return refused('has a scheme other than http and https');
  if (url.username || url.password)
    return refused(`has a user name or password in it; write "${url.origin}"`);
  if (url.origin !== text)
    return refused(`is not exactly what a browser sends as origin; write "${url.origin}"`);
  return parsed(text);
}

function withoutScheme(text: string): string {
  const url = URL.canParse(`https://${text}`) ? new URL(`https://${text}`) : null;
  return `has no scheme; write ${url ? `"${url.origin}"` : 'one such as "https://claw.example.org"'}`;
}
