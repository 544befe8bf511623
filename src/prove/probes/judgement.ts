import type { Judgement, Seen } from '../probe.ts';

export function pass(observed: string): Judgement {
  return { state: 'pass', observed };
}

/** @param measure who has to mend it, where it is not the first of the probe's measures */
export function fail(observed: string, measure?: string): Judgement {
  return measure === undefined ? { state: 'fail', observed } : { state: 'fail', observed, measure };
}

export function skip(reason: string): Judgement {
  return { state: 'skipped', reason };
}

export function unclear(reason: string): Judgement {
  return { state: 'error', reason };
}

/** Judges one attempt by its result. Without an observation, or with one of a failure to try, nothing is known. */
export function judgeResult<Result>(seen: Seen, id: string, judge: (result: Result) => Judgement): Judgement {
  const observation = seen.get(id);
  if (observation === undefined) return unclear(`${id} came to no end`);
  if ('error' in observation) return unclear(`${id} could not be tried: ${observation.error}`);
  return judge(observation.result as Result);
}

/** Names the first few of many: "a, b and 3 more". */
export function few(names: readonly string[], most = 3): string {
  if (names.length <= most + 1)
    return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : (names[0] ?? '');
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}

/** "1 process", "3 processes". */
export function count(amount: number, one: string, many = `${one}s`): string {
  return `${amount} ${amount === 1 ? one : many}`;
}

/** Bytes as people write limits: "256 MiB", "2 GiB". */
export function sizeText(bytes: number): string {
  const units: [number, string][] = [
    [2 ** 30, 'GiB'],
    [2 ** 20, 'MiB'],
    [2 ** 10, 'KiB'],
  ];
  const [size, unit] = units.find(([each]) => bytes >= each) ?? [1, 'bytes'];
  return `${Number((bytes / size).toFixed(1))} ${unit}`;
}
