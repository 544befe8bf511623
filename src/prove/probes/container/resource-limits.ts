import type { CgroupState } from '../../payload/cgroup-files.ts';
import type {
  MemoryAttempt,
  OpenFilesAttempt,
  ProcessesAttempt,
  ProcessorAttempt,
} from '../../payload/limits.ts';
import type { Judgement, Probe } from '../../probe.ts';
import { count, fail, judgeResult, pass, sizeText, skip, unclear } from '../judgement.ts';

const MIB = 2 ** 20;

/** Without a limit no more is started than a host of any size bears. */
const PROCESSES = { unlimited: 1024, most: 4096, beyond: 16 };

export const processLimit: Probe = {
  id: 'process-limit',
  ring: 'container',
  title: 'The number of processes ends',
  why: 'A fork bomb, or a runaway script of the agent, takes all processes that the host has: nobody can log in to end it.',
  measures: ['resource-limits'],
  findingKeys: ['pids'],
  rows: ['G5', 'H4'],
  expects: 'the kernel refuses a process (EAGAIN) at the declared limit',
  weakenedBy: ['resource-limits'],
  attempts: ({ gateway }) => {
    const declared = gateway.limits?.pids;
    if (declared !== undefined && declared > PROCESSES.most)
      return { skipped: `its limit of ${declared} processes is more than is started here` };
    const most = declared === undefined ? PROCESSES.unlimited : declared + PROCESSES.beyond;
    return [
      { id: 'start', at: 'cell', run: 'startProcesses', params: { most }, alone: true, timeoutMs: 60_000 },
    ];
  },
  judge: (seen, { gateway }) =>
    judgeResult<ProcessesAttempt>(seen, 'start', (attempt) => judgeProcesses(attempt, gateway.limits?.pids)),
};

function judgeProcesses(
  { started, refused, counted, limit }: ProcessesAttempt,
  declared: number | undefined,
): Judgement {
  if (refused === undefined)
    return fail(`it started ${count(started, 'process', 'processes')}, and nothing stopped it`);
  if (refused !== 'EAGAIN')
    return unclear(`after ${count(started, 'process', 'processes')} starting ended with ${refused}`);
  const enforced = limit ?? declared;
  if (enforced === undefined)
    return fail(
      `it started ${count(started, 'process', 'processes')} before something else than a limit of its own stopped it`,
    );
  if (declared !== undefined && enforced > declared)
    return fail(`it may have ${enforced} processes, not ${declared}`);
  if ((counted ?? started) > enforced)
    return unclear(`${counted ?? started} processes were counted with a limit of ${enforced}`);
  return pass(`EAGAIN with ${counted ?? started} processes, the limit is ${enforced}`);
}

/** Without a limit only so much is taken as shows that nothing stops it. */
const MEMORY = { unlimited: 512 * MIB, beyond: 64 * MIB };

export const memoryLimit: Probe = {
  id: 'memory-limit',
  ring: 'container',
  title: 'Memory ends, and only what took it is killed',
  why: 'A leak or a greedy command takes the memory of the host, and the kernel then kills whatever it likes there.',
  measures: ['resource-limits'],
  findingKeys: ['memory'],
  rows: ['G5', 'H4'],
  expects: 'a process that takes more memory than the limit is killed (SIGKILL), and the container goes on',
  weakenedBy: ['no-memory-limit'],
  attempts: ({ gateway }) => {
    const declared = gateway.limits?.memoryBytes;
    const most = declared === undefined ? MEMORY.unlimited : declared + MEMORY.beyond;
    return [
      {
        id: 'take',
        at: 'cell',
        run: 'takeMemory',
        params: { most, unlimited: MEMORY.unlimited },
        alone: true,
        timeoutMs: 90_000,
      },
    ];
  },
  judge: (seen, { gateway }) =>
    judgeResult<MemoryAttempt>(seen, 'take', (attempt) => judgeMemory(attempt, gateway.limits?.memoryBytes)),
};

function judgeMemory(attempt: MemoryAttempt, declared: number | undefined): Judgement {
  const { written, signal, status, refused, cgroup, oomKillsBefore } = attempt;
  if (refused !== undefined) return skip(refused);
  const taken = sizeText(written);
  if (signal === null && status === 0) return fail(`it took ${taken} of memory, and nothing stopped it`);
  const limit = cgroup.memoryBytes;
  if (limit === undefined) return fail(`nothing limits its memory: after ${taken} something else ended it`);
  if (declared !== undefined && limit > declared)
    return fail(`it may take ${sizeText(limit)} of memory, not ${sizeText(declared)}`);
  if (signal !== 'SIGKILL') return unclear(`after ${taken} the process ended with ${signal ?? status}`);
  const kills = cgroup.oomKills === undefined ? undefined : cgroup.oomKills - (oomKillsBefore ?? 0);
  if (kills === 0) return unclear(`after ${taken} the process was killed, but not by the memory limit`);
  return pass(`killed after ${taken}, the limit is ${sizeText(limit)}; the container went on`);
}

