import type { ComposeNeeds, TextLookup } from '../deployment/compose/project/compose-project.ts';
import { isAppError } from '../errors/app-error.ts';
import type { AuditProblem } from './audit-report.ts';
import type { SourceReader } from './source-reader.ts';

/** A deployment of strangers may name files without end; nobody's own needs this many. */
const MAX_FILES = 1000;
const MAX_TOTAL_LENGTH = 64 * 1024 ** 2;

/** Texts that were read for one target, by absolute path; null = not there, or not readable (then `problems` says why). */
export interface ReadTexts {
  texts: Map<string, string | null>;
  problems: AuditProblem[];
  totalLength: number;
}

export function emptyTexts(): ReadTexts {
  return { texts: new Map(), problems: [], totalLength: 0 };
}

/**
 * Loads what is made of several files by a function that does not read any: it is called again and again with the files
 * that it asked for, until it asks for none.
 * @returns undefined when it asks for more than anybody has, which is then among the problems
 */
export async function loadDocuments<T extends object>(
  reader: SourceReader,
  read: ReadTexts,
  load: (lookup: TextLookup) => T | ComposeNeeds,
): Promise<T | undefined> {
  for (;;) {
    const loaded = load((path) => read.texts.get(path));
    if (!isNeeds(loaded)) return loaded;
    const missing = loaded.needs.filter((path) => !read.texts.has(path));
    if (missing.length === 0) throw new Error('a loader asks for texts that it was given');
    if (read.texts.size + missing.length > MAX_FILES || read.totalLength > MAX_TOTAL_LENGTH) {
      read.problems.push({
        id: 'too-many-files',
        message: `The deployment is made of more than ${MAX_FILES} files or ${MAX_TOTAL_LENGTH / 1024 ** 2} MiB, so it was not read to its end.`,
      });
      return undefined;
    }
    for (const path of missing) await readInto(reader, read, path);
  }
}

/** Reads one file unless it was read before. What cannot be read is a problem, and for the loader it is not there. */
export async function readInto(reader: SourceReader, read: ReadTexts, path: string): Promise<string | null> {
  const known = read.texts.get(path);
  if (known !== undefined) return known;
  let text: string | null = null;
  try {
    text = await reader.text(path);
  } catch (error) {
    if (!isAppError(error)) throw error;
    read.problems.push({ id: error.id, message: error.entry.message });
  }
  read.texts.set(path, text);
  read.totalLength += text?.length ?? 0;
  return text;
}

function isNeeds<T extends object>(loaded: T | ComposeNeeds): loaded is ComposeNeeds {
  return 'needs' in loaded;
}
