import type { SetuidPrograms } from '../../payload/files.ts';
import type { Judgement, Probe } from '../../probe.ts';
import { count, fail, few, judgeResult, pass, skip } from '../judgement.ts';

export const setuidPrograms: Probe = {
  id: 'setuid-programs',
  ring: 'container',
  title: 'No program of the image makes its user another one',
  why: 'A fault in one program that runs as root for everybody who starts it makes an intruder root in the container.',
  measures: ['no-new-privileges'],
  rows: ['H3', 'G8'],
  expects: 'no setuid or setgid program is in reach, or the kernel gives none of them what it asks for',
  weakenedBy: ['no-new-privileges'],
  attempts: () => [{ id: 'list', at: 'cell', run: 'setuidPrograms', params: {}, timeoutMs: 30_000 }],
  judge: (seen) => judgeResult<SetuidPrograms>(seen, 'list', judgePrograms),
};

function judgePrograms({ programs, noNewPrivileges }: SetuidPrograms): Judgement {
  const effective = programs.filter(({ isNosuid }) => !isNosuid);
  if (effective.length === 0) return skip('the image has no setuid or setgid program');
  const names = few(effective.map(({ path }) => path));
  return noNewPrivileges
    ? pass(
        `${count(effective.length, 'setuid or setgid program')} (${names}), and no_new_privs takes the effect from each`,
      )
    : fail(`${count(effective.length, 'program')} can be started as another user: ${names}`);
}
