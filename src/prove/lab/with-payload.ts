import type { ContainerSpec } from '../container-spec.ts';
import { ATTACK_KIT, KIT, nodeCommand } from '../layout.ts';

/** The container with the kit in it, read-only. Setuid programs keep their bit. */
export function withKit(spec: ContainerSpec, volume: string): ContainerSpec {
  const mounts = (spec.HostConfig.Mounts ?? []).filter(({ Target }) => Target !== ATTACK_KIT);
  return {
    ...spec,
    HostConfig: {
      ...spec.HostConfig,
      Mounts: [
        ...mounts,
        {
          Type: 'volume',
          Source: volume,
          Target: ATTACK_KIT,
          ReadOnly: true,
          VolumeOptions: { NoCopy: true },
        },
      ],
    },
  };
}

/** The container with the payload as its program, which gets its attempts by stdin. */
export function withPayload(spec: ContainerSpec, volume: string): ContainerSpec {
  return {
    ...withKit(spec, volume),
    // Would run more than the payload, or limit it: the variable protects nothing, as any program in there could unset it.
    // Set to nothing, because one that is left out comes back from the image.
    Env: [...spec.Env.filter((entry) => !entry.startsWith('NODE_OPTIONS=')), 'NODE_OPTIONS='],
    Entrypoint: nodeCommand(KIT.payload),
    Cmd: [],
    Healthcheck: { Test: ['NONE'] },
    Tty: false,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    OpenStdin: true,
    StdinOnce: true,
  };
}
