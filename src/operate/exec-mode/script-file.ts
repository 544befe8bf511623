/** What a script is, as far as its text tells. */
export interface ScriptFacts {
  /** Program that runs it, as its first line names it: "/bin/sh", "/usr/bin/env python3". */
  interpreter: string;
  bytes: number;
  lines: number;
}

/** Far more than any script that somebody has read. */
export const MAX_SCRIPT_BYTES = 256 * 1024;

const FIRST_LINE = /^#![ \t]*(\/[^\s\0]+(?:[ \t]+[^\r\n\0]+?)?)[ \t]*(?:\n|$)/;

/** @returns why it is none, as the end of a sentence that begins with the file's name */
export function readScript(content: Uint8Array): ScriptFacts | { why: string } {
  if (content.length > MAX_SCRIPT_BYTES)
    return { why: `is larger than ${MAX_SCRIPT_BYTES / 1024} KiB, more than anybody reads through` };
  const text = decoded(content);
  if (text === undefined || text.includes('\0'))
    return { why: 'is no text: only scripts can be read before they are allowed' };
  if (/^#![^\n]*\r\n/.test(text))
    return { why: 'has the line ends of Windows, with which no program is found for it' };
  const interpreter = FIRST_LINE.exec(text)?.[1];
  if (interpreter === undefined)
    return { why: 'does not begin with the program that runs it, such as #!/bin/sh' };
  return { interpreter, bytes: content.length, lines: text.replace(/\n$/, '').split('\n').length };
}

function decoded(content: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
}
