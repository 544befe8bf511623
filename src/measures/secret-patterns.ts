const secretNamePattern =
  /(?:^|_)(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|API_?KEY|ACCESS_KEY|PRIVATE_KEY|SECRET_KEY|CREDENTIALS?|AUTH_KEY)$/i;

/** What stands further behind in a text is not searched. */
const MAX_LENGTH = 200_000;

/** Shapes that only keys and tokens have. */
const secretShapes = [
  /\bsk-[A-Za-z0-9_-]{20,}/,
  /\bgh[pousr]_[A-Za-z0-9]{30,}/,
  /\bgithub_pat_\w{30,}/,
  /\bxox[abeprs]-[A-Za-z0-9-]{10,}/,
  /\bAKIA[0-9A-Z]{16}\b/,
  /\bAIza[0-9A-Za-z_-]{35}/,
  /\b\d{8,10}:[A-Za-z0-9_-]{35}\b/,
  // Bounded, so that texts made for it cannot stretch the search.
  /\beyJ[A-Za-z0-9_-]{10,1000}\.[A-Za-z0-9_-]{10,4000}\./,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  // A password in a connection string; a reference in its place is none.
  /^[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:(?!\$\{)[^\s/@]+@/i,
];

/** True when a variable of this name holds a secret; names of files and addresses of secrets do not. */
export function isSecretName(name: string): boolean {
  return secretNamePattern.test(name);
}

/** True when a text has the shape of a key, a token or an address with a password. */
export function looksLikeSecret(text: string): boolean {
  const searched = text.length > MAX_LENGTH ? text.slice(0, MAX_LENGTH) : text;
  return secretShapes.some((shape) => shape.test(searched));
}
