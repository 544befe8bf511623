import { nearestName } from '../../documents/nearest-name.ts';
import type { SourcePosition } from '../../errors/app-error.ts';
import type { AuditProblem } from '../audit-report.ts';

/** One declaration that some findings do not count, checked: it has a reason, a date that exists, and known measures. */
export interface DeclaredSuppression {
  kind: 'inline' | 'file';
  measures: string[];
  reason: string;
  owner?: string;
  /** YYYY-MM-DD, the last day on which it holds. */
  expires?: string;
  /** Where it stands; its file is named as findings name files. */
  position: SourcePosition;
  /** Of a comment: the line of `position.file` that it is about. */
  line?: number;
  /** Of an entry in a file; a finding must have all that are there. */
  subject?: string;
  key?: string;
  file?: string;
  fingerprint?: string;
}

export interface Declared {
  suppressions: DeclaredSuppression[];
  warnings: AuditProblem[];
}

/** What was declared, as found. */
interface Draft {
  measures: readonly string[];
  reason?: string | undefined;
  owner?: string | undefined;
  expires?: string | undefined;
}

type Rest = Omit<DeclaredSuppression, 'measures' | 'reason' | 'owner' | 'expires'>;

/** Adds a declaration to `declared`, or the warnings that say why it has no effect. */
export function declare(declared: Declared, draft: Draft, rest: Rest, measureIds: readonly string[]): void {
  const { position } = rest;
  const warn = (id: string, message: string): void => {
    declared.warnings.push({ id, message, position });
  };
  const measures = draft.measures.filter((id) => {
    if (measureIds.includes(id)) return true;
    warn('suppression-unknown-measure', unknownMeasure(id, measureIds));
    return false;
  });
  const { reason = '', owner, expires } = draft;
  if (!isReason(reason)) {
    const what = reason === '' ? 'has no reason' : 'has a reason that says nothing';
    warn(
      'suppression-without-reason',
      `This suppression ${what}, so it has no effect. Say in it why the finding is all right here: reason="…".`,
    );
    return;
  }
  if (expires !== undefined && !isDay(expires)) {
    warn(
      'suppression-wrong-date',
      'This suppression has no effect, because its last day is not a date. Write it as YYYY-MM-DD.',
    );
    return;
  }
  if (measures.length === 0) return;
  declared.suppressions.push({
    ...rest,
    measures,
    reason,
    ...(owner === undefined || owner === '' ? {} : { owner }),
    ...(expires === undefined ? {} : { expires }),
  });
}

/** A dot is none. Letters of any script count; a word of Chinese has two. */
function isReason(reason: string): boolean {
  return (reason.match(/\p{L}/gu)?.length ?? 0) >= LEAST_LETTERS;
}

const LEAST_LETTERS = 2;
const LONGEST_NAME = 64;

function unknownMeasure(id: string, measureIds: readonly string[]): string {
  const nearest = id.length > LONGEST_NAME ? undefined : nearestName(id, measureIds);
  const hint = nearest === undefined ? 'See the list: clawproof explain.' : `Did you mean ${nearest}?`;
  return `There is no measure "${id.slice(0, LONGEST_NAME)}", so nothing is suppressed by that name. ${hint}`;
}

/** True for a day that the calendar has. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
