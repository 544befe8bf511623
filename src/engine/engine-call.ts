import { engineAnswerUnreadable, engineCallFailed } from '../errors/engine-errors.ts';
import type { EngineConnection, EngineRequest } from '../ports/engine-api.ts';
import { classifyEngineFailure } from './engine-failure.ts';

export interface EngineCall extends EngineRequest {
  /** Statuses that are no failure, beside those below 400. */
  accept?: readonly number[];
}

/**
 * Asks the engine for something.
 * @returns the answer as parsed JSON with its status; `value` is undefined when the answer is empty or an accepted failure
 * @throws AppError with the engine's own words when it refuses
 */
export async function callEngine<T>(
  connection: EngineConnection,
  { accept = [], ...request }: EngineCall,
): Promise<{ status: number; value: T | undefined }> {
  const { status, body } = await connection.request(request);
  if (status < 400) return { status, value: body.trim() === '' ? undefined : parse<T>(request.action, body) };
  if (accept.includes(status)) return { status, value: undefined };
  const words = messageOf(body);
  throw engineCallFailed(request.action, classifyEngineFailure(words), words);
}

function parse<T>(action: string, body: string): T {
  try {
    return JSON.parse(body) as T;
  } catch {
    throw engineAnswerUnreadable(action, body);
  }
}

function messageOf(body: string): string {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    if (typeof message === 'string') return message.trim();
  } catch {
    // A proxy before the engine answers in its own way.
  }
  return body.trim().slice(0, 200) || 'no message';
}
