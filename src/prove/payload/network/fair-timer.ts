const TICK_MS = 50;

/**
 * Calls `act` after so many milliseconds in which this process got to run. A connection that stands in the kernel while the
 * process waits for a processor must not count as one that never came about: between two ticks, what has come is handled.
 * @returns what stops it
 */
export function afterFair(ms: number, act: () => void): () => void {
  let left = ms;
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    timer = setTimeout(
      () => {
        left -= TICK_MS;
        if (left > 0) wait();
        else act();
      },
      Math.min(TICK_MS, left),
    );
  };
  wait();
  return () => clearTimeout(timer);
}
