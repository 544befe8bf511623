import type { Docker } from '../../engine/docker.ts';
import { isAppError } from '../../errors/app-error.ts';
import type { SandboxRisk } from '../../policy/policy.ts';
import type { Ports } from '../../ports/ports.ts';
import { MEMORY_CHILD_SCRIPT, MEMORY_SCRIPT, OPENAT2_SCRIPT, PROCESS_SCRIPT } from './sandbox-scripts.ts';

/** One thing that was tried with a container of this runtime. */
export interface SandboxTrial {
  id: 'start' | 'memory' | 'memory-child' | 'processes' | 'native-paths';
  title: string;
  holds: boolean;
  /** What was seen. */
  seen: string;
  /** Name under which it can be accepted that it does not hold; absent = it cannot. */
  risk?: SandboxRisk;
}

interface Trial extends Omit<SandboxTrial, 'holds' | 'seen'> {
  program: string;
  args: string[];
  memoryMiB: number;
  pids: number;
  judge: (run: Run) => Pick<SandboxTrial, 'holds' | 'seen'>;
}

/** How such a container ended; null code = it did not, and was removed. */
interface Run {
  code: number | null;
  output: string;
  seconds: number;
}

/** Limits that are exceeded on purpose, and how far. */
const MEMORY_MIB = 384;
const MOST_MIB = 1024;
const PIDS = 160;
const MOST_PIDS = 400;
/** A start takes about two seconds; on a busy host more. */
const RUN_MS = 45_000;

const TRIALS: readonly Trial[] = [
  {
    id: 'start',
    title: 'A container starts under it',
    program: 'node',
    args: ['--eval', "process.stdout.write('started')"],
    memoryMiB: 512,
    pids: 256,
    judge: ({ code, output, seconds }) =>
      code === 0 && output.includes('started')
        ? { holds: true, seen: `started and ended in ${seconds.toFixed(1)} s` }
        : { holds: false, seen: ended(code, output) },
  },
  {
    id: 'memory',
    title: 'A container that exceeds its memory is ended',
    risk: 'memory-limit',
    program: 'node',
    args: ['--eval', MEMORY_SCRIPT, String(MOST_MIB)],
    memoryMiB: MEMORY_MIB,
    pids: 256,
    judge: judgeMemory,
  },
  {
    id: 'memory-child',
    title: 'A program in it that exceeds its memory is ended',
    risk: 'memory-limit',
    program: 'node',
    args: ['--eval', MEMORY_CHILD_SCRIPT, String(MOST_MIB), MEMORY_SCRIPT],
    memoryMiB: MEMORY_MIB,
    pids: 256,
    judge: judgeMemory,
  },
  {
    id: 'processes',
    title: 'The number of its processes ends',
    risk: 'process-limit',
    program: 'node',
    args: ['--eval', PROCESS_SCRIPT, String(MOST_PIDS)],
    memoryMiB: 1024,
    pids: PIDS,
    judge: judgeProcesses,
  },
  {
    id: 'native-paths',
    title: 'OpenClaw can have the kernel contain its paths (openat2)',
    risk: 'native-paths',
    program: 'perl',
    args: ['-e', OPENAT2_SCRIPT],
    memoryMiB: 512,
    pids: 256,
    judge: ({ code, output }) =>
      code === 0 && output.trim() === 'known'
        ? { holds: true, seen: 'openat2 is there' }
        : { holds: false, seen: output.trim() === 'unknown' ? 'openat2 is not there' : ended(code, output) },
  },
];

/**
 * Tries on this very host what preset sandboxed relies on: containers without network and data, of an image that is
 * there, that exceed their limits and are then removed.
 * @param image of the gateway: it has Node and perl
 */
