import type { RenderedFile } from '../render/file-set.ts';
import { PATHS } from '../render/layout.ts';
import { type OwnerContext, writeOwned } from './container-owner.ts';

/** openclaw.json with this text: the gateway's user owns it, and its CLI rewrites it. */
export function gatewayConfigFile(text: string): RenderedFile {
  return { path: PATHS.openclawConfig, text, mode: 0o600, owner: 'container', readBy: ['gateway'] };
}

/** Writes openclaw.json in one step, as the gateway's user has it. */
export async function writeGatewayConfig(owner: OwnerContext, folder: string, text: string): Promise<void> {
  await writeOwned(owner, folder, gatewayConfigFile(text));
}
