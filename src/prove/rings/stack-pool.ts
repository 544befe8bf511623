import type { TwinSpec } from '../proof-target.ts';
import type { RunningStack } from '../stack/running-stack.ts';
import { startStack } from '../stack/start-stack.ts';
import { shortLockout } from './gateway-facts.ts';
import { withHostileModel } from './hostile-settings.ts';
import type { Bench } from './ring-group.ts';

/** Stacks that run and are not used now, by the bench that they belong to. */
const idle = new WeakMap<Bench, RunningStack[]>();

/**
 * Runs work on a twin of this specification: one that runs already, where it can become that twin by taking up other
 * settings, which spares a boot; else a new one. What runs is kept for the next, and goes with the lab.
 */
export async function withStack<Result>(
  bench: Bench,
  spec: TwinSpec,
  work: (stack: RunningStack) => Promise<Result>,
): Promise<Result> {
  const stack =
    (await adopted(bench, spec)) ??
    (await startStack(bench.lab, spec, { adaptConfig: (config) => withHostileModel(shortLockout(config)) }));
  try {
    const result = await work(stack);
    keep(bench, stack);
    return result;
  } catch (error) {
    // In a state that nobody knows.
    await stack.close();
    throw error;
  }
}

async function adopted(bench: Bench, spec: TwinSpec): Promise<RunningStack | undefined> {
  const waiting = idle.get(bench) ?? [];
  for (const stack of [...waiting]) {
    // Taken away first: another worker must not get the same.
    waiting.splice(waiting.indexOf(stack), 1);
    if (await stack.adopt(spec)) return stack;
    waiting.push(stack);
  }
  return undefined;
}

function keep(bench: Bench, stack: RunningStack): void {
  const waiting = idle.get(bench) ?? [];
  idle.set(bench, waiting);
  waiting.push(stack);
}
