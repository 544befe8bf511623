import { formatLock } from '../../engine/lock-file.ts';
import type { Policy } from '../../policy/policy.ts';
import { PRESETS } from '../../policy/presets.ts';
import type { TailscaleAccess } from '../../policy/tailscale-access.ts';
import { exposeWrongValue } from '../../errors/expose-errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { ChangeContext } from '../change/change.ts';
import { type ChangeRequest, runChange } from '../change/run-change.ts';
import type { Check } from '../up/types.ts';
import { readGiven, requireReady } from './expose.ts';
import { type ExposeMemo, exposeTailscaleChange } from './expose-change.ts';
import { absentBefore } from './first-time.ts';
import { editTailscale } from './policy-text.ts';
import { requireUserFiles } from './user-files.ts';

export interface TailscaleSidecarRequest {
  tailscale: TailscaleAccess;
  /** Absolute path of a file with the key; absent where it is in the folder already. */
  keyFile?: string;
}

export interface TailscaleSidecarResult {
  url: string;
  tailscale: TailscaleAccess;
  checks: Check[];
}

/**
 * Starts a Tailscale beside the gateway and proves what can be proved of it from here.
 * @throws AppError; then all is as it was, unless it says something else
 */
export async function exposeTailscale(
  ports: Ports,
  request: ChangeRequest,
  { tailscale, keyFile }: TailscaleSidecarRequest,
): Promise<TailscaleSidecarResult> {
  const memo = await runChange(ports, request, exposeTailscaleChange, (context) =>
    begin(context, tailscale, keyFile),
  );
  return { url: `https://${tailscale.name}/`, tailscale, checks: memo.checks ?? [] };
}

async function begin(
  context: ChangeContext,
  tailscale: TailscaleAccess,
  keyFile: string | undefined,
): Promise<ExposeMemo> {
  const { ports, policyText, lock, path } = context;
  requireIngress(context.policy);
  await requireReady(context, 'clawproof expose tailscale');
  const given = await readGiven(ports, keyFile === undefined ? {} : { tailscaleKey: keyFile }, '');
  if (keyFile === undefined) await requireUserFiles(ports.files, path, { https: null, tailscale });
  return {
    before: policyText,
    after: editTailscale(policyText, tailscale),
    lockBefore: formatLock(lock),
    given,
    absent: await absentBefore(context),
  };
}

function requireIngress({ preset }: Policy): void {
  if (!PRESETS[preset].hasEgress)
    throw exposeWrongValue('--sidecar', preset, 'is a preset without an ingress; use preset caged');
}
