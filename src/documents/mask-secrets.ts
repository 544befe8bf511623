const MASK = '•';

/** Longer lines are masked whole: nobody reads them, and the patterns below would take long. */
const MAX_LENGTH = 2000;

/** `apiKey: value`, `- TOKEN=value`; what follows is masked to the end of the line. */
const WORDS =
  'token|secret|passw|passphrase|credential|api[-_ ]?key|private[-_ ]?key|authorization|(?<=_)(?:pwd|pin|salt|pass)(?![a-z])|(?<![\\w$])pass(?![a-z])';
const NAMED = new RegExp(String.raw`^(.*?(?:${WORDS})[\w.-]*["']?\s*[:=]\s*)(\S.*)$`, 'i');
const SECRET_NAME = new RegExp(WORDS, 'i');

/** An option whose value is a secret, at the end of a line: the value is on the next one. */
const OPTION = String.raw`--?[\w-]*(?:token|secret|passw\w*|passphrase|pwd|api-?key|credential)s?`;
const OPEN_OPTION = new RegExp(String.raw`(?:^|[\s"',[])${OPTION}["']?,?\s*$`, 'i');
/** The same with its value, as words of a shell or items of a list. */
const ARGUMENT = new RegExp(
  String.raw`(?<=(?:^|[\s"',[])${OPTION}(?:=|["']?\s*,\s*|["']?\s+))(?:"(?!,)[^"]*"|'(?!,)[^']*'|[^\s"',\]=:-][^\s"',\]]*)`,
  'gi',
);

/** A text that is a secret wherever it stands. */
interface Shape {
  pattern: RegExp;
  /** No text without this holds one: looking for it is quicker than trying the pattern. */
  sign?: string;
  /** No shorter text holds one. */
  least: number;
}

const SHAPES: readonly Shape[] = [
  // User name and password in a URL, also a password that should have been escaped and was not.
  { pattern: /(?<=:\/\/)[^\s/?#"'@:]*:[^\s"']+(?=@)/g, sign: '@', least: 6 },
  { pattern: /(?<=:\/\/)[^\s/?#"']+(?=@)/g, sign: '@', least: 5 },
  { pattern: ARGUMENT, sign: '-', least: 6 },
  // Keys of the usual providers, bot tokens, JSON web tokens.
  {
    pattern: /\b(?:sk|pk|rk|xai|gsk|glpat|ghp|gho|ghs|ghu|github_pat|xox[a-z]|xapp)[-_][\w-]{8,}/g,
    least: 11,
  },
  // Settings begin like these, too: npm_config_cache.
  { pattern: /\b(?:npm|hf)_[A-Za-z0-9]{20,}/g, sign: '_', least: 23 },
  { pattern: /\bnpm_[A-Za-z0-9]{30,}/g, sign: '_', least: 34 },
  { pattern: /\b(?:AKIA|AIza|eyJ)[\w.-]{12,}/g, least: 15 },
  { pattern: /\b\d{6,12}:[\w-]{30,}/g, sign: ':', least: 37 },
  // Anything long and mixed, unless it is the digest of an image.
  { pattern: /(?<!sha256:)(?<![\w+-])(?=[\w+-]*\d)(?=[\w+-]*[A-Za-z])[\w+-]{32,}={0,2}/g, least: 32 },
];

/** Words that can hold one of the shapes: in short ones they need one of these signs. */
const CANDIDATE = /\S{11,}|\S*(?:[@=]|,\S)\S*/g;

/**
 * A line with everything that may be a secret replaced by dots, one for one, so that columns stay. For lines of files in which secrets
 * have no place but people may have put one.
 */
export function maskSecrets(line: string): string {
  if (line.length > MAX_LENGTH) return dots(line);
  const named = NAMED.exec(line);
  const start = named ? named[1] + dots(named[2] ?? '') : line;
  return maskShapes(start);
}

/** Dots for every character. */
export function maskWhole(text: string): string {
  return dots(text);
}

/** True for names of keys and variables whose values are secrets. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** True when a line ends with an option such as --password, so that the next one is its value. */
export function opensSecretArgument(line: string): boolean {
  return line.length <= MAX_LENGTH && OPEN_OPTION.test(line);
}

/** The same for sentences, in which `token: …` is no assignment: only what is a secret wherever it stands. */
export function maskedWords(text: string): string {
  return text.replaceAll(CANDIDATE, (word) => (word.length > MAX_LENGTH ? dots(word) : maskShapes(word)));
}

function maskShapes(text: string): string {
  let masked = text;
  for (const { pattern, sign = '', least } of SHAPES)
    if (text.length >= least && masked.includes(sign)) masked = masked.replace(pattern, dots);
  return masked;
}

function dots(text: string): string {
  return MASK.repeat(text.length);
}
