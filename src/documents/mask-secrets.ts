const MASK = '•';

/** Longer lines are masked whole: nobody reads them, and the patterns below would take long. */
const MAX_LENGTH = 2000;

/** `apiKey: value`, `- TOKEN=value`; what follows is masked to the end of the line. */
const NAMED =
  /^(.*?(?:token|secret|passw|passphrase|credential|api[-_ ]?key|private[-_ ]?key|authorization)[\w.-]*["']?\s*[:=]\s*)(\S.*)$/i;

/** Texts that are secrets wherever they stand. */
const SHAPES: readonly RegExp[] = [
  // User name and password in a URL.
  /(?<=:\/\/)[^\s/?#"']+(?=@)/g,
  // Keys of the usual providers, bot tokens, JSON web tokens.
  /\b(?:sk|pk|rk|xai|gsk|glpat|ghp|gho|ghs|ghu|github_pat|xox[a-z]|xapp)[-_][\w-]{8,}/g,
  // Settings begin like these, too: npm_config_cache.
  /\b(?:npm|hf)_[A-Za-z0-9]{20,}/g,
  /\bnpm_[A-Za-z0-9]{30,}/g,
  /\b(?:AKIA|AIza|eyJ)[\w.-]{12,}/g,
  /\b\d{6,12}:[\w-]{30,}/g,
  // Anything long and mixed, unless it is the digest of an image.
  /(?<!sha256:)(?<![\w+-])(?=[\w+-]*\d)(?=[\w+-]*[A-Za-z])[\w+-]{32,}={0,2}/g,
];

/**
 * A line with everything that may be a secret replaced by dots, one for one, so that columns stay. For lines of files in which secrets
 * have no place but people may have put one.
 */
export function maskSecrets(line: string): string {
  if (line.length > MAX_LENGTH) return dots(line);
  const named = NAMED.exec(line);
  const start = named ? named[1] + dots(named[2] ?? '') : line;
  return SHAPES.reduce((masked, shape) => masked.replace(shape, dots), start);
}

function dots(text: string): string {
  return MASK.repeat(text.length);
}
