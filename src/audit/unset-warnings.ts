import type { SourcePosition } from '../errors/app-error.ts';
import type { AuditProblem } from './audit-report.ts';

/** One warning for each variable, at the first place that uses it. */
export function unsetWarnings(unset: readonly { name: string; position: SourcePosition }[]): AuditProblem[] {
  const first = new Map<string, SourcePosition>();
  for (const { name, position } of unset) if (!first.has(name)) first.set(name, position);
  return [...first].map(([name, position]) => ({
    id: 'variable-unset',
    message: `${name} is set nowhere and has no default, so what depends on it was not looked at. Set it in .env or in the environment.`,
    position,
  }));
}
