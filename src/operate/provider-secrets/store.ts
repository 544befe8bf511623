import { join } from 'node:path';
import {
  keyInUse,
  keyNameInvalid,
  keysNotMounted,
  noSuchKey,
  secretInvalid,
  settingNotClawproofs,
} from '../../errors/secret-errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { GATEWAY, PATHS } from '../../render/layout.ts';
import type { ChangeContext } from '../change/change.ts';
import { type ChangeRequest, runChange } from '../change/run-change.ts';
import { ownerContext, readOwned } from '../container-owner.ts';
import { openSession } from '../session.ts';
import { pinsFrom } from '../up/file-set.ts';
import { type ChangedFile, keyChange, type KeyMemo, ownerOf } from './key-change.ts';
import { isKeyName, keyPath, type SecretRef, secretRef } from './names.ts';
import { placesOf, settingsOf, type Steps, stepsTo, withKey, withoutKey } from './references.ts';
import type { Reloaded } from './reload.ts';
import { validateText } from './validate-text.ts';

/** OpenClaw itself takes no more for one key. */
export const MAX_SECRET_BYTES = 64 * 1024;

export interface StoredKey {
  name: string;
  /** False when it replaced a former value. */
  isNew: boolean;
  ref: SecretRef;
  /** Dotted paths of the settings that refer to it now. */
  places: string[];
  reloaded: Reloaded | null;
}

/**
 * Stores a key and lets the gateway read it.
 * @param setting dotted path of a setting of openclaw.json that gets the reference
 * @throws AppError `key-name-invalid`, `secret-invalid`, `provider-name-taken`, `secret-setting-refused`
 */
export async function setKey(
  ports: Ports,
  request: ChangeRequest,
  { name, value, setting }: { name: string; value: string; setting?: string },
): Promise<StoredKey> {
  checkName(name);
  const secret = checkedSecret(name, value);
  if (setting?.startsWith('gateway.auth.')) throw settingNotClawproofs(setting);
  const settings: Steps[] = setting === undefined ? [] : [stepsOf(setting)];
  const texts: (string | null)[] = [secret];
  let places: string[] = [];
  const memo = await runChange(ports, request, keyChange('secrets set', texts), async (context) => {
    const before = await readConfig(context);
    const after = withKey(before, name, settings);
    if (after !== before) {
      await validateText(context, after);
      texts.push(after);
    }
    places = placesOf(settingsOf(after), name);
    return memoOf(context, [keyFile(name)], after === before ? [] : [configFile()], settings.length > 0);
  });
  return { name, isNew: memo.files[0]?.was !== true, ref: secretRef(name), places, reloaded: memo.reloaded };
}

/**
 * Removes a key, its provider and, where that is wanted, the settings that refer to it.
 * @throws AppError `no-such-key`, `key-in-use`
 */
export async function removeKey(
  ports: Ports,
  request: ChangeRequest,
  { name, withSettings }: { name: string; withSettings: boolean },
): Promise<{ name: string; settings: string[]; reloaded: Reloaded | null }> {
  checkName(name);
  const texts: (string | null)[] = [null];
  let places: string[] = [];
  const memo = await runChange(ports, request, keyChange('secrets remove', texts), async (context) => {
    const names = await keyNames(ports, request.folder);
    if (!names.includes(name)) throw noSuchKey(name, names);
    const before = await readConfig(context);
    const referring = stepsTo(settingsOf(before), name);
    places = referring.map((steps) => steps.join('.'));
    if (places.length > 0 && !withSettings) throw keyInUse(name, places);
    // The last first: an item that leaves a list changes the places of those behind it.
    const after = withoutKey(before, name, referring.toReversed());
    if (after !== before) {
      await validateText(context, after);
      texts.push(after);
    }
    const key = { ...keyFile(name), stays: false };
    return memoOf(context, [key], after === before ? [] : [configFile()], places.length > 0);
  });
  return { name, settings: places, reloaded: memo.reloaded };
}

export interface ListedKey {
  name: string;
  /** Milliseconds since 1970. */
  setMs: number;
  /** Dotted paths of the settings that refer to it. */
  places: string[];
}

