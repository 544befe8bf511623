import type { Variant } from '../proof-target.ts';
import { fileVariants } from './container-files.ts';
import { kernelVariants } from './container-kernel.ts';
import { variantOfMeasure } from './from-measure.ts';

/** Twins that are weaker in one point of the container. */
export const containerVariants: readonly Variant[] = [
  variantOfMeasure('read-only-root', 'The root filesystem can be written'),
  variantOfMeasure('no-engine-socket', 'The socket of the engine is mounted'),
  variantOfMeasure('minimal-mounts', 'Home folders of the host are mounted'),
  variantOfMeasure('non-root', 'It runs as root'),
  variantOfMeasure('resource-limits', 'The number of processes has no limit'),
  variantOfMeasure('no-host-namespaces', 'It sees the processes of the host'),
  variantOfMeasure('no-new-privileges', 'Programs may gain privileges'),
  variantOfMeasure('no-capabilities', 'It keeps the capabilities that the engine gives by default'),
  variantOfMeasure('seccomp-default', 'No filter stands before the kernel'),
  variantOfMeasure('not-privileged', 'It is privileged'),
  ...fileVariants,
  ...kernelVariants,
];
