import type { Deployment, DeploymentFile, Mount, Service } from '../deployment/deployment.ts';
import { hostPathsOf } from '../deployment/host-paths.ts';

/** The file or folder beside the compose file that a mount brings in; undefined when it was not looked at. */
export function fileAtMount(deployment: Deployment, mount: Mount): DeploymentFile | undefined {
  if (mount.kind !== 'bind') return undefined;
  const wanted = new Set(hostPathsOf(mount).map(normalized));
  return deployment.files?.find((file) => wanted.has(normalized(file.path)));
}

function normalized(path: string): string {
  return path.replace(/^(?:\.\/+)+/, '').replace(/\/+$/, '');
}

/** Numeric user id that a service runs with; undefined when only the image or a variable knows it. */
export function gatewayUid(service: Service): number | undefined {
  const owner = service.user?.split(':')[0] ?? '';
  if (owner === 'node') return 1000;
  if (owner === 'root') return 0;
  return /^\d+$/.test(owner) ? Number(owner) : undefined;
}
