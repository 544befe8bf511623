import { join } from 'node:path';
import { createDocker } from '../../engine/docker.ts';
import { detectEngine } from '../../engine/detect.ts';
import { noImages } from '../../errors/inventory-errors.ts';
import { engineNotReady } from '../../errors/operate-errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { PATHS } from '../../render/layout.ts';
import { deploymentImage, readWithProgress } from '../inventory/deployment-images.ts';
import type { ReadContext, ReadImage } from '../inventory/read-image.ts';
import { openSession } from '../session.ts';
import { services } from '../up/start.ts';
import { type BomSubject, createBom } from './cyclonedx.ts';
import { sha256Of } from '../content-hash.ts';

export interface SbomRequest {
  /** Null = outside of a deployment, for an image that is named. */
  folder: string | null;
  image?: string;
  toolVersion: string;
}

/** A finished document, and what could not go into it. */
export interface Sbom {
  /** JSON, with a line end. */
  text: string;
  components: number;
  skipped: { what: string; reason: string }[];
}

/**
 * Lists what is in the images of a deployment, or in one that is named.
 * @throws AppError `no-images`, `image-not-here`, `image-not-readable`, and those of the engine
 */
export async function makeSbom(ports: Ports, request: SbomRequest): Promise<Sbom> {
  const { image, folder, toolVersion } = request;
  const { skipped, ...subject } =
    image === undefined ? await ofDeployment(ports, folder ?? '') : await ofImage(ports, image);
  const bom = createBom({ ...subject, toolVersion, hash: sha256Of });
  const left = subject.images.flatMap((one) => notReadIn(one));
  return {
    text: `${JSON.stringify(bom, null, 2)}\n`,
    components: bom.components.length,
    skipped: [...skipped, ...left],
  };
}

type Subject = Omit<BomSubject, 'toolVersion' | 'hash'> & Pick<Sbom, 'skipped'>;

async function ofImage(ports: Ports, reference: string): Promise<Subject> {
  const engine = await detectEngine(ports);
  if (!engine.ok) throw engineNotReady(engine.missing);
  const program = engine.docker?.path ?? 'docker';
  const context: ReadContext = { ports, docker: createDocker(ports, program), program, folder: null };
  const image = await readWithProgress(ports, context, reference, reference);
  return { deployment: null, lockHash: null, images: [image], skipped: [] };
}

async function ofDeployment(ports: Ports, folder: string): Promise<Subject> {
  const session = await openSession(ports, folder);
  const program = session.engine.docker?.path ?? 'docker';
  const context: ReadContext = { ports, docker: session.docker, program, folder };
  const lock = await ports.files.read(join(folder, PATHS.lock));
  const images: ReadImage[] = [];
  const skipped: Sbom['skipped'] = [];
  for (const role of services(session)) {
    const place = await deploymentImage(session, role);
    if (place === null) skipped.push({ what: `the image of ${role}`, reason: 'it is not on this machine' });
    else images.push(await readWithProgress(ports, context, place.id, role));
  }
  if (images.length === 0) throw noImages(folder);
  const lockHash = lock === null ? null : sha256Of(lock);
  return { deployment: session.policy.name, lockHash, images, skipped };
}

/** Parts of an image that clawproof knows to be there and cannot list. */
function notReadIn({ reference, inventory }: ReadImage): Sbom['skipped'] {
  return [
    ...inventory.otherDatabases.map((what) => ({
      what: `${reference}, ${what}`,
      reason: 'clawproof does not read that database',
    })),
    ...inventory.unreadable.map(({ path, why }) => ({ what: `${reference}, ${path}`, reason: why })),
  ];
}
