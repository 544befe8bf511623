import type { AuditTarget } from './audit-target.ts';
import { readComposeTarget } from './read-compose-target.ts';
import { readSingleFile } from './read-single-file.ts';
import type { AuditChoices, TargetRequest } from './request.ts';
import type { SourceReader } from './source-reader.ts';

/**
 * Reads one deployment: its files, and those that they name. What cannot be read or understood is among its errors.
 * @throws nothing that the user can cause
 */
export function readTarget(
  reader: SourceReader,
  request: TargetRequest,
  choices: AuditChoices,
): Promise<AuditTarget> {
  return request.kind === 'compose'
    ? readComposeTarget(reader, request, choices)
    : readSingleFile(reader, request, choices);
}
