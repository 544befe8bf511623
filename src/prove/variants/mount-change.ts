import type { Mount } from '../../deployment/deployment.ts';
import type { ContainerSpec, HostConfigSpec, MountSpec } from '../container-spec.ts';

/** Mounts that are new, gone or different by their target; all others stay as the engine described them. */
export function withMounts(
  spec: ContainerSpec,
  after: readonly Mount[],
  before: readonly Mount[],
): ContainerSpec {
  const isIn = (mounts: readonly Mount[], mount: Mount): boolean =>
    mounts.some(
      (each) => each.target === mount.target && JSON.stringify(shape(each)) === JSON.stringify(shape(mount)),
    );
  const gone = before.filter((mount) => !isIn(after, mount)).map(({ target }) => target);
  const added = after.filter((mount) => !isIn(before, mount));
  const { HostConfig } = spec;
  const tmpfs: NonNullable<HostConfigSpec['Tmpfs']> = Object.fromEntries(
    Object.entries(HostConfig.Tmpfs ?? {}).filter(([target]) => !gone.includes(target)),
  );
  for (const { kind, target, options = [] } of added) if (kind === 'tmpfs') tmpfs[target] = options.join(',');
  const kept = (HostConfig.Mounts ?? []).filter(({ Target }) => !gone.includes(Target));
  const mounted = added.filter(({ kind }) => kind !== 'tmpfs').map(mountSpec);
  return { ...spec, HostConfig: { ...HostConfig, Tmpfs: tmpfs, Mounts: [...kept, ...mounted] } };
}

function shape({ kind, source, readOnly, options }: Mount): unknown {
  return { kind, source, readOnly, options };
}

function mountSpec({ kind, source, target, readOnly, options = [] }: Mount): MountSpec {
  const propagation = options.find((option) => /^r?(?:private|shared|slave)$/.test(option));
  return {
    Type: kind === 'volume' ? 'volume' : 'bind',
    ...(source === undefined ? {} : { Source: source }),
    Target: target,
    ReadOnly: readOnly,
    ...(kind === 'bind' && propagation !== undefined ? { BindOptions: { Propagation: propagation } } : {}),
  };
}
