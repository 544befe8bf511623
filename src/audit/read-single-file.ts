import type { AuditTarget } from './audit-target.ts';
import { emptyTexts } from './load-documents.ts';
import { readConfig } from './read-config.ts';
import type { AuditChoices, TargetRequest } from './request.ts';
import type { SourceReader } from './source-reader.ts';

/** Reads a file that is audited by itself. */
export async function readSingleFile(
  reader: SourceReader,
  request: TargetRequest,
  _choices: AuditChoices,
): Promise<AuditTarget> {
  const [file = ''] = request.files;
  const read = emptyTexts();
  const config = await readConfig(reader, read, [{ file }], {});
  return {
    name: request.name,
    kind: request.kind,
    folder: request.folder,
    deployment: {
      evidence: 'declared',
      services: [],
      networks: [],
      ...(config === undefined ? {} : { openclawConfig: config.settings }),
    },
    ...(config === undefined ? {} : { config: config.document }),
    sources: config?.document.sources ?? new Map(),
    files: request.files,
    errors: [...read.problems, ...(config?.problems ?? [])],
    warnings: [],
  };
}
