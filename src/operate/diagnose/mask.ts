import { oneLine } from '../../report/printable.ts';

const MASK = '[hidden]';

/** What may be a secret wherever it stands. Bounded, so that a text made for it cannot stretch the search. */
const SHAPES: readonly RegExp[] = [
  /\bsk-[A-Za-z0-9_-]{16,400}/g,
  /\bgh[pousr]_[A-Za-z0-9]{30,255}/g,
  /\bgithub_pat_\w{30,255}/g,
  /\bxox[abeprs]-[A-Za-z0-9-]{10,255}/g,
  /\bAKIA[0-9A-Z]{16}\b/g,
  /\bAIza[0-9A-Za-z_-]{35}/g,
  /\b\d{8,10}:[A-Za-z0-9_-]{30,50}/g,
  /\beyJ[A-Za-z0-9_-]{10,1000}\.[A-Za-z0-9_-]{10,4000}(?:\.[A-Za-z0-9_-]{0,1000})?/g,
  // 128 bits and more in hex that are no digest: tokens of OpenClaw and clawproof.
  /(?<!sha256:|deviceId=|[0-9a-f])[0-9a-f]{32,256}(?![0-9a-f])/gi,
];

/** A value behind a name that says what it is. */
const NAMED =
  /((?:token|secret|password|passwd|passphrase|api[-_]?key|authorization)["']?\s*[=:]\s*["']?(?:bearer\s+)?)([^\s"'&,;]{8,512})/gi;
const BEARER = /(\bbearer\s+)([^\s"']{8,512})/gi;
const CREDENTIALS = /(\b[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/:@]{0,128}:[^\s/@]{1,512}@/gi;
const QUERY = /([?&#][^=\s&#]{0,40}(?:token|key|secret|code|sig)[^=\s&#]{0,20}=)[^\s&#"']{4,2048}/gi;

/**
 * One line that does nothing to a terminal and holds no secret.
 * @param known values that are secret whatever they look like
 */
export function safeLine(text: string, known: readonly string[]): string {
  let line = oneLine(text);
  for (const value of known) if (value.length >= 4) line = line.replaceAll(value, MASK);
  line = line.replace(CREDENTIALS, `$1${MASK}@`).replace(QUERY, `$1${MASK}`);
  line = line
    .replace(BEARER, `$1${MASK}`)
    .replace(NAMED, (whole, name: string, value: string) =>
      isOrdinaryWord(value) ? whole : `${name}${MASK}`,
    );
  for (const shape of SHAPES) line = line.replace(shape, MASK);
  return line;
}

/** "token: gateway.auth.token" and "token=token_mismatch" name no secret. */
function isOrdinaryWord(value: string): boolean {
  return /^[a-z]+(?:[._/][A-Za-z]+)+[.):]?$/.test(value);
}