export async function checkSandbox(
  ports: Pick<Ports, 'clock'>,
  docker: Docker,
  { image, runtime }: { image: string; runtime: string },
): Promise<SandboxTrial[]> {
  const results: SandboxTrial[] = [];
  const [first, ...others] = TRIALS;
  if (first === undefined) return results;
  results.push(await tryOut(ports, docker, first, image, runtime));
  if (results[0]?.holds !== true) return results;
  // One after the other: each counts what it takes, and two at a time wait for the same processors.
  for (const trial of others) {
    // What hangs once is not waited for twice.
    if (results.some(({ holds, risk }) => !holds && risk === trial.risk)) continue;
    results.push(await tryOut(ports, docker, trial, image, runtime));
  }
  return results;
}

/** What does not hold and was not accepted. */
export function unaccepted(trials: readonly SandboxTrial[], accept: readonly SandboxRisk[]): SandboxTrial[] {
  return trials.filter(({ holds, risk }) => !holds && (risk === undefined || !accept.includes(risk)));
}

async function tryOut(
  { clock }: Pick<Ports, 'clock'>,
  docker: Docker,
  { program, args, memoryMiB, pids, judge, ...trial }: Trial,
  image: string,
  runtime: string,
): Promise<SandboxTrial> {
  const began = clock.monotonicMs();
  const seconds = (): number => (clock.monotonicMs() - began) / 1000;
  let run: Run;
  try {
    const { code, stdout, stderr } = await docker.runOneOff({
      image,
      runtime,
      entrypoint: program,
      args,
      user: '1000:1000',
      memory: memoryMiB * 2 ** 20,
      memoryAndSwap: memoryMiB * 2 ** 20,
      pids,
      timeoutMs: RUN_MS,
    });
    run = { code, output: `${stdout}\n${stderr}`, seconds: seconds() };
  } catch (error) {
    if (!isAppError(error)) throw error;
    run = { code: null, output: '', seconds: seconds() };
  }
  return { ...trial, ...judge(run) };
}

function judgeMemory({ code, output }: Run): Pick<SandboxTrial, 'holds' | 'seen'> {
  const taken = Math.max(0, ...[...output.matchAll(/^taken (\d+)$/gm)].map(([, mib]) => Number(mib)));
  const limit = `the limit is ${MEMORY_MIB} MiB`;
  if (code === null) return { holds: false, seen: `it hung at its limit and had to be removed; ${limit}` };
  if (taken >= MEMORY_MIB) return { holds: false, seen: `it took ${taken} MiB; ${limit}` };
  if (output.includes('ended with') && taken > 0)
    return { holds: true, seen: `only that program was ended, after ${taken} MiB; ${limit}` };
  return code === 0 || taken === 0
    ? { holds: false, seen: ended(code, output) }
    : { holds: true, seen: `ended with ${code} after ${taken} MiB; ${limit}` };
}

function judgeProcesses({ code, output }: Run): Pick<SandboxTrial, 'holds' | 'seen'> {
  const started = Math.max(0, ...[...output.matchAll(/^started (\d+)$/gm)].map(([, count]) => Number(count)));
  const limit = `the limit is ${PIDS}`;
  if (code === null) return { holds: false, seen: `it hung at its limit and had to be removed; ${limit}` };
  if (started >= PIDS) return { holds: false, seen: `it started ${started} processes; ${limit}` };
  if (output.includes('refused') && started > 0)
    return { holds: true, seen: `refused after ${started} processes; ${limit}` };
  return code === 0 || started === 0
    ? { holds: false, seen: ended(code, output) }
    : {
        holds: true,
        seen: `the whole container ended after ${started} processes, exit code ${code}; ${limit}`,
      };
}

function ended(code: number | null, output: string): string {
  const words =
    output
      .trim()
      .split('\n')
      .find((line) => /error|fail|cannot|denied/i.test(line)) ?? '';
  const how = code === null ? 'it did not end, and had to be removed' : `it ended with exit code ${code}`;
  return words === '' ? how : `${how}: ${words.trim().slice(0, 240)}`;
}
