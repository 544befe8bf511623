import { readBlockNode } from './block.ts';
import {
  current,
  fail,
  isAtEnd,
  isDocumentMarker,
  skipLine,
  skipTrivia,
  YamlSyntaxError,
  type Reader,
} from './reader.ts';
import type { SyntaxNode } from './syntax-node.ts';

export { YamlSyntaxError } from './reader.ts';

const PERCENT = 0x25;
const BOM = '\uFEFF';

/**
 * Reads a text with one document of YAML 1.1 as go-yaml v3 does; null when there is nothing in it. Line breaks must be
 * LF or CRLF. What go-yaml accepts is read in the same way; of what it refuses, a little is accepted (longer keys,
 * tabs behind dashes).
 * @throws YamlSyntaxError
 */
export function readYaml(text: string): SyntaxNode | null {
  const position = text.startsWith(BOM) ? 1 : 0;
  const reader: Reader = {
    text,
    hasTabs: text.includes('\t'),
    position,
    lineStart: position,
    depth: 0,
    tagPrefixes: new Map([
      ['!', '!'],
      ['!!', 'tag:yaml.org,2002:'],
    ]),
  };
  readDirectives(reader);
  const root = readBlockNode(reader, { indent: -1, isCompact: true, mayOutdent: false });
  readEnd(reader);
  const isWritten = root.kind !== 'scalar' || !root.isPlain || root.text !== '' || root.tag !== undefined;
  return isWritten ? root : null;
}

function readDirectives(reader: Reader): void {
  skipTrivia(reader);
  let isNeeded = false;
  while (current(reader) === PERCENT && reader.position === reader.lineStart) {
    isNeeded = true;
    const end = reader.text.indexOf('\n', reader.position);
    const line = reader.text.slice(reader.position, end < 0 ? reader.text.length : end).trim();
    const tag = /^%TAG\s+(!|![\w-]*!)\s+(\S+)/.exec(line);
    if (tag) reader.tagPrefixes.set(tag[1] ?? '', tag[2] ?? '');
    skipLine(reader);
    skipTrivia(reader);
  }
  if (reader.text.startsWith('---', reader.position) && isDocumentMarker(reader)) reader.position += 3;
  else if (isNeeded) fail(reader, 'Behind a directive, the document begins with "---".');
}

/** Checks that the document was the only one. */
function readEnd(reader: Reader): void {
  skipTrivia(reader);
  while (reader.text.startsWith('...', reader.position) && isDocumentMarker(reader)) {
    reader.position += 3;
    skipTrivia(reader);
  }
  if (isAtEnd(reader)) return;
  const start = reader.position;
  throw new YamlSyntaxError(
    isDocumentMarker(reader) || reader.text.slice(0, start).trimEnd().endsWith('...')
      ? 'A second document begins here; only one is allowed.'
      : 'The line is indented differently from the ones that it belongs to.',
    start,
  );
}
