import type { ContainerSpec } from '../container-spec.ts';

/** Nobody, on every system. */
const NOBODY = '65534:65534';

/**
 * A container that has all namespaces of the engine's host and may do nothing with them: what cells share with the host is
 * told by comparison. A container of an ordinary deployment cannot know the numbers of the host's namespaces.
 */
export function hostCell(image: string): ContainerSpec {
  return {
    Image: image,
    User: NOBODY,
    Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    Labels: {},
    HostConfig: {
      NetworkMode: 'host',
      PidMode: 'host',
      IpcMode: 'host',
      UTSMode: 'host',
      UsernsMode: 'host',
      CgroupnsMode: 'host',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true'],
    },
    networks: {},
  };
}
