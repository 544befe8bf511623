/**
 * Asks again and again until the answer is something else than false, null and undefined.
 * @param everyMs short for a moment that is soon over
 * @throws when `seconds` are over, with what was waited for and the last error
 */
export async function waitFor<T>(
  what: string,
  seconds: number,
  ask: () => Promise<T> | T,
  everyMs = 250,
): Promise<Exclude<T, false | null | undefined>> {
  const end = performance.now() + seconds * 1000;
  let reason = '';
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== false && answer !== null && answer !== undefined)
        return answer as Exclude<T, false | null | undefined>;
    } catch (error) {
      reason = `: ${String(error)}`;
    }
    if (performance.now() > end) throw new Error(`${what}: not within ${seconds} s${reason}`);
    await pause(everyMs);
  }
}

export async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
