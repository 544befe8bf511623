import type { Policy } from '../../policy/policy.ts';
import type { FileSet } from '../../render/file-set.ts';
import { type Pins, unresolvedImages } from '../../render/pins.ts';
import { renderFiles } from '../../render/render.ts';
import type { EnsuredImages } from '../../engine/images/ensure-images.ts';
import { lockedReference } from '../../engine/images/reference.ts';
import { gatewayConfigFile } from '../gateway-config-file.ts';
import { desiredConfig } from '../openclaw-config.ts';
import { contentHash } from '../content-hash.ts';
import type { Lock } from '../../engine/lock-file.ts';

/** Shown and used where no subnet was chosen yet; the first in line, so it mostly is the one that will be. */
const LIKELY_SUBNET = '172.30.224.0/28';

/** Pins of a deployment: what the lock says, with names that cannot start anything where it says nothing. */
export function pinsFrom(
  policy: Policy,
  lock: Lock,
  toolVersion: string,
  images?: EnsuredImages['images'],
): Pins {
  const unresolved = unresolvedImages(policy.image.gateway, policy.openclaw.version);
  const locked = (role: 'gateway' | 'egress' | 'ingress'): string => {
    const image = lock.images[role];
    return image === null ? unresolved[role] : lockedReference(image);
  };
  return {
    images: {
      gateway: images?.gateway ?? locked('gateway'),
      egress: images?.egress ?? locked('egress'),
      ingress: images?.ingress ?? locked('ingress'),
    },
    cageSubnet: lock.cageSubnet ?? LIKELY_SUBNET,
    node: lock.node?.version ?? '',
    npm: lock.npm?.version ?? '',
    toolVersion,
  };
}

/** All files of the folder that clawproof writes, openclaw.json among them; secrets and the lock are not. */
export function deploymentFiles(policy: Policy, pins: Pins, currentConfig: string | null): FileSet {
  const config = gatewayConfigFile(desiredConfig(policy, pins.cageSubnet, currentConfig));
  return [...renderFiles(policy, pins, (text) => contentHash(text)), config];
}
