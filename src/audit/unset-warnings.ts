import type { SourcePosition } from '../errors/app-error.ts';
import type { ComposeProject } from '../deployment/compose/project/compose-project.ts';
import { relativePath } from '../deployment/compose/relative-path.ts';
import type { AuditProblem } from './audit-report.ts';

/** Files of variables that services need; Compose starts nothing without them. */
export function missingFileWarnings(
  { envFiles }: Pick<ComposeProject, 'envFiles'>,
  folder: string,
): AuditProblem[] {
  const missing = envFiles.filter(({ isRequired, isThere }) => isRequired && !isThere);
  return [...new Set(missing.map(({ path }) => path))].map((path) => ({
    id: 'env-file-missing',
    message: `${relativePath(folder, path)} is not there, so what its variables say was not looked at. Compose needs it to start the services.`,
  }));
}

/** Names that are told; a deployment may use any number. */
const MOST_NAMES = 20;

/** One warning for all variables, at the first place that uses one. */
export function unsetWarnings(unset: readonly { name: string; position: SourcePosition }[]): AuditProblem[] {
  const names = [...new Set(unset.map(({ name }) => name))];
  const [first] = unset;
  if (first === undefined) return [];
  const more = names.length - MOST_NAMES;
  const listed = names.slice(0, MOST_NAMES).join(', ') + (more > 0 ? ` and ${more} more` : '');
  const message =
    names.length === 1
      ? `${listed} is set nowhere and has no default, so what depends on it was not looked at. Set it in .env or in the environment.`
      : `These variables are set nowhere and have no default, so what depends on them was not looked at: ${listed}. Set them in .env or in the environment.`;
  return [{ id: 'variable-unset', message, position: first.position }];
}
