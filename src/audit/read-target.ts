import type { AuditTarget } from './audit-target.ts';
import { readComposeTarget } from './read-compose-target.ts';
import { readSingleFile } from './read-single-file.ts';
import type { ReadTools, TargetRequest } from './request.ts';

/**
 * Reads one deployment: its files, and those that they name. What cannot be read or understood is among its errors.
 * @throws nothing that the user can cause
 */
export function readTarget(request: TargetRequest, tools: ReadTools): Promise<AuditTarget> {
  return request.kind === 'compose' ? readComposeTarget(request, tools) : readSingleFile(request, tools);
}
