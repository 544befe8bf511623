import type { MeasureSides, TargetProof } from '../../audit/audit-report.ts';
import { STATE_WORDS } from '../side-words.ts';
import { paragraph, type Page } from './page.ts';
import { plural } from './parts.ts';

/** What attacks showed, beside what files and engine say: the exceptions by name, all of it when `page` is verbose. */
export function proofBlock(proof: TargetProof, page: Page): string {
  const { style, columns } = page;
  const { sides, startedAt } = proof;
  const held = sides.filter(({ proven }) => proven === 'pass');
  const broken = sides.filter(({ isBroken }) => isBroken);
  const open = sides.filter((side) => isSaid(side) && side.proven !== 'pass' && !side.isBroken);
  const when = `${startedAt.slice(0, 16).replace('T', ' ')} UTC`;
  const lines = [
    `${style.bold('attacked')}  ${style.dim(when)}`,
    ...paragraph(`${plural(held.length, 'protection')} held against attacks.`, '  ', columns),
    ...named(broken, 'declared, but not so', page).map(style.red),
    ...named(open, 'declared, and not proved', page).map(style.yellow),
    ...(page.verbose ? sides.flatMap((side) => paragraph(sideLine(side), '  ', columns)) : []),
  ];
  return lines.join('\n');
}

function isSaid({ declared, effective }: MeasureSides): boolean {
  return declared === 'pass' || effective === 'pass';
}

function named(sides: readonly MeasureSides[], words: string, { columns }: Page): string[] {
  if (sides.length === 0) return [];
  return paragraph(`${words}: ${sides.map(({ measure }) => measure).join(', ')}`, '  ', columns);
}

function sideLine({ measure, declared, effective, proven }: MeasureSides): string {
  return `${measure}: files ${STATE_WORDS[declared]} · engine ${STATE_WORDS[effective]} · attack ${STATE_WORDS[proven]}`;
}
