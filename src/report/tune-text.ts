import type { LoadKind } from '../operate/tune/load.ts';
import type { TuneResult } from '../operate/tune/tune.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

const LOAD_WORDS: Readonly<Record<LoadKind, string>> = {
  page: 'the dashboard’s page',
  health: '/healthz',
  ready: '/readyz',
  socket: 'a WebSocket that is closed after a second',
  tool: 'a list of sessions through /tools/invoke, with the token',
};

/** `clawproof tune` for people. `diff` is that of clawproof.yaml. */
export function tuneText(result: TuneResult, diff: string, style: Style, width: number): string {
  return [
    measuredSection(result, style),
    adviceSection(result, style, width),
    warningSection(result, style),
    changeSection(result, diff),
  ]
    .filter((section) => section !== '')
    .join('\n');
}

function measuredSection({ figures, load }: TuneResult, style: Style): string {
  const lines = [
    style.bold(
      load === null
        ? `Your own use, watched for ${whole(figures.seconds)} s`
        : `A load for ${load.seconds} s`,
    ),
    ...(load === null ? [] : loadLines(load)),
    style.dim(
      `Read from the container's cgroup ${figures.layout}, inside the container, ${figures.samples} times.`,
    ),
    '',
    ...figureLines(figures),
  ];
  return `${lines.join('\n')}\n`;
}

function loadLines(load: NonNullable<TuneResult['load']>): string[] {
  const asked = (Object.keys(LOAD_WORDS) as LoadKind[]).filter((kind) => load.requests[kind] > 0);
  const unexpected = Object.entries(load.unexpected).map(([what, times]) => `${what}: ${times}`);
  return [
    `  ${load.parallel} calls at a time, on 127.0.0.1:`,
    ...asked.map((kind) => `  ${String(load.requests[kind]).padStart(6)}  ${LOAD_WORDS[kind]}`),
    ...(unexpected.length === 0 ? [] : [`  Not answered as expected: ${unexpected.join(', ')}`]),
    ...(load.stopped === null ? [] : [`  Ended early: ${load.stopped}.`]),
  ];
}

function figureLines({ memory, cpu, pids, openFiles }: TuneResult['figures']): string[] {
  const peak =
    memory.peakSinceStart === null
      ? 'this kernel keeps no peak, so what was shorter than a second is not in it'
      : `${mib(memory.peakSinceStart)} at most since the start, with files that the kernel keeps as long as there is room`;
  return [
    `  memory       ${mib(memory.needed)} needed at most; ${peak}`,
    `  processors   ${cpu.mean.toFixed(2)} on average, ${cpu.peak.toFixed(2)} in the busiest second; cut off in ${Math.round(cpu.throttled * 100)} % of the time`,
    `  processes    ${pids.peak} with threads, at most ${pids.sinceStart ? 'since the start' : 'while watched'}`,
    `  open files   ${openFiles.peak} in one process`,
  ];
}

function adviceSection({ advice }: TuneResult, style: Style, width: number): string {
  const rows = advice.map(({ key, current, suggested, reason }) => [
    key,
    current,
    suggested === null ? style.green('fits') : style.yellow(String(suggested)),
    reason,
  ]);
  const columns = [{ title: 'limit' }, { title: 'now' }, { title: 'better' }, { title: 'why' }];
  return table(columns, rows, { width, heading: style.dim });
}

function warningSection({ warnings }: TuneResult, style: Style): string {
  if (warnings.length === 0) return '';
  return `${style.red('With the limits as they are')}\n${warnings.map((warning) => `  - ${warning}`).join('\n')}\n`;
}

function changeSection({ change, written, load }: TuneResult, diff: string): string {
  if (change === null)
    return load === null
      ? 'Nothing to change.\n'
      : `Nothing to change. A load shows what is too little, not what is too much: "clawproof tune --watch 10m" watches your own use.\n`;
  const end = written
    ? 'Written. To apply it, which restarts the gateway: clawproof up\n'
    : 'Nothing was written. To write this: clawproof tune --write\n';
  return `${diff}\n${end}`;
}

function mib(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)} MiB`;
}

function whole(seconds: number): number {
  return Math.round(seconds);
}
