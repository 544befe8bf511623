/** Templates and public keys hold no secret, whatever they are called. */
const templatePattern =
  /[._-](?:example|sample|template|tmpl|dist|defaults?|pub|schema)(?:\.[a-z]+)?$|\.(?:md|ts|js|mjs|py|go|sh)$/i;
const secretPattern =
  /(?:^|\/)(?:\.env(?:[._-][^/]*)?|[^/]+\.env|(?:openclaw|clawdbot|moltbot)\.json5?|auth-profiles\.json|\.npmrc|\.netrc|\.pypirc|\.git-credentials|\.htpasswd|id_(?:rsa|dsa|ecdsa|ed25519)|[^/]*\.(?:key|pem|p12|pfx|keystore|jks))$/i;
/** Folders in which everything is a secret. */
const secretFolderPattern = /(?:^|\/)(?:\.?secrets|credentials)\/[^/]+$/i;
/** What editors, programs and people leave beside a file. */
const leftoverPattern =
  /(?:[._-](?:bak|old|orig|backup|save[d]?|copy|prev|disabled|swp|swo|tmp|rej|dpkg-old|rpmsave)(?:[._-]?\d+)*|\.bak[._-][^/]*|~|\.\d{6,14})$/i;
const editorPattern = /(?:^|\/)(?:\.#?([^/]+)\.sw[a-p]|#([^/]+)#|\.#([^/]+))$/;
/** Records in which OpenClaw keeps what was changed in its configuration. */
const recordPattern = /(?:^|\/)config-audit\.jsonl$/i;

export type SecretFileKind = 'env' | 'config' | 'secret' | 'backup';

/**
 * What a file is by its name, if it is one of those that hold secrets: variables, OpenClaw's own configuration, a secret
 * itself, or what was left over of one of them.
 */
export function secretFileKind(path: string): SecretFileKind | undefined {
  if (recordPattern.test(path)) return 'backup';
  const original = withoutLeftover(path);
  if (original !== path) return kindOfOriginal(original) === undefined ? undefined : 'backup';
  return kindOfOriginal(path);
}

function kindOfOriginal(path: string): SecretFileKind | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (templatePattern.test(name)) return undefined;
  if (secretFolderPattern.test(path))
    return name.startsWith('.git') || name === 'README' ? undefined : 'secret';
  if (!secretPattern.test(path)) return undefined;
  if (/^\.env|\.env$/i.test(name)) return 'env';
  return /\.json5?$/i.test(name) && name !== 'auth-profiles.json' ? 'config' : 'secret';
}

/** The name that a leftover had before; the path itself when it is none. */
function withoutLeftover(path: string): string {
  const editor = editorPattern.exec(path);
  const name = editor?.slice(1).find((part) => part !== undefined);
  if (editor && name !== undefined)
    return path.slice(0, path.length - editor[0].length + (editor[0].startsWith('/') ? 1 : 0)) + name;
  const shorter = path.replace(leftoverPattern, '');
  if (shorter !== path) return shorter === '' || shorter.endsWith('/') ? path : shorter;
  return path;
}
