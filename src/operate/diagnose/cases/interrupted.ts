import type { Case } from '../case.ts';
import { command } from './help.ts';
import { valueOf } from '../observations.ts';

/** A clawproof command was ended in its middle. */
export const interruptedChange: Case = {
  id: 'interrupted-change',
  title: 'A change by clawproof was interrupted',
  symptom:
    'A command was ended by Ctrl-C, a kill or a power cut, and since then something is half old, half new.',
  looksAt: ['change'],
  recognise(seen) {
    const change = valueOf(seen.change);
    if (change === undefined || change.running !== null) return [];
    const { open, unreadable, unfinishedRun } = change;
    if (unreadable !== null)
      return [
        {
          cause: 'What clawproof wrote down of a change that was interrupted cannot be understood.',
          evidence: [{ from: '.clawproof/change.json', text: unreadable }],
          fix: ['See what it says, and how to go on:', command(seen, 'recover')],
        },
      ];
    if (open !== null)
      return [
        {
          cause: `"clawproof ${open.name}" was begun and never ended.`,
          evidence: [
            {
              from: '.clawproof/change.json',
              text: `${open.name}, begun ${open.since}; steps begun: ${open.begun.join(', ') || 'none'}`,
            },
          ],
          fix: ['Complete it, or take it back, whichever is right:', command(seen, 'recover')],
        },
      ];
    if (unfinishedRun === null) return [];
    return [
      {
        cause: `"clawproof ${unfinishedRun.command}" was ended in its middle.`,
        evidence: [
          {
            from: '.clawproof/journal.jsonl',
            text: `${unfinishedRun.at} ${unfinishedRun.command}: last step ${unfinishedRun.detail}, then nothing more`,
          },
        ],
        fix: ['It goes on where it stopped:', command(seen, 'up')],
      },
    ];
  },
};
