import { z } from 'zod';
import type { TarEntry } from './tar-reader.ts';

/** Version of the archive's form that this program writes, and the newest that it reads. */
export const FORMAT = 1;
/** First entry: what the archive is. */
export const HEAD_NAME = 'clawproof-backup.json';
/** Last entry: every entry before it, a line each. */
export const MANIFEST_NAME = 'manifest.jsonl';

const image = z.strictObject({
  source: z.enum(['registry', 'build']),
  reference: z.string(),
  digest: z.string(),
});

const head = z.strictObject({
  format: z.literal(FORMAT),
  /** Name of the deployment. */
  name: z.string().min(1).max(64),
  /** ISO 8601. */
  createdAt: z.iso.datetime(),
  clawproof: z.string(),
  openclaw: z.string(),
  images: z.strictObject({ gateway: image.nullable(), egress: image.nullable(), ingress: image.nullable() }),
});

/** What an archive says of itself. */
export type BackupHead = z.infer<typeof head>;

const written = z.object({ format: z.number() });

/** @returns the format's number when it is a newer one, null when it is no backup's head at all */
export function parseHead(text: string): BackupHead | number | null {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return null;
  }
  const format = written.safeParse(data).data?.format;
  if (format !== undefined && format > FORMAT) return format;
  return head.safeParse(data).data ?? null;
}

export function formatHead(value: BackupHead): string {
  return `${JSON.stringify(head.parse(value), null, 2)}\n`;
}

/** One line of the manifest. Names are bytes, one character each. @param sha256 of a file's contents; "" for the rest */
export function manifestLine(entry: TarEntry, sha256: string): string {
  const { name, kind, mode, uid, gid, size, mtime, target } = entry;
  return JSON.stringify({ name, kind, mode, uid, gid, size, mtime, target, sha256 });
}

/** The whole manifest: how many entries and bytes, and each of them. */
export function formatManifest(lines: readonly string[], bytes: number): string {
  const first = JSON.stringify({ format: FORMAT, entries: lines.length, bytes });
  return `${[first, ...lines].join('\n')}\n`;
}

/**
 * Compares a manifest with what was really in the archive.
 * @returns what differs, in words; null when nothing does
 */
export function compareManifest(text: string, lines: readonly string[], bytes: number): string | null {
  if (text === formatManifest(lines, bytes)) return null;
  const listed = text.split('\n').slice(1, -1);
  const at = lines.findIndex((line, index) => line !== listed[index]);
  const name = nameOf(lines[at] ?? listed[lines.length]);
  if (name === null) return 'its manifest does not fit what is in it';
  return `${JSON.stringify(name)} is not as its manifest says`;
}

function nameOf(line: string | undefined): string | null {
  try {
    const value = JSON.parse(line ?? '') as { name?: unknown };
    return typeof value.name === 'string' ? value.name : null;
  } catch {
    return null;
  }
}
