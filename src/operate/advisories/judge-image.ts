import { judgePackages, type PackageVerdict, releasesIn } from '../../debian/tracker.ts';
import type { ImageInventory } from '../inventory/inventory.ts';
import type { ReadImage } from '../inventory/read-image.ts';
import type { DebianData } from './debian-data.ts';

/** What was found out about the Debian packages of an image. Skipped never means that there is nothing. */
export type PackageLook =
  | ({ state: 'looked'; packages: number } & PackageVerdict)
  | { state: 'skipped'; packages: number; reason: string };

/** One image, as far as flaws of what it is made of go. */
export interface ImageReport {
  /** gateway, egress, ingress; null for an image that was named. */
  role: string | null;
  reference: string;
  id: string;
  /** Name of its distribution; null where it tells none. */
  system: string | null;
  node: ImageInventory['node'];
  debian: PackageLook;
  /** Parts of it that could not be looked at. */
  skipped: { what: string; reason: string }[];
}

/** @param data null = no list of flaws was brought yet */
export function judgeImage(role: string | null, image: ReadImage, data: DebianData | null): ImageReport {
  const { inventory, reference, id } = image;
  return {
    role,
    reference,
    id,
    system: inventory.os?.name ?? null,
    node: inventory.node,
    debian: lookAtPackages(inventory, data),
    skipped: notLookedAt(inventory),
  };
}

function lookAtPackages(inventory: ImageInventory, data: DebianData | null): PackageLook {
  const packages = inventory.debian.length;
  const skipped = (reason: string): PackageLook => ({ state: 'skipped', packages, reason });
  const { os } = inventory;
  if (packages === 0) return skipped('no Debian packages were found in it');
  if (os === null) return skipped('it does not tell which distribution it is');
  if (os.id !== 'debian')
    return skipped(`its packages are those of ${os.name}, which Debian's list says nothing about`);
  if (os.codename === '') return skipped('it does not tell which release of Debian it is');
  if (data === null)
    return skipped("Debian's list of flaws is not here: clawproof advisories --debian-data FILE");
  if (!releasesIn(data.packages).has(os.codename))
    return skipped(`the list says nothing about Debian ${os.codename}`);
  const installed = inventory.debian.map(({ source, sourceVersion }) => ({ source, version: sourceVersion }));
  return { state: 'looked', packages, ...judgePackages(installed, os.codename, data.packages) };
}

function notLookedAt({ node, npm, otherDatabases, unreadable }: ImageInventory): ImageReport['skipped'] {
  return [
    ...node.map(({ version, path }) => ({
      what: `Node ${version} (${path})`,
      reason: 'no list of the flaws of Node is kept here',
    })),
    ...(npm.length === 0
      ? []
      : [{ what: `${npm.length} npm packages`, reason: 'only those of OpenClaw itself are compared' }]),
    ...otherDatabases.map((what) => ({ what, reason: 'clawproof does not read that database' })),
    ...unreadable.map(({ path, why }) => ({ what: path, reason: why })),
  ];
}
