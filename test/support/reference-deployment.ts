import { deploymentFromFileSet } from '../../src/deployment/from-file-set.ts';
import type { Deployment, DeploymentFile } from '../../src/deployment/deployment.ts';
import { defaultPolicy } from '../../src/policy/defaults.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { configText } from '../../src/render/config/merge-settings.ts';
import { managedSettings } from '../../src/render/config/openclaw-config.ts';
import type { RenderedFile } from '../../src/render/file-set.ts';
import { cageAddresses, CONTAINER_UID, PATHS } from '../../src/render/layout.ts';
import type { Pins } from '../../src/render/pins.ts';
import { renderFiles } from '../../src/render/render.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

const pins: Pins = {
  images: { gateway: digest('a'), egress: digest('b'), ingress: digest('c') },
  cageSubnet: '172.30.99.0/28',
  node: '24.21.0',
  npm: '11.6.2',
  toolVersion: '0.0.0',
};

/** What stands in the folder beside the rendered files after `up`. */
function placedFiles(policy: Policy): RenderedFile[] {
  const config = configText(managedSettings(policy, cageAddresses(pins.cageSubnet)));
  return [
    { path: PATHS.openclawConfig, text: config, mode: 0o600, owner: 'container', readBy: ['gateway'] },
    { path: PATHS.gatewayToken, text: '0'.repeat(64), mode: 0o400, owner: 'container', readBy: ['gateway'] },
  ];
}

/** The deployment that clawproof renders for a policy, with openclaw.json, token and folders as `up` places them. */
export function renderedDeployment(policy: Policy): Deployment {
  const files = [...renderFiles(policy, pins, (text) => String(text.length)), ...placedFiles(policy)];
  const layout = { compose: PATHS.compose, openclaw: PATHS.openclawConfig, ownerUid: 0 };
  const deployment = deploymentFromFileSet(files, layout, {
    preset: policy.preset,
    execMode: policy.exec.mode,
    openclawVersion: policy.openclaw.version,
  });
  const folder: DeploymentFile = {
    path: 'config/openclaw',
    kind: 'directory',
    mode: 0o700,
    uid: CONTAINER_UID,
  };
  return { ...deployment, files: [...(deployment.files ?? []), folder] };
}

/** The hardened deployment that weakened ones are made from. */
export function referenceDeployment(): Deployment {
  return renderedDeployment(defaultPolicy());
}
