import { basename, dirname, join } from 'node:path';
import type { FileEdits } from '../audit/audit-report.ts';
import { kindByName } from '../audit/recognise.ts';
import { fixBackupOutside, fixFileChanged, fixOutside } from '../errors/mend-errors.ts';
import { shellQuote } from '../errors/quote.ts';
import type { Files } from '../ports/files.ts';
import { fixesFolder } from './backup.ts';
import type { MendedFile } from './mend-result.ts';

type Looking = Pick<Files, 'realPath' | 'stat'>;

/** The project's folder with every link followed. */
export async function realProject(files: Looking, folder: string): Promise<string> {
  return (await files.realPath(folder)) ?? folder;
}

/**
 * Where a path leads when every link on the way is followed, also for what is not there yet; null behind a link that
 * leads to nothing.
 */
export async function placeOf(files: Looking, path: string): Promise<string | null> {
  const real = await files.realPath(path);
  if (real !== null) return real;
  if ((await files.stat(path))?.kind === 'symlink') return null;
  const parent = dirname(path);
  if (parent === path) return path;
  const place = await placeOf(files, parent);
  return place === null ? null : join(place, basename(path));
}

/** True for what lies in a folder; both with every link followed. */
export function isInside(project: string, real: string): boolean {
  return real.startsWith(project === '/' ? project : `${project}/`);
}

/**
 * Real path of a file of the project: links are followed, but not out of it.
 * @throws AppError `fix-link-outside` for another one, `fix-file-changed` for a link to nothing
 */
export async function placeInProject(
  files: Looking,
  folder: string,
  { path, text, mode }: MendedFile,
): Promise<string> {
  const project = await realProject(files, folder);
  const place = await placeOf(files, path);
  if (place === null) throw fixFileChanged(path);
  if (!isInside(project, place))
    throw fixOutside({ path, real: place, project, mode: text ? undefined : mode });
  return place;
}

/**
 * Why a repair is left to the user: it would change a file outside of the project, which something else may use; undefined
 * when it changes files of the project only.
 */
export async function whyOutside(
  files: Looking,
  folder: string,
  planned: readonly FileEdits[],
): Promise<string | undefined> {
  const project = await realProject(files, folder);
  for (const edits of planned) {
    const place = await placeOf(files, edits.file);
    if (place !== null && !isInside(project, place))
      return `${place} is outside of ${project}, and something else may use it. ${byHand(edits, place)}`;
  }
  return undefined;
}

function byHand({ edits, mode }: FileEdits, place: string): string {
  if (edits.length === 0 && mode !== undefined)
    return `By hand: chmod ${mode.toString(8)} ${shellQuote(place)}`;
  if (kindByName(place) !== undefined) return `To mend it where it is: clawproof fix ${shellQuote(place)}`;
  if (basename(place) !== '.dockerignore') return 'Change it there by hand.';
  const lines = edits.flatMap(({ text }) => text.split(/\r?\n/)).filter((line) => line !== '');
  return `Put these lines into it: ${lines.join(' ')}`;
}

/** @throws AppError `fix-backup-outside` when a link makes the backups lie elsewhere */
export async function refuseBackupsOutside(files: Looking, folder: string): Promise<void> {
  const named = fixesFolder(folder);
  const place = await placeOf(files, named);
  if (place === null || !isInside(await realProject(files, folder), place))
    throw fixBackupOutside(named, place);
}
