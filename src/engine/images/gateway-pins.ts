import { join } from 'node:path';
import { processorNotSupported } from '../../errors/image-errors.ts';
import {
  lockDependencies,
  packPackage,
  resolveNode,
  resolveNpm,
  resolvePackage,
} from '../../openclaw/npm.ts';
import type { ResolvedPackage } from '../../openclaw/npm.ts';
import type { Lock, LockedPackage } from '../lock-file.ts';
import { renderGatewayPackage } from '../../render/images/gateway.ts';
import { buildFolder, sha256 } from './build-inputs.ts';
import type { ImageContext } from './image-engine.ts';
import { together } from './together.ts';

/** Node range to use for an OpenClaw that names none. */
const ANY_CURRENT_NODE = '>=22';
const ARCHITECTURES = ['x64', 'arm64'];

/** What of the lock the gateway's build is made from. */
export type GatewayPins = Pick<Lock, 'openclaw' | 'dependencies' | 'node' | 'npm'>;

/**
 * Decides exactly which packages the gateway image is made of, and puts package-lock.json into the build context.
 * What the lock pins is kept; the registry is asked only for what is missing.
 */
export async function ensureGatewayPins(
  context: ImageContext,
  folder: string,
  lock: Lock,
): Promise<GatewayPins> {
  const { ports, engine } = context;
  const file = join(buildFolder(folder, 'gateway'), 'package-lock.json');
  const present = await ports.files.read(file);
  const complete =
    lock.openclaw.integrity !== null && lock.node !== null && lock.npm !== null && lock.dependencies !== null;
  if (complete && present !== null && sha256(present) === lock.dependencies) return lock;
  if (!ARCHITECTURES.includes(engine.arch)) throw processorNotSupported(engine.arch);

  context.task.step(`asking npm for openclaw ${lock.openclaw.version}`);
  const openclaw = await resolvePackage(ports, 'openclaw', lock.openclaw.version);
  const wanted = { ...named(openclaw), integrity: lock.openclaw.integrity ?? openclaw.integrity };
  context.task.step('npm: resolving dependencies (about half a minute)');
  const [node, npm, dependencies] = await together<[LockedPackage, LockedPackage, string]>(
    context,
    (inner) => [
      lock.node === null
        ? resolveNode(inner.ports, openclaw.enginesNode ?? ANY_CURRENT_NODE, engine.arch).then(named)
        : Promise.resolve(lock.node),
      lock.npm === null ? resolveNpm(inner.ports).then(named) : Promise.resolve(lock.npm),
      lockDependencies(inner.ports, wanted, renderGatewayPackage(wanted.version)),
    ],
  );
  await ports.files.writeAtomic(file, dependencies, { mode: 0o644 });
  return {
    openclaw: { version: openclaw.version, integrity: wanted.integrity },
    dependencies: sha256(dependencies),
    node,
    npm,
  };
}

/** Puts the downloads that the gateway is built from into its context, each checked against the lock. */
export async function fetchGatewayDownloads(
  context: ImageContext,
  folder: string,
  pins: GatewayPins,
): Promise<void> {
  for (const [name, wanted] of downloads(folder, pins)) {
    context.task.step(`npm: ${wanted.name} ${wanted.version}`);
    await packPackage(context.ports, wanted, name);
  }
}

/** The downloads are of no use once the image is built: npm's cache has them. */
export async function removeGatewayDownloads(
  context: ImageContext,
  folder: string,
  pins: GatewayPins,
): Promise<void> {
  for (const [name] of downloads(folder, pins)) await context.ports.files.remove(name);
}

function downloads(folder: string, pins: GatewayPins): [string, LockedPackage][] {
  const gateway = buildFolder(folder, 'gateway');
  const both: [string, LockedPackage | null][] = [
    [join(gateway, 'node.tgz'), pins.node],
    [join(gateway, 'npm.tgz'), pins.npm],
  ];
  return both.filter((entry): entry is [string, LockedPackage] => entry[1] !== null);
}

function named({ name, version, integrity }: ResolvedPackage): LockedPackage {
  return { name, version, integrity };
}
