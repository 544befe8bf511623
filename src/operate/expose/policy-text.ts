import { exposePolicyNotEdited } from '../../errors/expose-errors.ts';
import { editPolicy } from '../../policy/edit.ts';
import { DEFAULT_ACME_DIRECTORY, type HttpsAccess } from '../../policy/https-access.ts';
import type { TailscaleAccess } from '../../policy/tailscale-access.ts';
import { PATHS } from '../../render/layout.ts';

/**
 * The text of clawproof.yaml with another `access.https`, null = none.
 * @throws AppError `expose-policy-not-edited`
 */
export function editHttps(text: string, https: HttpsAccess | null): string {
  const edit = { key: 'access.https', value: https === null ? null : written(https) };
  return editPolicy(text, [edit], PATHS.policy, exposePolicyNotEdited);
}

/**
 * The same for `access.tailscale`.
 * @throws AppError `expose-policy-not-edited`
 */
export function editTailscale(text: string, tailscale: TailscaleAccess | null): string {
  const edit = { key: 'access.tailscale', value: tailscale === null ? null : { ...tailscale } };
  return editPolicy(text, [edit], PATHS.policy, exposePolicyNotEdited);
}

/** Without what is so by itself. */
function written(https: HttpsAccess): Record<string, string | number | boolean | null | string[]> {
  const { domain, addresses, port, redirectPort, certificate, acmeDirectory, acmeCa, allow, clientCa, basicAuth } = https; // prettier-ignore
  return {
    domain,
    addresses,
    ...(port === 443 ? {} : { port }),
    ...(redirectPort === 80 ? {} : { redirectPort }),
    certificate,
    ...(acmeDirectory === DEFAULT_ACME_DIRECTORY ? {} : { acmeDirectory }),
    ...(acmeCa ? { acmeCa } : {}),
    ...(allow.length === 0 ? {} : { allow }),
    ...(clientCa ? { clientCa } : {}),
    ...(basicAuth ? { basicAuth } : {}),
  };
}
