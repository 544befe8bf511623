import type { Ports } from '../../ports/ports.ts';
import { openSession } from '../session.ts';
import { currentToken } from './current-token.ts';

/**
 * The token of a deployment, for the person in front of the terminal.
 * @throws AppError `no-token`, and those of `openSession`
 */
export async function readOwnToken(ports: Ports, folder: string, toolVersion: string): Promise<string> {
  return currentToken({ ...(await openSession(ports, folder)), ports, toolVersion });
}
