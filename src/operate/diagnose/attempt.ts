import { isAppError } from '../../errors/app-error.ts';
import type { Seen } from './observations.ts';

/** What looking gave; why it could not be looked at, when that is a failure that can be understood. */
export async function attempt<T>(look: () => Promise<T>): Promise<Seen<T>> {
  try {
    return { value: await look() };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { skipped: error.entry.message };
  }
}

export function skip<T>(reason: string): Seen<T> {
  return { skipped: reason };
}
