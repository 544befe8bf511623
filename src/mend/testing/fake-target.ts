import type { FileEdits } from '../../audit/audit-report.ts';
import type { AuditTarget } from '../../audit/audit-target.ts';
import { findTargets } from '../../audit/find-targets.ts';
import { readTarget } from '../../audit/read-target.ts';
import type { AuditChoices, TargetRequest } from '../../audit/request.ts';
import { createSourceReader, type SourceOverlay } from '../../audit/source-reader.ts';
import { applyEdits } from '../../documents/text-edit.ts';
import { FakeFiles } from '../../ports/fake/fake-files.ts';

export const FOLDER = '/project';

/** A deployment in a file system in memory. */
export interface FakeProject {
  files: FakeFiles;
  request: TargetRequest;
  choices: AuditChoices;
  read(overlay?: SourceOverlay): Promise<AuditTarget>;
}

/** @param texts path below the project's folder → text */
export async function fakeProject(
  texts: Readonly<Record<string, string>>,
  composeFiles: readonly string[] = [],
): Promise<FakeProject> {
  const files = new FakeFiles();
  for (const [path, text] of Object.entries(texts)) files.put(`${FOLDER}/${path}`, text);
  const choices: AuditChoices = {
    cwd: FOLDER,
    homeDir: '/home/me',
    environment: {},
    composeFiles: composeFiles.map((path) => `${FOLDER}/${path}`),
    profiles: [],
    recursive: false,
  };
  for await (const found of findTargets(createSourceReader(files), [], choices)) {
    if ('problem' in found) throw new Error(found.problem.message);
    const read = (overlay?: SourceOverlay): Promise<AuditTarget> =>
      readTarget(found, { reader: createSourceReader(files, overlay), choices });
    return { files, request: found, choices, read };
  }
  throw new Error('there is no target');
}

/** Texts after the edits, by path below the project's folder; only those that change. */
export async function changedTexts(
  project: FakeProject,
  planned: FileEdits[] | { why: string },
): Promise<Record<string, string>> {
  if ('why' in planned) throw new Error(`why: ${planned.why}`);
  const texts: Record<string, string> = {};
  for (const { file, edits } of planned)
    texts[file.slice(FOLDER.length + 1)] = applyEdits((await project.files.read(file)) ?? '', edits);
  return texts;
}
