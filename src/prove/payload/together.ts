import type { AttemptLine, Observation, PayloadFunction } from './protocol.ts';

/**
 * Makes attempts side by side that do not disturb each other: most of the network's wait for answers that do not come.
 * @param functions asked for when it is used: it is one of them itself
 */
export function createTogether(functions: () => Readonly<Record<string, PayloadFunction>>): PayloadFunction {
  const attempt = async ({ run, params, timeoutMs }: AttemptLine): Promise<Observation> => {
    const known = Object.hasOwn(functions(), run) ? functions()[run] : undefined;
    if (known === undefined) return { error: `the payload knows no function ${run}` };
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Observation>((resolve) => {
      timer = setTimeout(() => resolve({ error: `no end within ${timeoutMs} ms` }), timeoutMs);
    });
    const made = Promise.resolve()
      .then(() => known(params as never))
      .then(
        (result): Observation => ({ result: result ?? null }),
        (error: unknown): Observation => ({ error: error instanceof Error ? error.message : String(error) }),
      );
    return Promise.race([made, late]).finally(() => clearTimeout(timer));
  };
  return async ({ attempts }: { attempts: readonly AttemptLine[] }) =>
    Object.fromEntries(
      await Promise.all(
        attempts.map(async (each): Promise<[string, Observation]> => [each.id, await attempt(each)]),
      ),
    );
}
