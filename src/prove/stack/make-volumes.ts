import { posix } from 'node:path';
import type { MountSpec } from '../container-spec.ts';
import type { Lab, LabFile } from '../lab.ts';
import { withKit } from '../lab/with-payload.ts';
import type { MountPlan } from './twin-mounts.ts';

export interface VolumeMaker {
  /** Makes what a container mounts. */
  make(
    role: string,
    plans: readonly MountPlan[],
    owner: { uid: number; gid: number },
  ): Promise<{ mounts: MountSpec[]; binds: string[] }>;
  /** Writes another text into a file that was put into one of them, by its path in the container. */
  overwrite(path: string, text: string): Promise<void>;
  close(): Promise<void>;
}

/** Throwaway volumes of one twin. */
export function createVolumes(lab: Lab, purpose: string): VolumeMaker {
  const { engine } = lab.context;
  /** Path in the gateway's container → where it is in a volume. */
  const places = new Map<string, { volume: string; path: string }>();
  const volumes = new Set<string>();
  let keeper: Promise<string> | undefined;

  async function folder(
    role: string,
    plan: MountPlan & { kind: 'folder' },
    owner: Owner,
  ): Promise<MountSpec> {
    const files = [...plan.files].map(([path, text]): LabFile => ({
      path,
      content: text,
      mode: plan.isSecret === true ? 0o600 : 0o644,
      ...owner,
    }));
    const volume = await lab.createVolume(
      `${purpose}-${role}-${posix.basename(plan.target) || 'root'}`,
      files,
      {
        ...owner,
        mode: 0o755,
      },
    );
    remember(
      role,
      volume,
      [...plan.files.keys()].map((path) => [posix.join(plan.target, path), path]),
    );
    return { Type: 'volume', Source: volume, Target: plan.target, ReadOnly: plan.readOnly };
  }

  async function singleFiles(
    role: string,
    plans: (MountPlan & { kind: 'file' })[],
    owner: Owner,
  ): Promise<string[]> {
    if (plans.length === 0) return [];
    const files = plans.map((plan, index): LabFile => ({
      path: String(index),
      content: plan.text,
      mode: plan.isSecret ? 0o400 : 0o644,
      ...owner,
    }));
    const volume = await lab.createVolume(`${purpose}-${role}-files`, files, { ...owner, mode: 0o755 });
    remember(
      role,
      volume,
      plans.map(({ target }, index) => [target, String(index)]),
    );
    const mountpoint = await lab.volumePath(volume);
    return plans.map(
      ({ target, readOnly }, index) => `${mountpoint}/${index}:${target}${readOnly ? ':ro' : ''}`,
    );
  }

  function remember(
    role: string,
    volume: string,
    files: readonly (readonly [target: string, path: string])[],
  ): void {
    if (role !== 'gateway') return;
    if (files.length > 0) volumes.add(volume);
    for (const [target, path] of files) places.set(target, { volume, path });
  }

  async function startKeeper(): Promise<string> {
    const container = await lab.create(
      `${purpose}-keeper`,
      withKit(
        {
          Image: engine.image,
          Entrypoint: ['node', '-e', 'setInterval(() => {}, 1 << 30)'],
          Cmd: [],
          Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
          Labels: {},
          User: '0:0',
          Healthcheck: { Test: ['NONE'] },
          HostConfig: {
            NetworkMode: 'none',
            ReadonlyRootfs: true,
            CapDrop: ['ALL'],
            CapAdd: ['DAC_OVERRIDE'],
            SecurityOpt: ['no-new-privileges'],
            LogConfig: { Type: 'none' },
            Mounts: [...volumes].map((volume): MountSpec => ({
              Type: 'volume',
              Source: volume,
              Target: `/volumes/${volume}`,
            })),
          },
          networks: {},
        },
        await lab.kit(),
      ),
    );
    await lab.start(container);
    return container;
  }

  return {
    make: async (role, plans, owner) => {
      const [mounts, binds] = await Promise.all([
        Promise.all(plans.flatMap((plan) => (plan.kind === 'folder' ? [folder(role, plan, owner)] : []))),
        singleFiles(
          role,
          plans.filter((plan) => plan.kind === 'file'),
          owner,
        ),
      ]);
      return { mounts, binds };
    },
    overwrite: async (path, text) => {
      const place = places.get(path);
      if (place === undefined) throw new TypeError(`no volume of the twin holds ${path}`);
      keeper ??= startKeeper();
      const seen = await lab.execAttempts(await keeper, [
        {
          id: 'write',
          run: 'overwriteFile',
          params: { path: `/volumes/${place.volume}/${place.path}`, text },
          timeoutMs: 10_000,
        },
      ]);
      const observation = seen.get('write');
      if (observation === undefined || 'error' in observation)
        throw new TypeError(`${path} of the twin was not written: ${observation?.error ?? 'no answer'}`);
    },
    close: async () => {
      if (keeper !== undefined) await lab.remove(await keeper);
    },
  };
}

interface Owner {
  uid: number;
  gid: number;
}
