import { openYaml } from '../../documents/yaml-edit/edit-yaml.ts';
import { exposePolicyNotEdited } from '../../errors/expose-errors.ts';
import { DEFAULT_ACME_DIRECTORY, type HttpsAccess } from '../../policy/https-access.ts';

/**
 * The text of clawproof.yaml with another `access.https`, null = none; all else, comments too, stays as it is.
 * @throws AppError `expose-policy-not-edited`
 */
export function editHttps(text: string, https: HttpsAccess | null): string {
  const editor = openYaml(text);
  if ('why' in editor) throw exposePolicyNotEdited(editor.why);
  const refused =
    https === null ? editor.remove(['access', 'https'], 1) : editor.set(['access', 'https'], written(https));
  if (refused !== undefined) throw exposePolicyNotEdited(refused.why);
  return editor.text();
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
