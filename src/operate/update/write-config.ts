import { PATHS } from '../../render/layout.ts';
import { type OwnerContext, readOwned, writeOwned } from '../container-owner.ts';

/** Writes openclaw.json as the gateway's user has it; nothing where it says that already. */
export async function writeGatewayConfig(owner: OwnerContext, folder: string, text: string): Promise<void> {
  if ((await readOwned(owner, folder, PATHS.openclawConfig)) === text) return;
  await writeOwned(owner, folder, {
    path: PATHS.openclawConfig,
    text,
    mode: 0o600,
    owner: 'container',
    readBy: ['gateway'],
  });
}
