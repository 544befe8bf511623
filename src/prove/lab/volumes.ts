import { callEngine } from '../../engine/engine-call.ts';
import type { LabFile } from '../lab.ts';
import type { LabContext } from './lab-engine.ts';
import { removalOf } from './removal.ts';
import { tarOf, type TarFolder } from './tar.ts';

/** Where the volume is in the container through which it is filled. */
const TARGET = '/clawproof-volume';

export type Owner = Omit<TarFolder, 'path'>;

/** A new volume with these files. It is filled through a container that is never started, so that no image has to have tools. */
export async function createVolume(
  { engine: { connection, image }, labels, nameOf, change }: LabContext,
  purpose: string,
  files: readonly LabFile[],
  owner: Owner,
): Promise<string> {
  const name = nameOf(purpose);
  return change(async () => {
    const call = async (action: string, path: string, body: object): Promise<unknown> =>
      (await callEngine(connection, { action, method: 'POST', path, body })).value;
    await call(`make the volume ${name}`, '/volumes/create', { Name: name, Driver: 'local', Labels: labels });
    const filler = `${name}-filler`;
    const mount = { Type: 'volume', Source: name, Target: TARGET, VolumeOptions: { NoCopy: true } };
    await call(`make a container for the volume ${name}`, `/containers/create?name=${filler}`, {
      Image: image,
      Entrypoint: ['/never-started'],
      Cmd: [],
      Labels: labels,
      NetworkDisabled: true,
      HostConfig: { NetworkMode: 'none', Mounts: [mount], LogConfig: { Type: 'none' } },
    });
    await callEngine(connection, {
      action: `fill the volume ${name}`,
      method: 'PUT',
      path: `/containers/${filler}/archive?path=${encodeURIComponent('/')}`,
      body: tarOf(foldersOf(files, owner), files.map(belowTarget)),
    });
    await callEngine(connection, removalOf({ kind: 'container', id: filler, name: filler }));
    return name;
  });
}

/**
 * A new volume in memory, which several containers can have at once; empty again when none of them runs.
 * @param options those of mount(8) for a tmpfs
 */
export async function createMemoryVolume(
  { engine: { connection }, labels, nameOf, change }: LabContext,
  purpose: string,
  options: string,
): Promise<string> {
  const name = nameOf(purpose);
  const driver = { Driver: 'local', DriverOpts: { type: 'tmpfs', device: 'tmpfs', o: options } };
  return change(async () => {
    await callEngine(connection, {
      action: `make the volume ${name}`,
      method: 'POST',
      path: '/volumes/create',
      body: { Name: name, ...driver, Labels: labels },
    });
    return name;
  });
}

/** Where the engine keeps a volume, on its own host. */
export async function volumePath({ engine: { connection } }: LabContext, name: string): Promise<string> {
  const { value } = await callEngine<{ Mountpoint: string }>(connection, {
    action: `look at the volume ${name}`,
    method: 'GET',
    path: `/volumes/${name}`,
  });
  return value?.Mountpoint ?? '';
}

/** The volume's own root, which the engine leaves alone in an archive that is unpacked right there, and all folders in it. */
function foldersOf(files: readonly LabFile[], owner: Owner): TarFolder[] {
  const paths = new Set<string>();
  for (const { path } of files) {
    const names = path.split('/').slice(0, -1);
    names.forEach((_, index) => paths.add(names.slice(0, index + 1).join('/')));
  }
  return [
    { ...owner, path: TARGET.slice(1) },
    ...[...paths].toSorted().map((path) => ({ ...owner, path: `${TARGET.slice(1)}/${path}` })),
  ];
}

function belowTarget(file: LabFile): LabFile {
  return { ...file, path: `${TARGET.slice(1)}/${file.path}` };
}
