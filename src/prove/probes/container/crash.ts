import type { CrashAttempt } from '../../payload/limits.ts';
import type { Judgement, Probe } from '../../probe.ts';
import { fail, judgeResult, pass, skip, unclear } from '../judgement.ts';

export const coreDumps: Probe = {
  id: 'core-dumps',
  ring: 'container',
  title: 'A crash writes no memory to a file',
  why: 'The memory of the gateway holds its token and the keys of its models; a core file keeps them for whoever finds it.',
  measures: [],
  rows: ['G8', 'G12'],
  expects: 'a process that crashes leaves no core file, also after it raised its own limit',
  weakenedBy: ['core-dumps'],
  attempts: () => [{ id: 'crash', at: 'cell', run: 'crash', params: {}, timeoutMs: 30_000 }],
  judge: (seen) => judgeResult<CrashAttempt>(seen, 'crash', judgeCrash),
};

function judgeCrash({ pattern, hardLimit, signal, files }: CrashAttempt): Judgement {
  if (pattern.startsWith('|'))
    return skip('the host hands crashes to a program of its own, which is not started here');
  if (pattern.startsWith('/'))
    return skip(`the host writes core files to ${pattern}, which is not looked at here`);
  if (files === undefined) return skip('the container has no folder in which a core file could be written');
  if (files.length > 0) return fail(`a crash left ${files.join(', ')} with the memory of the process`);
  if (signal !== 'SIGABRT' && signal !== 'SIGTRAP')
    return unclear(`the process did not crash: it ended with ${signal ?? 'no signal'}`);
  return hardLimit === '0'
    ? pass('a crash left nothing; the limit for core files is 0 and cannot be raised')
    : unclear(`a crash left nothing, although core files may have ${hardLimit} bytes`);
}
