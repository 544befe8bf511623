import type { AuditTarget } from './audit-target.ts';
import { hideOutsideTexts } from './outside-files.ts';
import { readComposeTarget } from './read-compose-target.ts';
import { readSingleFile } from './read-single-file.ts';
import type { ReadTools, TargetRequest } from './request.ts';

/**
 * Reads one deployment: its files, and those that they name. What cannot be read or understood is among its errors; nothing
 * of a file that lies outside of the deployment's folder is quoted.
 * @throws nothing that the user can cause
 */
export async function readTarget(request: TargetRequest, tools: ReadTools): Promise<AuditTarget> {
  const target = await (request.kind === 'compose'
    ? readComposeTarget(request, tools)
    : readSingleFile(request, tools));
  const { daemon, composeFiles, envFiles = [] } = tools.choices;
  const named = [...composeFiles, ...envFiles, ...(daemon === undefined ? [] : [daemon])];
  return hideOutsideTexts(target, tools.reader, named);
}
