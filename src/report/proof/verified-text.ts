import type { VerifiedEvidence } from '../../prove/evidence/verify-evidence.ts';
import { oneLine } from '../printable.ts';
import type { Style } from '../style.ts';
import { plural } from '../audit/parts.ts';

/** What `clawproof verify` says. Ends with a line end. */
export function verifiedText(
  { state, signer = '', why = '', report }: VerifiedEvidence,
  path: string,
  style: Style,
): string {
  if (state === 'broken')
    return `${style.red(style.bold('Do not believe it:'))} ${path} is not what was signed: ${why}.\n`;
  const { summary, target, startedAt, id, rings } = report;
  const heading =
    state === 'trusted'
      ? `${style.green(style.bold('Intact,'))} signed by ${oneLine(signer)}.`
      : `${style.yellow(style.bold('Intact,'))} but nobody says whose key signed it: ${oneLine(signer)}.`;
  const counts = [
    `${plural(summary.pass, 'attack')} stopped`,
    `${summary.fail} succeeded`,
    `${summary.skipped} skipped`,
    ...(summary.error > 0 ? [`${summary.error} could not be tried`] : []),
    `${plural(summary.controls.seen, 'control')} seen`,
    ...(summary.controls.missed > 0 ? [`${summary.controls.missed} missed`] : []),
  ];
  // Fewer rings have fewer attacks that could succeed.
  const proved = rings.flatMap((each) => (each.state === 'ran' ? [oneLine(each.ring)] : []));
  return [
    heading,
    `  ${oneLine(target.name)}, ${oneLine(target.image.reference)}, ${oneLine(startedAt)}, proof ${oneLine(id)}`,
    `  rings: ${proved.join(', ') || 'none'}`,
    `  ${counts.join(', ')}`,
    ...(state === 'unknown'
      ? ['  To say whose it is, name the keys that you trust: clawproof verify --signers <file>']
      : []),
    '',
  ].join('\n');
}
