/** What a scalar means: the types that plain data has. */
export type ScalarValue = string | number | boolean | null;

const WORDS: ReadonlyMap<string, ScalarValue> = new Map<string, ScalarValue>([
  ['', null],
  ['~', null],
  ['null', null],
  ['Null', null],
  ['NULL', null],
  ['true', true],
  ['True', true],
  ['TRUE', true],
  ['false', false],
  ['False', false],
  ['FALSE', false],
]);

/** What the longest word above and the shortest number begin with; most texts are told apart by that alone. */
const HINT = /^(?:[-+.\d]|[nNtTfF~])/;
const INTEGER = /^([-+]?)(0[bB][01]+|0[xX][\da-fA-F]+|0[oO]?[0-7]+|0|[1-9]\d*)$/;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const MAX_INTEGER = 2n ** 64n - 1n;
const MIN_INTEGER = -(2n ** 63n);

/**
 * Value of an unquoted scalar as go-yaml v3, and with it Compose, resolves it: `0755` and `0o755` are octal, `1_000` is a
 * thousand, `true` is a boolean but `yes` and `on` are texts, `1:30` is a text. Whole numbers that JavaScript cannot hold
 * exactly become their decimal text; infinities, not-a-number and timestamps stay texts.
 */
export function resolvePlainScalar(text: string): ScalarValue {
  if (text === '') return null;
  if (!HINT.test(text)) return text;
  const word = WORDS.get(text);
  return word === undefined ? (resolveNumber(text) ?? text) : word;
}

function resolveNumber(text: string): ScalarValue | undefined {
  if (text.startsWith('.')) return FLOAT.test(text) ? finite(Number(text)) : undefined;
  const digits = text.includes('_') ? text.replaceAll('_', '') : text;
  const integer = INTEGER.exec(digits);
  const whole = integer ? wholeNumber(integer[2] ?? '', integer[1] === '-') : undefined;
  if (whole !== undefined) return whole;
  return FLOAT.test(digits) ? finite(Number(digits)) : undefined;
}

function wholeNumber(text: string, isNegative: boolean): ScalarValue | undefined {
  // Go takes a leading zero alone for octal.
  const digits = /^0\d/.test(text) ? `0o${text}` : text;
  const small = Number(digits);
  if (Number.isSafeInteger(small)) return isNegative && small !== 0 ? -small : small;
  // Converting a text of digits takes quadratic time; what is longer than this is no integer anyway.
  if (digits.length > 70) return undefined;
  const value = isNegative ? -BigInt(digits) : BigInt(digits);
  return value >= MIN_INTEGER && value <= MAX_INTEGER ? String(value) : undefined;
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

const CORE = 'tag:yaml.org,2002:';

/**
 * Value of a scalar with an explicit tag.
 * @returns undefined when the text is none of that tag's values.
 */
export function resolveTaggedScalar(text: string, tag: string): ScalarValue | undefined {
  const plain = resolvePlainScalar(text);
  switch (tag) {
    case `${CORE}int`:
      return Number.isInteger(plain) || (typeof plain === 'string' && /^-?\d{16,}$/.test(plain))
        ? plain
        : undefined;
    case `${CORE}float`:
      return typeof plain === 'number' ? plain : undefined;
    case `${CORE}bool`:
      return typeof plain === 'boolean' ? plain : undefined;
    case `${CORE}null`:
      return plain === null ? null : undefined;
    case `${CORE}binary`:
      return decodeBase64(text);
    default:
      return text;
  }
}

function decodeBase64(text: string): string | undefined {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (letter) => letter.codePointAt(0) ?? 0));
  } catch {
    return undefined;
  }
}
