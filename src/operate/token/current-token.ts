import { noToken } from '../../errors/token-errors.ts';
import { PATHS } from '../../render/layout.ts';
import { type OwnerContext, ownerContext, readOwned } from '../container-owner.ts';
import type { Session } from '../session.ts';
import { pinsFrom } from '../up/file-set.ts';
import type { Ports } from '../../ports/ports.ts';

/** What is needed to look at a deployment's token. */
export type TokenContext = Session & { ports: Ports; toolVersion: string };

/** How files of the gateway's user are reached in this deployment. */
export function tokenOwner(context: TokenContext): OwnerContext {
  return ownerContext(context, pinsFrom(context.policy, context.lock, context.toolVersion).images.gateway);
}

/**
 * The token as it stands in its file.
 * @throws AppError `no-token` when there is none
 */
export async function currentToken(context: TokenContext): Promise<string> {
  const text = await readOwned(tokenOwner(context), context.path, PATHS.gatewayToken);
  const token = text?.trim() ?? '';
  if (token === '') throw noToken(context.path);
  return token;
}
