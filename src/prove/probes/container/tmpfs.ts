import type { ExecAttempt } from '../../payload/files.ts';
import type { FillAttempt } from '../../payload/limits.ts';
import type { Judgement, Probe } from '../../probe.ts';
import type { ProofTarget } from '../../proof-target.ts';
import { count, fail, few, judgeResult, pass, sizeText, skip, unclear } from '../judgement.ts';

export const tmpfsExec: Probe = {
  id: 'tmpfs-exec',
  ring: 'container',
  title: 'No program starts from a temporary folder',
  why: 'What an intruder downloads to /tmp runs at once, and no trace of it stays in the image or the volume.',
  measures: ['read-only-root'],
  rows: ['G7'],
  expects: 'a program put into each temporary folder is refused by the kernel with EACCES',
  weakenedBy: ['exec-tmpfs'],
  attempts: () => [{ id: 'execute', at: 'cell', run: 'executeInTmpfs', params: {}, timeoutMs: 30_000 }],
  judge: (seen) => judgeResult<Record<string, ExecAttempt>>(seen, 'execute', judgeExec),
};

function judgeExec(attempts: Record<string, ExecAttempt>): Judgement {
  const entries = Object.entries(attempts);
  const ran = entries.filter(([, { result }]) => result === 'ran').map(([path]) => path);
  if (ran.length > 0) return fail(`a program that was put into ${few(ran)} was started`);
  if (entries.length === 0) return unclear('no temporary folder that could be written was found');
  const odd = entries.filter(([, { result }]) => result !== 'EACCES');
  if (odd.length > 0) return unclear(odd.map(([path, { result }]) => `${path}: ${result}`).join(', '));
  return pass(
    `refused with EACCES in ${few(
      entries.map(([path]) => path),
      6,
    )}`,
  );
}

/** A tmpfs is memory: one larger than this is filled only so far as shows that it takes it. */
const MOST_BYTES = 2 ** 30;

/** No more than the half of what the container may have: what is in a tmpfs counts as its memory. */
function mostBytes({ gateway }: ProofTarget): number {
  return Math.min(MOST_BYTES, Math.floor((gateway.limits?.memoryBytes ?? 2 * MOST_BYTES) / 2));
}

export const tmpfsSize: Probe = {
  id: 'tmpfs-size',
  ring: 'container',
  title: 'Temporary folders end at a size',
  why: 'A tmpfs without a size takes half of the memory of the host, or all of the memory of the container, which then is killed.',
  measures: [],
  rows: ['G5', 'G7'],
  expects: 'writing ends with ENOSPC at the size of each temporary folder',
  weakenedBy: ['unsized-tmpfs'],
  attempts: (target) => [
    { id: 'fill', at: 'cell', run: 'fillTmpfs', params: { most: mostBytes(target) }, timeoutMs: 30_000 },
  ],
  judge: (seen) => judgeResult<Record<string, FillAttempt>>(seen, 'fill', judgeFilled),
};

function judgeFilled(attempts: Record<string, FillAttempt>): Judgement {
  const entries = Object.entries(attempts);
  const open = entries.filter(([, { refused, unable }]) => refused === undefined && unable === undefined);
  if (open.length > 0) {
    const texts = open.map(
      ([path, { written, size }]) =>
        `${path} took ${sizeText(written)} and would take ${size === 0 ? 'more without end' : sizeText(size)}`,
    );
    return fail(few(texts));
  }
  if (entries.length === 0) return unclear('no temporary folder that could be written was found');
  const left = entries.find(([, { unable }]) => unable !== undefined);
  if (left !== undefined) return skip(`${left[0]} was not filled: ${left[1].unable}`);
  const odd = entries.filter(([, each]) => each.refused !== 'ENOSPC' || each.written > each.size);
  if (odd.length > 0)
    return unclear(
      odd
        .map(([path, { refused, written }]) => `${path}: ${refused} after ${count(written, 'byte')}`)
        .join(', '),
    );
  return pass(`ENOSPC: ${entries.map(([path, { size }]) => `${path} at ${sizeText(size)}`).join(', ')}`);
}
