import { Lexer } from 'yaml';
import type { TextRange } from '../../documents/text-edit.ts';

export type CommentSyntax = 'yaml' | 'json5' | 'dockerfile' | 'dotenv' | 'dockerignore';

/** One comment: its range with the marks around it, and what stands between them. */
export interface Comment extends TextRange {
  body: string;
}

/** Every comment of a text, in order. Never throws: what is no document has the comments that it seems to have. */
export function commentsOf(text: string, syntax: CommentSyntax): Comment[] {
  return scanners[syntax](text);
}

const scanners: Readonly<Record<CommentSyntax, (text: string) => Comment[]>> = {
  yaml: yamlComments,
  json5: json5Comments,
  dockerfile: dockerfileComments,
  dotenv: dotenvComments,
  // Docker looks for the mark in the first column only.
  dockerignore: (text) => linesOf(text).flatMap((line) => (line.text.startsWith('#') ? [hash(line, 0)] : [])),
};

/** What else ends a line in the YAML that Compose reads; each is one unit long, as its replacement is. */
const YAML_LINE_ENDS = /\r(?!\n)|[\u0085\u2028\u2029]/g;

/** The lexer of the YAML library: a # in a quoted text, a block text or the middle of a word begins no comment. */
function yamlComments(text: string): Comment[] {
  const found: Comment[] = [];
  let offset = 0;
  let isScalarNext = false;
  for (const lexeme of new Lexer().lex(text.replaceAll(YAML_LINE_ENDS, '\n'))) {
    if (!isScalarNext && lexeme === '\u001F') {
      isScalarNext = true;
      continue;
    }
    // These two say something of the document and stand for no text.
    if (!isScalarNext && (lexeme === '\u0002' || lexeme === '\u0018')) continue;
    if (!isScalarNext && lexeme.startsWith('#')) {
      const body = lexeme.replace(/^#+/, '').trimEnd();
      found.push({ start: offset, end: offset + lexeme.trimEnd().length, body });
    }
    isScalarNext = false;
    offset += lexeme.length;
  }
  return found;
}

const JSON5_START = /["'/]/g;
const LINE_END = /[\n\r\u2028\u2029]/g;

function json5Comments(text: string): Comment[] {
  const found: Comment[] = [];
  for (let at = firstFrom(JSON5_START, text, 0); at < text.length; at = firstFrom(JSON5_START, text, at)) {
    if (text.startsWith('//', at)) {
      const end = firstFrom(LINE_END, text, at);
      found.push({ start: at, end, body: text.slice(at + 2, end) });
      at = end;
    } else if (text.startsWith('/*', at)) {
      const end = text.indexOf('*/', at + 2);
      if (end < 0) break;
      found.push({ start: at, end: end + 2, body: text.slice(at + 2, end) });
      at = end + 2;
    } else at = text[at] === '/' ? at + 1 : stringEnd(text, at);
  }
  return found;
}

/** Behind the quoted text that begins at `start`; one that is not closed ends with its line. */
function stringEnd(text: string, start: number): number {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === '\\') at += text.startsWith('\r\n', at + 1) ? 2 : 1;
    else if (letter === quote) return at + 1;
    else if (letter === '\n' || letter === '\r') return at;
  }
  return text.length;
}

/** Where a pattern matches next; the end of the text when nowhere. */
function firstFrom(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
}

/** Lines that begin with #, wherever an instruction is continued, but not in the text of a here-document. */
function dockerfileComments(text: string): Comment[] {
  const found: Comment[] = [];
  let heredocs: { end: string; isIndented: boolean }[] = [];
  for (const line of linesOf(text)) {
    const [open] = heredocs;
    if (open) {
      const content = open.isIndented ? line.text.replace(/^\t+/, '') : line.text;
      if (content === open.end) heredocs = heredocs.slice(1);
      continue;
    }
    const indent = line.text.search(/\S/);
    if (indent >= 0 && line.text[indent] === '#') found.push(hash(line, indent));
    else heredocs = heredocsOf(line.text);
  }
  return found;
}

const HEREDOC = /<<(-?)(["']?)([A-Za-z_][\w.]*)\2/g;

function heredocsOf(line: string): { end: string; isIndented: boolean }[] {
  if (!/^\s*(?:RUN|COPY|ADD|ONBUILD)\b/i.test(line)) return [];
  return [...line.matchAll(HEREDOC)].map((match) => ({ end: match[3] ?? '', isIndented: match[1] === '-' }));
}

/** Whole lines, and what follows a value behind white space; values in quotes may have several lines. */
function dotenvComments(text: string): Comment[] {
  const found: Comment[] = [];
  let quote = '';
  for (const line of linesOf(text)) {
    const from = quote === '' ? valueStart(line.text) : 0;
    if (quote === '') quote = openQuote(line.text, from);
    const isNew = from > 0 && quote !== '';
    const end = quote === '' ? from : quoteEnd(line.text, isNew ? from + 1 : 0, quote);
    if (end < 0) continue;
    const at = quote === '' ? bareComment(line.text, from) : commentBehind(line.text, end + 1);
    quote = '';
    if (at >= 0) found.push(hash(line, at));
  }
  return found;
}

/** Where the value of `NAME=value` begins; 0 in a line that sets nothing. */
function valueStart(line: string): number {
  return /^\s*(?:export\s+)?[^\s#=:]+\s*[=:]\s*/.exec(line)?.[0].length ?? 0;
}

function openQuote(line: string, from: number): string {
  const first = line.charAt(from);
  return from > 0 && (first === '"' || first === "'") ? first : '';
}

function bareComment(line: string, from: number): number {
  const first = line.search(/\S/);
  if (line[first] === '#') return first;
  if (from === 0) return -1;
  for (let at = line.indexOf('#', from); at >= 0; at = line.indexOf('#', at + 1))
    if (/\s/.test(line[at - 1] ?? '')) return at;
  return -1;
}

/** Where a comment begins behind a quoted value. */
function commentBehind(line: string, from: number): number {
  const at = line.indexOf('#', from);
  return at >= 0 && line.slice(from, at).trim() === '' ? at : -1;
}

function quoteEnd(line: string, from: number, quote: string): number {
  for (let at = from; at < line.length; at += 1) {
    if (quote === '"' && line[at] === '\\') at += 1;
    else if (line[at] === quote) return at;
  }
  return -1;
}

interface Line {
  start: number;
  text: string;
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const part of text.split('\n')) {
    const bom = start === 0 && part.startsWith('\uFEFF') ? 1 : 0;
    lines.push({ start: start + bom, text: part.slice(bom).replace(/\r$/, '') });
    start += part.length + 1;
  }
  return lines;
}

function hash({ start, text }: Line, at: number): Comment {
  const comment = text.slice(at).trimEnd();
  return { start: start + at, end: start + at + comment.length, body: comment.replace(/^#+/, '') };
}
