import { isSecretName, maskSecrets, maskWhole, opensSecretArgument } from './mask-secrets.ts';

/** Keys whose values are variables: of Compose services and builds, and of openclaw.json. */
const SECTION =
  /^(\s*)(?:- )?["']?(?:environment|env|args|x-env\w*|x-environment)["']?\s*:\s*(?:[&!]\S+\s*)*(.*)$/;

/** A mapping or list with an anchor, which other parts may take in. */
const ANCHORED = /^(\s*)(?:- )?["']?[\w.-]+["']?\s*:\s*&([\w-]+)\s*(.*)$/;

/** Beginning, name, separator and value of one variable, in YAML, JSON or a file of variables; also one in a comment. */
const VARIABLE =
  /^(\s*(?:#\s*)?(?:-\s+)?(?:export\s+)?["']?)([A-Za-z_][\w.-]*)(["']?(?:\s*:(?=\s|$)|\s*[=])\s*)(.*)$/;

/** Variables that say where things are and how programs run; clawproof writes some of them itself. */
const PLAIN_NAME =
  /^(?:NODE_OPTIONS|NODE_ENV|HOME|PATH|LANG|LC_\w+|TZ|TERM|XDG_\w+_(?:HOME|DIR)|npm_config_cache|OPENCLAW_(?:STATE_DIR|HOME|CONFIG_PATH|CONFIG_READONLY|GATEWAY_BIND|GATEWAY_PORT))$/;

/** Values that are no secret: switches, nothing, the begin of a block or object, and where a secret comes from. */
const PLAIN_VALUE =
  /^["']?(?:true|false|yes|no|on|off|null|[01~]|[|>][+-]?\d?|[{[]|\*[\w-]+|\$\w+|\$\{\w+(?::?\?[^}]*|:?-)?\}|\/run\/secrets\/[\w.-]+)?["']?,?\s*(?:#.*)?$/i;

/** Lines without a value of their own: names that are handed on, references, and ends of objects. */
const NO_VALUE = /^\s*(?:#.*|(?:-\s+)?["']?\w+["']?|(?:<<\s*:|-)\s*\[?[\s,*\w-]*\]?|[\]}{[\s,]*|---|\.\.\.)$/;

const BLOCK_SCALAR = /^(?:[&!]\S+\s*)*[|>][+-]?\d?\s*(?:#.*)?$/;

/** What the lines before say about the next one. */
interface Place {
  /** Indentation of the key of a section of variables, and of its entries once there was one. */
  section?: { indent: number; entries?: number; depth: number };
  /** Indentation of a key with a secret name: what is deeper goes on with its value. */
  secret?: { indent: number; isBlock: boolean };
  /** The line before was an option such as --password. */
  isArgument: boolean;
}

/**
 * Lines of a Compose file, a Dockerfile, an openclaw.json or a file of variables with everything that may be a secret as
 * dots: as `maskSecrets`, and with the values of all variables, whatever they are called, and of all lines of a value.
 * @param path decides whether the whole file is one of variables
 */
export function maskLines(text: string, path: string): string[] {
  // Other line ends are no end for YAML's editors, but for the patterns here.
  const lines = text.split(/\r?\n/).map((line) => line.replaceAll(/[\r\u2028\u2029]/g, ' '));
  if (/(?:^|[/.])env(?:\.[^/]*)?$/.test(path)) return lines.map(maskVariable);
  if (/(?:Docker|Container)file[^/]*$/i.test(path)) return lines.map(maskInstruction);
  const anchors = takenIn(lines);
  const place: Place = { isArgument: false };
  return lines.map((line) => maskNext(line, place, anchors));
}

function maskNext(line: string, place: Place, anchors: ReadonlySet<string>): string {
  const indent = indentOf(line);
  if (line.trim() === '') return line;
  leave(place, line, indent);
  const isArgument = place.isArgument;
  place.isArgument = opensSecretArgument(line);
  if (isArgument) return /^(\s*(?:-\s+)?)/.exec(line)?.[0] + maskWhole(line.replace(/^\s*(?:-\s+)?/, ''));
  if (place.secret) return maskContinued(line, place);
  if (place.section) return maskInSection(line, indent, place.section);
  enter(line, place, anchors);
  const flow = SECTION.exec(line);
  const value = flow?.[2] ?? '';
  if (flow && /^[{[]./.test(value)) return line.slice(0, line.length - value.length) + maskFlow(value);
  return isHarmless(line) ? line : maskSecrets(line);
}

/** Ends what the line is no part of. */
function leave(place: Place, line: string, indent: number): void {
  if (place.secret && indent <= place.secret.indent) delete place.secret;
  const { section } = place;
  if (!section || section.depth > 0 || indent > section.indent || /^\s*#/.test(line)) return;
  // Items of a list may stand right below their key.
  if (indent < section.indent || !/^\s*- /.test(line)) delete place.section;
}

/** Notes that a section of variables, or a secret of several lines, begins here. */
function enter(line: string, place: Place, anchors: ReadonlySet<string>): void {
  const found = SECTION.exec(line) ?? takenInAt(line, anchors);
  if (!found) return enterSecret(line, place);
  const [, before = ''] = found;
  const value = (found.at(-1) ?? '').trim();
  const depth = depthOf(value);
  if (value === '' || value.startsWith('#') || depth > 0) place.section = { indent: before.length, depth };
}

function takenInAt(line: string, anchors: ReadonlySet<string>): RegExpExecArray | null {
  const anchored = ANCHORED.exec(line);
  return anchored && anchors.has(anchored[2] ?? '') ? anchored : null;
}

function enterSecret(line: string, place: Place): void {
  const [, before = '', name = '', , value = ''] = VARIABLE.exec(line) ?? [];
  const isBlock = BLOCK_SCALAR.test(value);
  const isSecret = isSecretName(name) || (isBlock && name === 'content');
  if (isSecret && (value === '' || isBlock || isUnfinished(value)))
    place.secret = { indent: before.replace(/["']$/, '').length, isBlock: value !== '' };
}

/** A line below a secret name: all of it, unless it is rather a mapping or a list of other things. */
function maskContinued(line: string, place: Place): string {
  const isStructure = /^\s*(?:- |["']?[\w.$-]+["']?\s*:(?:\s|$))/.test(line);
  if (place.secret?.isBlock !== true && isStructure) {
    delete place.secret;
    return isHarmless(line) ? line : maskSecrets(line);
  }
  return maskText(line);
}

function maskInSection(line: string, indent: number, section: NonNullable<Place['section']>): string {
  if (section.depth > 0) {
    section.depth = Math.max(0, section.depth + depthOf(line));
    return maskFlow(line);
  }
  if (/^\s*#/.test(line)) return maskVariable(line);
  section.entries ??= indent;
  return indent > section.entries ? maskText(line) : maskVariable(line);
}

/** One variable on a line. */
function maskVariable(line: string): string {
  const [, before = '', name = '', separator = '', value = ''] = VARIABLE.exec(line) ?? [];
  if (name === '') return NO_VALUE.test(line) ? maskSecrets(line) : maskText(line);
  if (PLAIN_VALUE.test(value.trimEnd())) return line;
  if (PLAIN_NAME.test(name)) return maskSecrets(line);
  return before + name + separator + maskText(value);
}

/** Variables between brackets, or the part of them that stands on one line. */
function maskFlow(text: string): string {
  if (text.length > 2000) return maskWhole(text);
  return text.replaceAll(/(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|\$\{[^}]*\}|[^,{}[\]"'])+/g, (part: string) =>
    part.trim() === '' ? part : maskVariable(part),
  );
}

/** ENV, ARG and what else of a Dockerfile has variables. */
function maskInstruction(line: string): string {
  const start = /^\s*(?:ENV|ARG)\s+/i.exec(line)?.[0];
  if (start === undefined) return maskSecrets(line);
  const rest = line.slice(start.length);
  const old = /^(\w+\s+)([^=]*)$/.exec(rest);
  if (old) return start + old[1] + maskText(old[2] ?? '');
  return (
    start + rest.replaceAll(/\w+=(?:"(?:[^"\\]|\\.)*"|'[^']*'|\S*)/g, (part: string) => maskVariable(part))
  );
}

/** Anchors that sections of variables take in: `environment: *name`, `<<: *name`, `<<: [*a, *b]`. */
function takenIn(lines: readonly string[]): Set<string> {
  const names = new Set<string>();
  let indent: number | undefined;
  for (const line of lines) {
    if (indent !== undefined && line.trim() !== '' && indentOf(line) <= indent) indent = undefined;
    const section = SECTION.exec(line);
    if (section) indent = (section[1] ?? '').length;
    if (indent === undefined) continue;
    for (const [, name = ''] of (section?.[2] ?? line).matchAll(/(?:^|[\s:[,-])\*([\w-]+)/g)) names.add(name);
  }
  return names;
}

/** A key that only opens an object or a list, or names where the secret comes from. */
function isHarmless(line: string): boolean {
  const [, , , , value] = VARIABLE.exec(line) ?? [];
  return /[:=]\s*[{[]$/.test(line) || (value !== undefined && value !== '' && PLAIN_VALUE.test(value));
}

function isUnfinished(value: string): boolean {
  const [quote] = /^["']/.exec(value) ?? [];
  return quote !== undefined && !value.slice(1).includes(quote);
}

/** Brackets that are opened and not closed on this line; those in quotes and variables do not count. */
function depthOf(text: string): number {
  const bare = text.slice(0, 2000).replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|\$\{[^}]*\}/g, '');
  const count = (pattern: RegExp): number => bare.match(pattern)?.length ?? 0;
  return count(/[{[]/g) - count(/[}\]]/g);
}

/** Dots for all but the white space around it. */
function maskText(text: string): string {
  const [space = ''] = /^\s*/.exec(text) ?? [];
  const rest = text.slice(space.length);
  const end = rest.trimEnd();
  return space + maskWhole(end) + rest.slice(end.length);
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
