import { plainOf } from '../documents/located.ts';
import { type ConfigDocument, loadOpenclawConfig, variableSettings } from '../openclaw/config-document.ts';
import type { AuditProblem } from './audit-report.ts';
import { existingFiles } from './existing-files.ts';
import type { ConfigCandidate } from './gateway-config.ts';
import { loadDocuments, type ReadTexts, readInto } from './load-documents.ts';
import type { SourceReader } from './source-reader.ts';
import { unsetWarnings } from './unset-warnings.ts';

/** openclaw.json as it was found, with what was wrong about it. */
export interface ReadConfig {
  document: ConfigDocument;
  settings: Record<string, unknown>;
  /** Settings that are written with variables, with their names. */
  variables: Record<string, string[]>;
  problems: AuditProblem[];
  warnings: AuditProblem[];
}

/** Reads the first of the candidates that is there; undefined when none is. */
export async function readConfig(
  reader: SourceReader,
  read: ReadTexts,
  candidates: readonly ConfigCandidate[],
  environment: Readonly<Record<string, string>>,
): Promise<ReadConfig | undefined> {
  const mayExist = existingFiles(reader);
  for (const { file, place } of candidates) {
    if (!(await mayExist(file))) continue;
    const before = read.problems.length;
    const text = await readInto(reader, read, file);
    // It is there, and cannot be read: another file does not stand for it.
    if (text === null && read.problems.length > before) return undefined;
    if (text === null) continue;
    const document = await loadDocuments(reader, read, (lookup) =>
      loadOpenclawConfig(file, lookup, environment, place),
    );
    return document && describe(document);
  }
  return undefined;
}

function describe(document: ConfigDocument): ReadConfig {
  return {
    document,
    settings: plainOf(document.root) as Record<string, unknown>,
    variables: variableSettings(document),
    problems: document.problems.map(({ message, position }) => ({
      id: 'config-not-understood',
      message,
      position,
    })),
    warnings: unsetWarnings(document.unset),
  };
}
