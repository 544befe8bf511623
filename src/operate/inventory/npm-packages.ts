import { z } from 'zod';
import { parseVersion } from '../../openclaw/version.ts';

/** A package.json, as far as it tells what it is. */
export interface PackageManifest {
  name: string;
  version: string;
  licence: string | null;
}

/** Names that OpenClaw was published under. */
const OPENCLAW_NAMES = new Set(['openclaw', 'clawdbot', 'moltbot']);

/** A package's own folder, and not one of those inside a package that hold a package.json of another kind. */
const PACKAGE_FOLDER = /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/@.][^/]*$/;
const NAME = /^(?:@[a-z0-9~!'()*_-][a-z0-9~!'()*._-]*\/)?[a-z0-9~!'()*_-][a-z0-9~!'()*._-]*$/i;
const VERSION = /^\d{1,16}\.\d{1,16}\.\d{1,16}(?:[-+][\w.+-]+)?$/;
const INTEGRITY = /^sha512-[A-Za-z0-9+/]{86}==$/;
const LICENCE_LENGTH = 200;

const licenceText = z.string();
const manifest = z.looseObject({
  name: z.string().max(214).regex(NAME),
  version: z.string().max(100).regex(VERSION),
  license: z
    .union([licenceText, z.looseObject({ type: licenceText })])
    .nullish()
    .catch(null),
  licenses: z
    .array(z.looseObject({ type: licenceText }))
    .nullish()
    .catch(null),
});

const lockfile = z.looseObject({
  packages: z.record(
    z.string(),
    z.looseObject({ version: z.string().optional(), integrity: z.string().optional() }),
  ),
});

/** True for the folder of an installed package. */
export function isPackageFolder(folder: string): boolean {
  return PACKAGE_FOLDER.test(folder);
}

export function isOpenClaw({ name, version }: PackageManifest): boolean {
  return OPENCLAW_NAMES.has(name) && parseVersion(version) !== null;
}

/** @returns null when it names no package with a version; such files only say how to load what is beside them */
export function parseManifest(json: string): PackageManifest | null {
  const { data } = manifest.safeParse(jsonOrNull(json));
  if (data === undefined) return null;
  const { license, licenses } = data;
  const types = licenses?.map(({ type }) => type) ?? [];
  const written =
    typeof license === 'string'
      ? license
      : (license?.type ?? (types.length > 1 ? `(${types.join(' OR ')})` : types[0]));
  const isUsable =
    written !== undefined && /^[\x20-\x7E]+$/.test(written) && written.length <= LICENCE_LENGTH;
  return { name: data.name, version: data.version, licence: isUsable ? written.trim() || null : null };
}

/** Hashes of packages by "path in node_modules' parent, then version", from the lock that npm leaves in node_modules. */
export function parseInstalledLock(json: string): Map<string, string> | null {
  const { data } = lockfile.safeParse(jsonOrNull(json));
  if (data === undefined) return null;
  return new Map(
    Object.entries(data.packages).flatMap(([path, { version, integrity }]) =>
      version !== undefined && integrity !== undefined && INTEGRITY.test(integrity)
        ? [[integrityKey(path, version), integrity] as const]
        : [],
    ),
  );
}

/** Another version at the same place was not installed from what the lock names. */
export function integrityKey(path: string, version: string): string {
  return `${path} ${version}`;
}

function jsonOrNull(json: string): unknown {
  try {
    return JSON.parse(json.replace(/^\uFEFF/, ''));
  } catch {
    return null;
  }
}
