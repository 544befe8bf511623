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
    owner: Owner,
  ): Promise<{ mounts: MountSpec[]; binds: string[] }>;
  /** Writes another text into a file that was put into one of the gateway's, by its path in its container. */
  overwrite(path: string, text: string): Promise<void>;
  close(): Promise<void>;
}

interface Owner {
  uid: number;
  gid: number;
}

/** Where a file of a container is: a volume and the path in it. */
type Places = Map<string, { volume: string; path: string }>;

const WRITE_MS = 10_000;

/** Throwaway volumes of one twin. */
export function createVolumes(lab: Lab, purpose: string): VolumeMaker {
  const places: Places = new Map();
  let keeper: Promise<string> | undefined;
  return {
    make: async (role, plans, owner) => {
      const name = `${purpose}-${role}`;
      // Only the gateway's files are ever changed.
      const noted: Places = role === 'gateway' ? places : new Map();
      const folders = plans.filter((plan) => plan.kind === 'folder');
      const [mounts, binds] = await Promise.all([
        Promise.all(folders.map((plan) => folderVolume(lab, name, plan, owner, noted))),
        fileBinds(
          lab,
          name,
          plans.filter((plan) => plan.kind === 'file'),
          owner,
          noted,
        ),
      ]);
      return { mounts, binds };
    },
    overwrite: async (path, text) => {
      const place = places.get(path);
      if (place === undefined) throw new TypeError(`no volume of the twin holds ${path}`);
      keeper ??= startKeeper(lab, purpose, new Set([...places.values()].map(({ volume }) => volume)));
      const params = { path: `/volumes/${place.volume}/${place.path}`, text };
      const line = { id: 'write', run: 'overwriteFile', params, timeoutMs: WRITE_MS };
      const observation = (await lab.execAttempts(await keeper, [line])).get('write');
      if (observation === undefined || 'error' in observation)
        throw new TypeError(`${path} of the twin was not written: ${observation?.error ?? 'no answer'}`);
    },
    close: async () => {
      if (keeper !== undefined) await lab.remove(await keeper);
    },
  };
}

async function folderVolume(
  lab: Lab,
  name: string,
  plan: MountPlan & { kind: 'folder' },
  owner: Owner,
  places: Places,
): Promise<MountSpec> {
  const modeOf = (content: string): number => {
    if (plan.isSecret === true) return 0o600;
    return content.startsWith('#!') ? 0o755 : 0o644;
  };
  const files = [...plan.files].map(([path, content]): LabFile => ({
    path,
    content,
    mode: modeOf(content),
    ...owner,
  }));
  const volume = await lab.createVolume(`${name}-${posix.basename(plan.target) || 'root'}`, files, {
    ...owner,
    mode: 0o755,
  });
  for (const path of plan.files.keys()) places.set(posix.join(plan.target, path), { volume, path });
  return { Type: 'volume', Source: volume, Target: plan.target, ReadOnly: plan.readOnly };
}

/** Single files, all in one volume: the engine mounts a file of it by its place on the engine's host. */
async function fileBinds(
  lab: Lab,
  name: string,
  plans: readonly (MountPlan & { kind: 'file' })[],
  owner: Owner,
  places: Places,
): Promise<string[]> {
  if (plans.length === 0) return [];
  const files = plans.map(({ text, isSecret }, index): LabFile => ({
    path: String(index),
    content: text,
    mode: isSecret ? 0o400 : 0o644,
    ...owner,
  }));
  const volume = await lab.createVolume(`${name}-files`, files, { ...owner, mode: 0o755 });
  for (const [index, { target }] of plans.entries()) places.set(target, { volume, path: String(index) });
  const folder = await lab.volumePath(volume);
  return plans.map(({ target, readOnly }, index) => `${folder}/${index}:${target}${readOnly ? ':ro' : ''}`);
}

/** A container that can write into these volumes, and reaches nothing else. */
async function startKeeper(lab: Lab, purpose: string, volumes: ReadonlySet<string>): Promise<string> {
  const keeper = withKit(
    {
      Image: lab.context.engine.image,
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
  );
  const container = await lab.create(`${purpose}-keeper`, keeper);
  await lab.start(container);
  return container;
}