/** The keys of a deployment; their values are not read. */
export async function listKeys(
  ports: Ports,
  { folder, toolVersion }: ChangeRequest,
): Promise<{ keys: ListedKey[]; missing: { provider: string; places: string[] }[] }> {
  const session = await openSession(ports, folder);
  const image = pinsFrom(session.policy, session.lock, toolVersion).images.gateway;
  const text =
    (await readOwned(ownerContext({ ...session, ports }, image), folder, PATHS.openclawConfig)) ?? '{}';
  const config = settingsOf(text);
  const names = await keyNames(ports, folder);
  const keys = await Promise.all(
    names.map(async (name): Promise<ListedKey> => {
      const stat = await ports.files.stat(join(folder, keyPath(name)));
      return { name, setMs: stat?.modifiedMs ?? 0, places: placesOf(config, name) };
    }),
  );
  return { keys, missing: missingIn(config, names) };
}

/** Providers of keys that settings refer to and whose file is not there. */
function missingIn(
  config: Record<string, unknown>,
  names: readonly string[],
): { provider: string; places: string[] }[] {
  const secrets = config['secrets'] as { providers?: Record<string, { path?: unknown }> } | undefined;
  return Object.entries(secrets?.providers ?? {}).flatMap(([provider, { path }]) => {
    const name =
      typeof path === 'string' && path.startsWith(`${GATEWAY.keysFolder}/`)
        ? path.slice(GATEWAY.keysFolder.length + 1)
        : '';
    if (name === '' || names.includes(name)) return [];
    return [{ provider, places: placesOf(config, name) }];
  });
}

/** Names of all keys, in order. */
export async function keyNames(ports: Pick<Ports, 'files'>, folder: string): Promise<string[]> {
  return (await ports.files.list(join(folder, PATHS.keys))).filter(isKeyName);
}

/** @throws AppError `config-unreadable` later, when it is no JSON5 */
export async function readConfig(context: ChangeContext): Promise<string> {
  return (await readOwned(ownerOf(context), context.path, PATHS.openclawConfig)) ?? '{}\n';
}

export function keyFile(name: string): ChangedFile {
  return { path: keyPath(name), mode: 0o400, owner: 'container', stays: true, was: false };
}

export function configFile(): ChangedFile {
  return { path: PATHS.openclawConfig, mode: 0o600, owner: 'container', stays: true, was: true };
}

/** The memo of a change that has not begun; looks which of the files are there. */
export async function memoOf(
  { ports, path: folder }: ChangeContext,
  keys: readonly ChangedFile[],
  others: readonly ChangedFile[],
  awaitSettings: boolean,
): Promise<KeyMemo> {
  const compose = (await ports.files.read(join(folder, PATHS.compose))) ?? '';
  if (!compose.includes(GATEWAY.keysFolder)) throw keysNotMounted(folder);
  const names = await ports.files.list(join(folder, PATHS.keys));
  const seen = keys.map((file) => ({ ...file, was: names.includes(file.path.slice(PATHS.keys.length + 1)) }));
  return {
    files: [...seen, ...others],
    keys: keys.length,
    awaitSettings,
    recreate: false,
    backup: null,
    reloaded: null,
  };
}

function checkName(name: string): void {
  if (!isKeyName(name)) throw keyNameInvalid(name);
}

/** A key as it is stored: without the line end that a terminal or a pipe adds. */
function checkedSecret(name: string, value: string): string {
  const secret = value.replace(/\r?\n$/, '');
  if (secret.trim() === '') throw secretInvalid(name, 'it is empty');
  if (Buffer.byteLength(secret) > MAX_SECRET_BYTES) throw secretInvalid(name, 'it is longer than 64 KiB');
  if (secret.includes('\0')) throw secretInvalid(name, 'it holds a character that no key has');
  if (secret !== secret.trim()) throw secretInvalid(name, 'it begins or ends with white space');
  if (secret.includes('__OPENCLAW_REDACTED__'))
    throw secretInvalid(name, 'it is only a mark in the place of a key');
  return secret;
}

export function stepsOf(path: string): string[] {
  return path.split('.').filter((step) => step !== '');
}
