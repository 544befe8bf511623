import { parseDotenv } from '../../documents/dotenv.ts';
import { plainOf } from '../../documents/located.ts';
import { parseLocatedJson5 } from '../../documents/located-json5.ts';
import { holdsSecret } from '../../measures/placeholder.ts';
import { isSecretName, looksLikeSecret } from '../../measures/secret-patterns.ts';

/** Longer files are not searched. */
const MAX_LENGTH = 1024 ** 2;
const mostNames = 20;
const deepest = 40;
const keyPattern = /(?:token|secret|password|passphrase|api[-_]?key|private[-_]?key)$/i;

/**
 * Names in a file whose values look like secrets: variables, keys of JSON, or what kind of key it is. Values leave this
 * function in no way.
 * @returns undefined when the file is too large to be searched
 */
export function secretNamesIn(text: string, path: string): string[] | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  if (/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/.test(text)) return ['private key'];
  if (/\.jsonl/i.test(path)) return namesInLines(text);
  return /^\s*(?:\{|\[|\/[/*])/.test(text) ? namesInJson(text, path) : namesInVariables(text, path);
}

function namesInVariables(text: string, path: string): string[] {
  const { variables } = parseDotenv(text, path, () => undefined);
  const names = variables
    .filter(({ isInherited }) => isInherited !== true)
    .filter(({ name, value }) => looksLikeSecret(value) || (isSecretName(name) && holdsSecret(value)))
    .map(({ name }) => name);
  return unique(names);
}

function namesInJson(text: string, path: string): string[] {
  const { root } = parseLocatedJson5(text, path);
  // What is no JSON after all may still hold a key.
  return root === null
    ? looksLikeSecret(text)
      ? ['a key']
      : []
    : unique([...membersIn(plainOf(root), '', 0)]);
}

function namesInLines(text: string): string[] {
  const names: string[] = [];
  for (const line of text.split('\n')) {
    if (names.length >= mostNames) break;
    const pairs = line.matchAll(/"([\w.-]{1,80})"\s*:\s*"([^"\\]{8,400})"/g);
    for (const [, name = '', value = ''] of pairs)
      if (looksLikeSecret(value) || (keyPattern.test(name) && holdsSecret(value) && !isMasked(value)))
        names.push(name);
  }
  return unique(names);
}

function* membersIn(value: unknown, path: string, depth: number): Generator<string> {
  if (typeof value !== 'object' || value === null || depth > deepest) return;
  for (const [key, member] of Object.entries(value)) {
    const inner = path === '' ? key : `${path}.${key}`;
    if (typeof member !== 'string') yield* membersIn(member, inner, depth + 1);
    else if (looksLikeSecret(member) || (keyPattern.test(key) && holdsSecret(member) && !isMasked(member)))
      yield inner;
  }
}

/** `__OPENCLAW_REDACTED__` and the like stand where a secret was; the name of a variable only refers to one. */
function isMasked(value: string): boolean {
  return /redacted|\*{3}|•/i.test(value) || /^[A-Z]+(?:_[A-Z]+)+$/.test(value);
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].slice(0, mostNames).map((name) => name.slice(0, 120));
}
