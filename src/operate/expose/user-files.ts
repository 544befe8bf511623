import { createPrivateKey, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { exposeFilesMissing, exposeFileWrong } from '../../errors/expose-errors.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Files } from '../../ports/files.ts';
import { PATHS } from '../../render/layout.ts';

/** Files that the user gives for HTTPS. */
export type UserFile = 'certificate' | 'key' | 'users' | 'clientCa' | 'acmeCa' | 'tailscaleKey';

/** Where each is in the folder, and whether it is a secret. */
export const USER_FILES: Readonly<Record<UserFile, { path: string; isSecret: boolean }>> = {
  certificate: { path: `${PATHS.httpsSecrets}/certificate.pem`, isSecret: true },
  key: { path: `${PATHS.httpsSecrets}/key.pem`, isSecret: true },
  users: { path: `${PATHS.httpsSecrets}/users`, isSecret: true },
  clientCa: { path: PATHS.clientCa, isSecret: false },
  acmeCa: { path: PATHS.acmeCa, isSecret: false },
  tailscaleKey: { path: PATHS.tailscaleKey, isSecret: true },
};

/** Ways in from other machines that need services of their own. */
export type DoorAccess = Pick<Policy['access'], 'https' | 'tailscale'>;

/** The files that these settings cannot do without. */
export function neededFiles({ https, tailscale }: DoorAccess): UserFile[] {
  const forTailscale = tailscale === null ? [] : (['tailscaleKey'] as const);
  if (https === null) return [...forTailscale];
  return [
    ...forTailscale,
    ...(https.certificate === 'files' ? (['certificate', 'key'] as const) : []),
    ...(https.basicAuth ? (['users'] as const) : []),
    ...(https.clientCa ? (['clientCa'] as const) : []),
    ...(https.certificate === 'acme' && https.acmeCa ? (['acmeCa'] as const) : []),
  ];
}

/**
 * Refuses settings whose files are not in the folder.
 * @throws AppError `expose-files-missing`
 */
export async function requireUserFiles(files: Files, folder: string, access: DoorAccess): Promise<void> {
  const missing: string[] = [];
  for (const name of neededFiles(access)) {
    const { path } = USER_FILES[name];
    if ((await files.stat(join(folder, path)))?.kind !== 'file') missing.push(path);
  }
  if (missing.length > 0) throw exposeFilesMissing(missing);
}

/**
 * Looks whether the files are what they are given for. Texts are never part of an error.
 * @param texts by what they are given for
 * @param paths as the user named them, for errors
 * @throws AppError `expose-file-wrong`
 */
export function checkUserFiles(
  texts: Partial<Record<UserFile, string>>,
  paths: Partial<Record<UserFile, string>>,
  domain: string,
  now: Date,
): void {
  const wrong = (file: UserFile, why: string): never => {
    throw exposeFileWrong(paths[file] ?? file, why);
  };
  const { certificate, key, users, clientCa, acmeCa, tailscaleKey } = texts;
  if (certificate !== undefined) {
    const read = certificateOf(certificate) ?? wrong('certificate', 'holds no certificate in PEM');
    if (read.checkHost(domain) === undefined) wrong('certificate', `is not for ${domain}`);
    if (new Date(read.validTo) <= now) wrong('certificate', `was valid until ${read.validTo}`);
    if (new Date(read.validFrom) > now) wrong('certificate', `is valid from ${read.validFrom} only`);
    if (key !== undefined) checkKey(key, read, wrong);
  }
  checkAuthorities({ clientCa, acmeCa }, wrong);
  if (tailscaleKey !== undefined && !TAILSCALE_KEY.test(tailscaleKey))
    wrong('tailscaleKey', 'holds no single key of Tailscale, such as tskey-auth-…');
  if (users !== undefined) checkUsers(users, (why) => wrong('users', why));
}

function checkAuthorities(
  texts: Partial<Record<'clientCa' | 'acmeCa', string | undefined>>,
  wrong: (file: UserFile, why: string) => never,
): void {
  for (const name of ['clientCa', 'acmeCa'] as const) {
    const text = texts[name];
    if (text === undefined) continue;
    const authority = certificateOf(text) ?? wrong(name, 'holds no certificate in PEM');
    if (!authority.ca) wrong(name, 'is not the certificate of an authority');
  }
}

function certificateOf(text: string): X509Certificate | null {
  try {
    return new X509Certificate(text);
  } catch {
    return null;
  }
}

function checkKey(
  text: string,
  certificate: X509Certificate,
  wrong: (file: UserFile, why: string) => never,
): void {
  if (/ENCRYPTED/.test(text)) wrong('key', 'is locked by a passphrase, which nobody could type at a restart');
  let fits: boolean;
  try {
    fits = certificate.checkPrivateKey(createPrivateKey(text));
  } catch {
    return wrong('key', 'holds no private key in PEM');
  }
  if (!fits) wrong('key', 'is not the key of that certificate');
}

/** Also those of other control servers; and what may be added to say how the machine is to be known. */
const TAILSCALE_KEY = /^[\w-]{16,200}(?:\?[\w=&-]{1,100})?\n?$/;

/** Formats that are slow to guess and that nginx reads: bcrypt, SHA-256 and SHA-512 crypt, yescrypt. */
const USER_LINE = /^[^\s:#]{1,100}:\$(?:2[aby]|5|6|y)\$[./0-9A-Za-z$=,]{20,200}$/;

function checkUsers(text: string, wrong: (why: string) => never): void {
  const lines = text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
  if (lines.length === 0) wrong('names nobody');
  const bad = lines.findIndex((line) => !USER_LINE.test(line));
  if (bad >= 0)
    wrong(
      `has no password hash of bcrypt or SHA-512 in entry ${bad + 1}; make one with: htpasswd -nB NAME, or openssl passwd -6`,
    );
}
