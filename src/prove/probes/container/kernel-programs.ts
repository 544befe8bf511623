import { KIT } from '../../layout.ts';
import type { KernelCalls, SetuidRun } from '../../payload/kernel.ts';
import type { Judgement, Probe } from '../../probe.ts';
import { fail, judgeResult, pass, skip, unclear } from '../judgement.ts';
import { unableToCall } from './kernel-calls.ts';

const SETUID = 'setuid';

const setuidFile: Probe = {
  id: 'setuid-file',
  ring: 'container',
  title: 'A setuid program makes nobody root',
  why: 'One forgotten setuid program in the image, or in a volume, is root for whoever finds it.',
  measures: ['no-new-privileges'],
  rows: ['H3'],
  expects: 'a program that belongs to root and has the setuid bit runs as the user who started it',
  weakenedBy: ['no-new-privileges'],
  attempts: (target) => {
    if (!target.image.hasNode) return { skipped: 'the image has no Node that could try it' };
    if (target.engine.arch === 'other')
      return { skipped: 'there is no program for the processor of this host' };
    return [{ id: SETUID, at: 'cell', run: 'runSetuid', params: { program: KIT.setuid } }];
  },
  judge: (seen) => judgeResult<SetuidRun>(seen, SETUID, judgeSetuid),
};

function judgeSetuid({ uid, euid, code = 'no answer', file, isNosuid }: SetuidRun): Judgement {
  if (!file.isSetuid || file.uid !== 0)
    return unclear('the program has no setuid bit, or does not belong to root');
  if (uid === 0) return skip('the container runs as root already');
  if (euid === null) return unclear(`the program did not run: ${code}`);
  if (euid !== uid) return fail(`user ${uid} became user ${euid} by a setuid program`);
  return isNosuid
    ? unclear('its file system has no setuid bits, so nothing was tried')
    : pass(`the setuid program ran as user ${euid}`);
}

const TRACE = 'trace';

const protectedProcess: Probe = {
  id: 'protected-process',
  ring: 'container',
  title: 'A process that protects its memory cannot be traced',
  why: 'Programs that hold keys forbid it, and CAP_SYS_PTRACE passes over that; with it the processes of others are open.',
  measures: ['no-capabilities', 'non-root', 'not-privileged'],
  rows: ['H2'],
  expects: 'ptrace and /proc/<pid>/mem are refused with EPERM or EACCES',
  weakenedBy: ['root-with-host-capabilities', 'unfiltered-root'],
  attempts: (target) => {
    const reason = unableToCall(target);
    if (reason !== undefined) return { skipped: reason };
    return [{ id: TRACE, at: 'cell', run: 'traceProtected', params: { program: KIT.syscall } }];
  },
  judge: (seen) => judgeResult<KernelCalls>(seen, TRACE, judgeTrace),
};

function judgeTrace({ results, signal, files }: KernelCalls): Judgement {
  if (signal === 'SIGSYS') return pass('the filter ended the process that tried');
  if (results.length < 2) return unclear('not every call has a result');
  const reached = results.find(({ value }) => value !== undefined);
  if (reached)
    return fail(
      reached.call === 'ptrace'
        ? 'the process was traced'
        : 'the memory of the process was opened for writing',
    );
  if (results.some(({ code }) => code !== 'EPERM' && code !== 'EACCES'))
    return unclear(
      `it could not be tried: ${results.map(({ call, code }) => `${call}: ${code}`).join(', ')}`,
    );
  return files['/proc/sys/kernel/yama/ptrace_scope'] === '3'
    ? skip('kernel.yama.ptrace_scope is 3: this host refuses it to everybody')
    : pass('ptrace and the memory of the process were refused');
}

export const programProbes: readonly Probe[] = [setuidFile, protectedProcess];
