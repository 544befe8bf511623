import type { Settings } from '../../measures/settings.ts';
import type { TwinSpec } from '../proof-target.ts';
import type { RunningStack } from '../stack/running-stack.ts';
import { scriptsFolderOf, withOwnScript } from '../stack/scripts-folder.ts';
import { machineryOf } from '../stack/stack-plan.ts';
import { startStack } from '../stack/start-stack.ts';
import { shortLockout } from './gateway-facts.ts';
import { withHostileModel } from './hostile-settings.ts';
import type { Bench } from './ring-group.ts';

interface Pool {
  /** What all that is kept was made of: the machinery of the first twin of the bench. */
  kind: string;
  /** Stacks that run and are not used now. */
  idle: RunningStack[];
}

const pools = new WeakMap<Bench, Pool>();

/**
 * Runs work on a twin of this specification: one that runs already, where it can become that twin by taking up other
 * settings, which spares a boot; else a new one. What runs is kept for the next, and goes with the lab.
 */
export async function withStack<Result>(
  bench: Bench,
  spec: TwinSpec,
  work: (stack: RunningStack) => Promise<Result>,
): Promise<Result> {
  const withScript = scriptsFolderOf(spec) === undefined ? (config: Settings) => config : withOwnScript;
  const stack =
    (await adopted(bench, spec)) ??
    (await startStack(bench.lab, spec, {
      adaptConfig: (config) => withHostileModel(withScript(shortLockout(config))),
    }));
  try {
    const result = await work(stack);
    // Of another kind nobody needs a second one, and each takes as much memory as a gateway.
    if (poolOf(bench, spec).kind === machineryOf(spec)) poolOf(bench, spec).idle.push(stack);
    else await stack.close();
    return result;
  } catch (error) {
    // In a state that nobody knows. What cannot be removed now, the lab removes.
    await stack.close().catch(() => undefined);
    throw error;
  }
}

/** No wait between the choice and its removal: another worker must not get the same, nor miss it meanwhile. */
async function adopted(bench: Bench, spec: TwinSpec): Promise<RunningStack | undefined> {
  const { idle } = poolOf(bench, spec);
  const index = idle.findIndex((stack) => stack.canAdopt(spec));
  const [stack] = index === -1 ? [] : idle.splice(index, 1);
  await stack?.adopt(spec);
  return stack;
}

function poolOf(bench: Bench, spec: TwinSpec): Pool {
  const pool = pools.get(bench) ?? { kind: machineryOf(spec), idle: [] };
  pools.set(bench, pool);
  return pool;
}
