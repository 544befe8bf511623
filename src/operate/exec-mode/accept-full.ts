import { execDeclined, execNeedsName, execWrongValue } from '../../errors/exec-errors.ts';
import { type Acceptance, dayAfter, daysLeft, parseDay, parsePerson } from '../../policy/acceptance.ts';
import type { Ports } from '../../ports/ports.ts';

/** What the command line says about who accepts mode full. */
export interface AcceptOptions {
  by?: string;
  days?: number;
  until?: string;
}

const DEFAULT_DAYS = 7;
/** A risk that nobody looks at again for longer is not accepted but forgotten. */
const MOST_DAYS = 366;

/**
 * Who accepts mode full, and until when. Where nobody is named, whoever sits at the terminal is asked.
 * @throws AppError `exec-wrong-value`, `exec-needs-name`, `exec-declined`
 */
export async function acceptFull(
  { terminal, system, clock }: Pick<Ports, 'terminal' | 'system' | 'clock'>,
  options: AcceptOptions,
): Promise<Acceptance> {
  const until = lastDay(options, clock.now());
  if (options.by !== undefined) {
    const by = parsePerson(options.by);
    if (!by.ok) throw execWrongValue('--accept', options.by, by.problem);
    return { by: by.value, until };
  }
  const { SUDO_USER, USER, LOGNAME } = system.env;
  const by = [SUDO_USER, USER, LOGNAME].find((name) => name !== undefined && parsePerson(name).ok);
  if (!terminal.canAsk || by === undefined) throw execNeedsName();
  const question = `The agent will run every command that a message makes it run, with all that its container holds. Accept that until ${until}, as ${by}?`;
  if (!(await terminal.confirm(question))) throw execDeclined();
  return { by, until };
}

function lastDay({ days, until }: AcceptOptions, now: Date): string {
  if (until === undefined) {
    const count = days ?? DEFAULT_DAYS;
    if (count > MOST_DAYS) throw execWrongValue('--days', String(count), `is more than ${MOST_DAYS}`);
    return dayAfter(now, count);
  }
  const day = parseDay(until);
  if (!day.ok) throw execWrongValue('--until', until, day.problem);
  const left = daysLeft({ by: '', until: day.value }, now);
  if (left <= 0) throw execWrongValue('--until', until, 'is over');
  if (left > MOST_DAYS + 1) throw execWrongValue('--until', until, `is more than ${MOST_DAYS} days away`);
  return day.value;
}
