import { IMAGE_LABELS, runDocker } from './image-engine.ts';
import type { ImageContext } from './image-engine.ts';

/**
 * Names images that clawproof built and this deployment no longer uses. They are left alone: another deployment, or a
 * way back, may need them.
 * @param inUse ids and references of the images that are used
 * @returns one sentence with the command that frees them; null when there are none
 */
export async function oldImagesNote(context: ImageContext, inUse: readonly string[]): Promise<string | null> {
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
  const old = result.stdout
    .split('\n')
    .map((line) => line.trim().split(' ') as [string, string?])
    .filter(
      ([id, name]) =>
        id !== '' &&
        name !== undefined &&
        /^clawproof\/(gateway|egress|ingress):/.test(name) &&
        !inUse.includes(id),
    )
    .map(([, name]) => name);
  if (old.length === 0) return null;
  const plural = old.length > 1 ? 's' : '';
  return `${old.length} image${plural} built earlier ${plural ? 'are' : 'is'} not used by this deployment: docker image rm ${old.join(' ')}`;
}
