import { join } from 'node:path';
import type { Policy } from '../../policy/policy.ts';
import type { Files } from '../../ports/files.ts';
import { PATHS } from '../../render/layout.ts';
import { contentHash } from '../content-hash.ts';
import { neededFiles, USER_FILES } from './user-files.ts';

/** Where the door's files are, and what the policy wants of it. */
export interface DoorPlace {
  ports: { files: Files };
  /** Absolute path of the deployment. */
  folder: string;
  policy: Policy;
}

const RECORD = `${PATHS.toolFolder}/door.json`;

/** True where other machines have a way in that is a service of its own. */
export function hasDoor({ access: { https, tailscale } }: Pick<Policy, 'access'>): boolean {
  return https !== null || tailscale !== null;
}

/** True when it was attacked in vain with just these settings and files, or when there is none to attack. */
export async function isDoorProved(place: DoorPlace): Promise<boolean> {
  if (!hasDoor(place.policy)) return true;
  const record = await place.ports.files.read(join(place.folder, RECORD));
  return record !== null && record.includes(`"${await doorHash(place)}"`);
}

/** Remembers that every attempt failed. To be called after these only. */
export async function rememberDoor(place: DoorPlace): Promise<void> {
  if (!hasDoor(place.policy)) return forgetDoor(place);
  const text = `${JSON.stringify({ proved: await doorHash(place) })}\n`;
  await place.ports.files.writeAtomic(join(place.folder, RECORD), text, { mode: 0o600 });
}

export async function forgetDoor({ ports, folder }: Omit<DoorPlace, 'policy'>): Promise<void> {
  await ports.files.remove(join(folder, RECORD));
}

/** Of the settings, what was rendered of them, and the user's files. */
async function doorHash(place: DoorPlace): Promise<string> {
  const { https, tailscale } = place.policy.access;
  const rendered = [
    ...(https === null ? [] : [PATHS.edgeConfig, PATHS.certificatesCaddyfile]),
    ...(tailscale === null ? [] : [PATHS.tailscaleServe, PATHS.caddyfile]),
  ];
  const given = neededFiles({ https, tailscale }).map((name) => USER_FILES[name].path);
  const parts = await Promise.all([...rendered, ...given].map((path) => markOf(place, path)));
  return contentHash(JSON.stringify([https, tailscale, ...parts]));
}

/** What tells one content of a file from another. Secrets are their container's: where they cannot be read, their time does. */
async function markOf({ ports: { files }, folder }: DoorPlace, path: string): Promise<string> {
  const full = join(folder, path);
  const text = await files.read(full).catch(() => null);
  if (text !== null) return contentHash(text);
  const stat = await files.stat(full).catch(() => null);
  return stat === null ? 'none' : `${stat.size} ${stat.modifiedMs}`;
}
