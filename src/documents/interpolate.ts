import { hasUnknownVariable, unknownVariable, unknownVariables } from './unknown-variable.ts';

export interface Interpolated {
  text: string;
  /** Variables that are set nowhere and have no default, in order, each once. */
  unset: string[];
  /** One sentence each; never a value. */
  problems: string[];
}

/** Value of a variable; undefined when it is not set. */
export type VariableLookup = (name: string) => string | undefined;

/** Deeper than anybody nests defaults, shallower than the call stack. */
const MAX_DEPTH = 50;
/** What variables may add to a text: the kernel takes no longer variables. */
const MAX_GROWTH = 128 * 1024;
const NAME = /[_a-zA-Z][_a-zA-Z0-9]*/y;
const OPERATOR = /:?[-+?]/y;

interface State {
  lookup: VariableLookup;
  unset: 'mark' | 'empty';
  names: Set<string>;
  problems: Set<string>;
}

interface Expression {
  name: string;
  operator: string;
  /** What stands behind the operator. */
  word: string;
  /** Offset behind the expression. */
  end: number;
}

/**
 * Puts in variables as Compose does: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?error}`,
 * `${NAME?error}`, `${NAME:+other}`, `${NAME+other}`, nested, and `$$` for a dollar. Takes linear time.
 * @param unset what a variable becomes that is set nowhere and has no default: `mark` = a mark of
 *   `unknown-variable.ts`, also for a required one; `empty` = nothing, and a problem for a required one.
 */
export function interpolate(text: string, lookup: VariableLookup, unset: 'mark' | 'empty'): Interpolated {
  if (!text.includes('$')) return { text, unset: [], problems: [] };
  const state: State = { lookup, unset, names: new Set(), problems: new Set() };
  const result = substitute(text, state, 0);
  return { text: result, unset: [...state.names], problems: [...state.problems] };
}

function substitute(text: string, state: State, depth: number): string {
  if (depth > MAX_DEPTH) {
    state.problems.add(`Variables are nested more than ${MAX_DEPTH} levels deep.`);
    return '';
  }
  const lastBrace = createLastBrace(text);
  const limit = text.length + MAX_GROWTH;
  let result = '';
  let position = 0;
  for (let dollar = text.indexOf('$'); dollar >= 0; dollar = text.indexOf('$', position)) {
    result += text.slice(position, dollar);
    const next = text[dollar + 1];
    if (next === '$') {
      result += '$';
      position = dollar + 2;
      continue;
    }
    const expression = next === '{' ? bracedAt(text, dollar, lastBrace) : namedAt(text, dollar + 1);
    if (expression) {
      result += valueOf(expression, state, depth);
      if (result.length > limit) return tooLong(state);
      position = expression.end;
      continue;
    }
    if (next === '{') state.problems.add('A variable is written in a way that Compose does not understand.');
    // A dollar before anything else stands for itself.
    result += '$';
    position = dollar + 1;
  }
  return result + text.slice(position);
}

function tooLong(state: State): string {
  state.problems.add('The variables in a text make it too long.');
  return '';
}

function matchAt(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0];
}

function namedAt(text: string, offset: number): Expression | undefined {
  const name = matchAt(NAME, text, offset);
  return name === undefined ? undefined : { name, operator: '', word: '', end: offset + name.length };
}

/** The expression whose `${` stands at an offset; undefined when it is none. */
function bracedAt(
  text: string,
  dollar: number,
  lastBrace: (offset: number) => number,
): Expression | undefined {
  const plain = namedAt(text, dollar + 2);
  if (!plain) return undefined;
  if (text[plain.end] === '}') return { ...plain, end: plain.end + 1 };
  const operator = matchAt(OPERATOR, text, plain.end);
  if (operator === undefined) return undefined;
  const wordStart = plain.end + operator.length;
  const last = lastBrace(wordStart);
  if (last < wordStart) return undefined;
  const close = closingBrace(text, dollar, last);
  return { name: plain.name, operator, word: text.slice(wordStart, close), end: close + 1 };
}

/**
 * Finds the last brace of the line that an offset lies in, and looks at no line twice as long as the offsets rise: a
 * text full of braces that are not closed would take forever.
 */
function createLastBrace(text: string): (offset: number) => number {
  let lineEnd = -1;
  let last = -1;
  return (offset) => {
    if (offset > lineEnd) {
      const newline = text.indexOf('\n', offset);
      lineEnd = newline < 0 ? text.length : newline;
      const brace = text.slice(offset, lineEnd).lastIndexOf('}');
      last = brace < 0 ? -1 : offset + brace;
    }
    return last;
  };
}

/**
 * Offset of the brace that ends an expression. Compose counts braces, leaves out the character behind each opening one,
 * and takes the last brace of the line when they do not come out even.
 */
function closingBrace(text: string, dollar: number, last: number): number {
  let open = 0;
  for (let index = dollar; index <= last; index += 1) {
    const character = text[index];
    if (character === '}') {
      open -= 1;
      if (open === 0) return index;
    }
    if (character === '{') {
      open += 1;
      index += 1;
    }
  }
  return last;
}

function valueOf({ name, operator, word }: Expression, state: State, depth: number): string {
  const value = state.lookup(name);
  if (operator === '') return value ?? notSet(name, state);
  // With a colon, an empty value counts as none.
  const given = operator.startsWith(':') && value === '' ? undefined : value;
  if (operator.endsWith('-')) return given ?? substitute(word, state, depth + 1);
  if (operator.endsWith('?')) return given ?? missing(name, state);
  if (given === undefined) return '';
  // Nobody knows whether a value that depends on an unknown variable is empty.
  if (operator === ':+' && hasUnknownVariable(given)) return unknownOf(given, state);
  return substitute(word, state, depth + 1);
}

function unknownOf(value: string, state: State): string {
  const names = unknownVariables(value);
  for (const name of names) state.names.add(name);
  return names.map(unknownVariable).join('');
}

function notSet(name: string, state: State): string {
  state.names.add(name);
  return state.unset === 'mark' ? unknownVariable(name) : '';
}

function missing(name: string, state: State): string {
  if (state.unset === 'empty') {
    state.problems.add(`The variable ${name} is required and has no value.`);
    return '';
  }
  return notSet(name, state);
}
