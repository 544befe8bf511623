/**
 * What came of one thing that was tried: "done", or the name of the kernel's refusal (EROFS, EACCES …). Anything that is no
 * refusal of the kernel is thrown on.
 */
export function codeOf(work: () => unknown, done = 'done'): string {
  // Thousands of refusals are expected; nobody reads where they were met.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    work();
    return done;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    return code;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** The result of reading something, or what stands for its absence. */
export function orElse<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch {
    return otherwise;
  }
}

/** Names of files that are made for a moment. */
export const MARK = '.clawproof-proof';
