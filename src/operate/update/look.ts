import { join } from 'node:path';
import { openclawVersionMissing } from '../../errors/npm-errors.ts';
import { nothingNewer, updateBackwards } from '../../errors/update-errors.ts';
import { type Advisory, advisoriesAbout } from '../../openclaw/advisories.ts';
import { type KeyChange, keyChanges } from '../../openclaw/key-changes.ts';
import { hasKnownKeys } from '../../openclaw/known-keys.ts';
import { publishedVersions } from '../../openclaw/npm.ts';
import { type Releases, releasesAfter } from '../../openclaw/releases.ts';
import { compareVersions, parseVersion, suggestVersions } from '../../openclaw/version.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Ports } from '../../ports/ports.ts';
import { PATHS } from '../../render/layout.ts';
import { MAX_BYTES } from '../container-owner.ts';
import { type DeploymentFolder, readFolder } from '../folder.ts';
import { desiredConfig, parseConfig } from '../openclaw-config.ts';
import { pinsFrom } from '../up/file-set.ts';
import { type AdvisoryData, readAdvisories } from './advisory-data.ts';

/** What an update to one version would mean, as far as that can be told without running it. */
export interface UpdateOutlook {
  current: string;
  /** The version that was asked for, else the suggested one; null when there is nothing newer in the line. */
  target: string | null;
  releases: Releases;
  data: Pick<AdvisoryData, 'upTo' | 'ageDays' | 'source' | 'isOld'>;
  /** Published flaws of the current version, the worst first. */
  flaws: Advisory[];
  /** Those of them that the target has no more. */
  closed: Advisory[];
  /** Keys of openclaw.json that the target takes differently; null when the file cannot be read by this user. */
  keys: KeyChange[] | null;
  /** False where clawproof does not know the target's keys: its own check of the file then decides. */
  keysKnown: boolean;
}

export interface UpdateWish {
  /** Exact version; absent = the suggested one. */
  version?: string;
  prereleases: boolean;
}

/**
 * Asks npm what there is, and compares. Changes nothing and needs no engine.
 * @throws AppError `npm-*`, `package-version-missing`, `update-backwards`
 */
export async function lookForUpdate(ports: Ports, folder: string, wish: UpdateWish): Promise<UpdateOutlook> {
  const read = await readFolder(ports, folder);
  const current = read.policy.openclaw.version;
  const [published, data] = await Promise.all([
    publishedVersions(ports, 'openclaw'),
    readAdvisories(ports, folder),
  ]);
  const releases = releasesAfter(current, published, { prereleases: wish.prereleases });
  if (releases === null)
    throw openclawVersionMissing('openclaw', current, suggestVersions(current, published));
  const target = targetOf(wish, releases, published);
  const flaws = advisoriesAbout(current, data.advisories) ?? [];
  const left = new Set((advisoriesAbout(target ?? current, data.advisories) ?? []).map(({ id }) => id));
  const { upTo, ageDays, source, isOld } = data;
  return {
    current,
    target,
    releases,
    data: { upTo, ageDays, source, isOld },
    flaws,
    closed: flaws.filter(({ id }) => !left.has(id)),
    keys: target === null ? [] : await keysOf(ports, read, target),
    keysKnown: target === null || hasKnownKeys(target),
  };
}

/** @throws AppError `nothing-newer` */
export function requireTarget({ target, current, releases }: UpdateOutlook): string {
  if (target === null) throw nothingNewer(current, releases.beyond);
  return target;
}

function targetOf({ version }: UpdateWish, releases: Releases, published: readonly string[]): string | null {
  if (version === undefined) return releases.suggested;
  if (!published.includes(version))
    throw openclawVersionMissing('openclaw', version, suggestVersions(version, published));
  const [wanted, running] = [parseVersion(version), parseVersion(releases.current)];
  if (wanted === null || running === null)
    throw openclawVersionMissing('openclaw', version, suggestVersions(version, published));
  const order = compareVersions(wanted, running);
  if (order < 0) throw updateBackwards(releases.current, version);
  return order === 0 ? null : version;
}

/** What the target makes of the user's own keys; those that clawproof writes follow the version by themselves. */
async function keysOf(ports: Ports, read: DeploymentFolder, target: string): Promise<KeyChange[] | null> {
  const text = await ports.files
    .readUntrusted(join(read.path, PATHS.openclawConfig), MAX_BYTES)
    .catch(() => null);
  if (text === null) return null;
  const policy = policyFor(read.policy, target);
  const { cageSubnet } = pinsFrom(policy, read.lock, '');
  return keyChanges(parseConfig(desiredConfig(policy, cageSubnet, text)), target);
}

/** The deployment's policy with another version of OpenClaw. */
export function policyFor(policy: Policy, version: string): Policy {
  return { ...policy, openclaw: { ...policy.openclaw, version } };
}