export const swapLimit: Probe = {
  id: 'swap-limit',
  ring: 'container',
  title: 'Swap adds nothing to the memory limit',
  why: 'A leak that goes on in swap makes the host slow for hours, instead of ending in a restart.',
  measures: ['resource-limits'],
  findingKeys: ['swap', 'memory'],
  rows: ['G5', 'H4'],
  expects: 'the kernel allows no more memory and swap together than memory',
  weakenedBy: ['swap-beyond-memory', 'no-memory-limit'],
  attempts: () => [{ id: 'limits', at: 'cell', run: 'cgroup', params: {} }],
  judge: (seen) => judgeResult<CgroupState>(seen, 'limits', judgeSwap),
};

function judgeSwap({ memoryBytes, memoryAndSwapBytes, countsSwap }: CgroupState): Judgement {
  if (!countsSwap) return skip('this kernel does not count swap for a container');
  if (memoryBytes === undefined) return fail('nothing limits its memory, and nothing its swap');
  if (memoryAndSwapBytes === undefined)
    return fail(`beyond its ${sizeText(memoryBytes)} of memory it may take any amount of swap`);
  const swap = memoryAndSwapBytes - memoryBytes;
  return swap > 0
    ? fail(`beyond its ${sizeText(memoryBytes)} of memory it may take ${sizeText(swap)} of swap`)
    : pass(`the kernel holds memory and swap together at ${sizeText(memoryAndSwapBytes)}`);
}

export const processorLimit: Probe = {
  id: 'processor-limit',
  ring: 'container',
  title: 'Processor time ends',
  why: 'A loop of the agent, or a miner that an intruder starts, takes all processors of the host.',
  measures: ['resource-limits'],
  findingKeys: ['cpus'],
  rows: ['G5', 'H4'],
  expects: 'busy threads are held back by the kernel when they used the declared quota',
  weakenedBy: ['no-processor-limit'],
  attempts: () => [{ id: 'compute', at: 'cell', run: 'useProcessors', params: {}, timeoutMs: 30_000 }],
  judge: (seen, { gateway }) =>
    judgeResult<ProcessorAttempt>(seen, 'compute', (attempt) =>
      judgeProcessors(attempt, gateway.limits?.cpus),
    ),
};

/** A quota is given out in slices: for a short time a little more than it is used. */
const TOLERANCE = 1.3;

function judgeProcessors(attempt: ProcessorAttempt, declared: number | undefined): Judgement {
  const { used, processors, elapsedMs, periods, throttled } = attempt;
  const share = `${used.toFixed(2)} processors over ${elapsedMs} ms`;
  if (periods === undefined || throttled === undefined)
    return skip('this kernel keeps no account of processor time for a container');
  if (periods === 0) return fail(`it used ${share}, and no quota was held against it`);
  if (declared !== undefined && used > declared * TOLERANCE + 0.2)
    return fail(`it used ${share}, more than the declared ${declared}`);
  if (throttled > 0) {
    const quota = declared === undefined ? '' : `; the quota is ${declared}`;
    return pass(`held back in ${throttled} of ${periods} periods after using ${share}${quota}`);
  }
  if (declared !== undefined && declared >= processors)
    return skip(
      `its quota of ${declared} is all that this host has, so there is nothing to be held back from; the kernel enforces it (${count(periods, 'period')})`,
    );
  return skip(`the host is too busy to tell: it used ${share} and was not held back`);
}

/** No ordinary program needs more; without a limit this many are opened. */
const FILES = { unlimited: 65_536, most: 1_048_576, beyond: 16 };

export const openFileLimit: Probe = {
  id: 'open-file-limit',
  ring: 'container',
  title: 'The number of open files ends',
  why: 'A process that opens files and connections without end takes the tables of the kernel that all containers share.',
  measures: [],
  rows: ['G5'],
  expects: 'the kernel refuses to open a file (EMFILE) at the declared limit',
  weakenedBy: ['no-open-file-limit'],
  attempts: ({ gateway }) => {
    const declared = gateway.limits?.openFiles;
    if (declared !== undefined && declared > FILES.most)
      return { skipped: `its limit of ${declared} open files is more than are opened here` };
    const most = declared === undefined ? FILES.unlimited : declared + FILES.beyond;
    return [{ id: 'open', at: 'cell', run: 'openFiles', params: { most }, timeoutMs: 30_000 }];
  },
  judge: (seen, { gateway }) =>
    judgeResult<OpenFilesAttempt>(seen, 'open', (attempt) => judgeFiles(attempt, gateway.limits?.openFiles)),
};

function judgeFiles({ opened, refused, unable }: OpenFilesAttempt, declared: number | undefined): Judgement {
  if (unable !== undefined) return skip(unable);
  if (refused === undefined) return fail(`a process opened ${count(opened, 'file')}, and nothing stopped it`);
  if (refused !== 'EMFILE') return unclear(`after ${count(opened, 'file')} opening ended with ${refused}`);
  if (declared !== undefined && opened > declared)
    return fail(`a process may open ${opened} files, not ${declared}`);
  return pass(
    `EMFILE after ${count(opened, 'file')}${declared === undefined ? ", the engine's own limit" : `, the limit is ${declared}`}`,
  );
}
