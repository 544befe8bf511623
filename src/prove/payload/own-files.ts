import { closeSync, ftruncateSync, openSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes a text into a file of the twin, in place: what is mounted as a single file stays that file.
 */
async function overwriteFile({ path, text }: { path: string; text: string }): Promise<{ bytes: number }> {
  const bytes = Buffer.from(text);
  const file = openSync(path, 'r+');
  try {
    // One write for what is shorter than before, so that a reader sees whole settings for nearly all of the time.
    const written = writeSync(file, bytes, 0, bytes.length, 0);
    ftruncateSync(file, written);
    return { bytes: written };
  } finally {
    closeSync(file);
  }
}

export interface Found {
  /** File, or "/proc/12/environ (node)". */
  where: string;
  /** Name of the text that was looked for. */
  what: string;
}

const MOST_FILES = 20_000;
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * Looks for texts in all files below some folders, and in environment and command line of every process that can be seen.
 * Answers with places only.
 */
async function searchTexts({
  folders,
  texts,
  processes = false,
  except = [],
}: {
  folders: readonly string[];
  texts: Readonly<Record<string, string>>;
  processes?: boolean;
  /** Files that are meant to hold one. */
  except?: readonly string[];
}): Promise<{ found: Found[]; files: number; processes: number; unread: string[] }> {
  const needles = Object.entries(texts).map(([what, text]) => ({ what, bytes: Buffer.from(text) }));
  const found: Found[] = [];
  const unread: string[] = [];
  let files = 0;
  const look = (path: string, where: string): boolean => {
    try {
      const bytes = readFileSync(path);
      for (const needle of needles)
        if (bytes.includes(needle.bytes)) found.push({ where, what: needle.what });
      return true;
    } catch {
      return false;
    }
  };
  const walk = (folder: string): void => {
    for (const entry of entriesOf(folder, unread)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile() && !except.includes(path) && files < MOST_FILES) {
        files += 1;
        if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MOST_BYTES || !look(path, path))
          unread.push(path);
      }
    }
  };
  for (const folder of folders) walk(folder);
  let seen = 0;
  if (processes)
    for (const pid of readdirSync('/proc').filter(
      (name) => /^\d+$/.test(name) && name !== String(process.pid),
    )) {
      const name = readText(`/proc/${pid}/comm`).trim();
      let read = false;
      for (const part of ['environ', 'cmdline'])
        read = look(`/proc/${pid}/${part}`, `${part} of ${name} (${pid})`) || read;
      if (read) seen += 1;
      else unread.push(`/proc/${pid} (${name})`);
    }
  return { found, files, processes: seen, unread: unread.slice(0, 20) };
}

function entriesOf(
  folder: string,
  unread: string[],
): { name: string; isDirectory(): boolean; isFile(): boolean }[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    unread.push(folder);
    return [];
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Sockets of this network namespace, as the kernel lists them. */
async function sockets(): Promise<{ udp: string[]; tcpListening: string[]; groups: string[] }> {
  const lines = (path: string): string[][] =>
    readText(path)
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/));
  const local = (fields: string[]): string => fields[1] ?? '';
  return {
    udp: [...lines('/proc/net/udp'), ...lines('/proc/net/udp6')].map(local),
    tcpListening: [...lines('/proc/net/tcp'), ...lines('/proc/net/tcp6')]
      .filter((fields) => fields[3] === '0A')
      .map(local),
    groups: readText('/proc/net/igmp')
      .split('\n')
      .flatMap((line) => /^\s+([0-9A-F]{8})\s/.exec(line)?.[1] ?? []),
  };
}

export const functions = { overwriteFile, searchTexts, sockets };
