const secretNamePattern =
  /(?:^|_)(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|API_?KEY|ACCESS_KEY|PRIVATE_KEY|SECRET_KEY|CREDENTIALS?|AUTH_KEY)$/i;

/** What stands further behind in a text is not searched. */
const MAX_LENGTH = 200_000;

interface Shape {
  /** Completes "looks like …". */
  kind: string;
  pattern: RegExp;
}

/** Shapes that only keys and tokens have, wherever they stand. */
const shapesInText: readonly Shape[] = [
  { kind: 'an API key', pattern: /\bsk-[A-Za-z0-9_-]{20,}/ },
  { kind: 'a GitHub token', pattern: /\bgh[pousr]_[A-Za-z0-9]{30,}/ },
  { kind: 'a GitHub token', pattern: /\bgithub_pat_\w{30,}/ },
  { kind: 'a Slack token', pattern: /\bxox[abeprs]-[A-Za-z0-9-]{10,}/ },
  { kind: 'an AWS key', pattern: /\bAKIA[0-9A-Z]{16}\b/ },
  { kind: 'a Google key', pattern: /\bAIza[0-9A-Za-z_-]{35}/ },
  { kind: 'a Telegram token', pattern: /\b\d{8,10}:[A-Za-z0-9_-]{35}\b/ },
  // Bounded, so that texts made for it cannot stretch the search.
  { kind: 'a signed token', pattern: /\beyJ[A-Za-z0-9_-]{10,1000}\.[A-Za-z0-9_-]{10,4000}\./ },
  { kind: 'a private key', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----/ },
];

/** Shapes that only keys and tokens have. */
const secretShapes = [
  ...shapesInText.map(({ pattern }) => pattern),
  // A password in a connection string; a reference in its place is none.
  /^[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:(?!\$\{)[^\s/@]+@/i,
];

/** Everything in a text that has the shape of a key, with its place; one and the same text is named once. */
export function secretShapesIn(text: string): { kind: string; index: number; found: string }[] {
  return shapesInText.flatMap(({ kind, pattern }) =>
    [...text.matchAll(new RegExp(pattern, 'g'))].map((match) => ({
      kind,
      index: match.index,
      found: match[0],
    })),
  );
}

/** True when a variable of this name holds a secret; names of files and addresses of secrets do not. */
export function isSecretName(name: string): boolean {
  return secretNamePattern.test(name);
}

/** True when a text has the shape of a key, a token or an address with a password. */
export function looksLikeSecret(text: string): boolean {
  const searched = text.length > MAX_LENGTH ? text.slice(0, MAX_LENGTH) : text;
  return secretShapes.some((shape) => shape.test(searched));
}
