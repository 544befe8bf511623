import type { ImageContext } from './image-engine.ts';

/**
 * Does pieces of work at the same time. When one fails, the others are stopped and waited for, so that nothing goes on
 * in the background, and the first failure is thrown.
 */
export async function together<T extends readonly unknown[]>(
  context: ImageContext,
  work: (context: ImageContext) => { [K in keyof T]: Promise<T[K]> },
): Promise<T> {
  const stop = new AbortController();
  const signal = AbortSignal.any([context.ports.signal, stop.signal]);
  let failure: { error: unknown } | null = null;
  const pieces = work({ ...context, ports: { ...context.ports, signal } }).map((piece) =>
    Promise.resolve(piece).catch((error: unknown) => {
      failure ??= { error };
      stop.abort(error);
    }),
  );
  const results = await Promise.all(pieces);
  if (failure !== null) throw (failure as { error: unknown }).error;
  return results as unknown as T;
}
