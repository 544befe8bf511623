import { IMAGE_LABELS, runDocker } from './image-engine.ts';
import type { ImageContext } from './image-engine.ts';

/** An image that clawproof built. */
export interface OldImage {
  id: string;
  /** With its tag. */
  name: string;
}

/**
 * Images that clawproof built and a deployment does not use. They are left alone: another deployment, or a way back, may
 * need them.
 * @param inUse ids and references of the images that are used
 */
export async function unusedImages(context: ImageContext, inUse: readonly string[]): Promise<OldImage[]> {
  const format = '{{.ID}} {{.Repository}}:{{.Tag}}';
  const result = await runDocker(context, [
    'image',
    'ls',
    '--no-trunc',
    '--filter',
    `label=${IMAGE_LABELS.role}`,
    '--format',
    format,
  ]);
  return result.stdout
    .split('\n')
    .map((line) => {
      const [id = '', name = ''] = line.trim().split(' ');
      return { id, name };
    })
    .filter(({ id, name }) => /^clawproof\/(gateway|egress|ingress):/.test(name) && !inUse.includes(id));
}

/**
 * One sentence with the command that frees such images; null when there are none.
 * @param kept ids of images that somebody wants to go back to
 */
export function unusedImagesNote(images: readonly OldImage[], kept: readonly string[]): string | null {
  const old = images.filter(({ id }) => !kept.includes(id)).map(({ name }) => name);
  if (old.length === 0) return null;
  const plural = old.length > 1 ? 's' : '';
  return `${old.length} image${plural} built earlier ${plural ? 'are' : 'is'} not used by this deployment: docker image rm ${old.join(' ')}`;
}
