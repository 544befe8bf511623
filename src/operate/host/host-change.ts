import { join } from 'node:path';
import { createDocker } from '../../engine/docker.ts';
import { remapBase } from '../../engine/remap-base.ts';
import { dataNotCarried } from '../../errors/host-errors.ts';
import { contentHash } from '../content-hash.ts';
import type { Change, ChangeContext } from '../change/change.ts';
import type { ChangeTools } from '../change/run-change.ts';
import { carryOver, type CarriedData, saveImages } from './carry-data.ts';
import type { SetKey } from './daemon-file.ts';
import type { RunningDaemon } from './find-daemon.ts';
import { HOST_FILES, type HostKind, type HostRecord, readRecord } from './host-state.ts';
import { reloadEngine, restartEngine } from './restart-engine.ts';

/** What the steps have to know of each other; texts of daemon.json are in files of their own, they may hold secrets. */
export interface HostMemo {
  kind: HostKind;
  action: 'set' | 'undo';
  daemon: RunningDaemon;
  /** False = there was, or shall be, no file. */
  hadFile: boolean;
  hasNext: boolean;
  /** How the engine takes it: runtimes without a restart. */
  take: 'restart' | 'reload' | 'later';
  set: SetKey[];
  program: string;
  /** Images and volumes that go along into the engine's new folder. */
  carry: CarriedData | null;
  rootBefore: string | null;
}

/** Change of an engine's daemon.json: back when the engine does not come up with it. */
export const hostChange: Change<HostMemo> = {
  name: 'host',
  commitAt: 'record',
  steps: [
    {
      id: 'images',
      title: 'Images to take along',
      run: async ({ ports, path }, { carry, program }, report) => {
        if (carry === null) return;
        await saveImages(ports, program, carry, path);
        report(`${carry.images.length} kept`);
      },
      undo: ({ ports, path }) => ports.files.remove(join(path, HOST_FILES.images)),
    },
    {
      id: 'apply',
      title: 'daemon.json and the engine',
      run: async (context, memo, report) => {
        await putFile(context, memo, memo.hasNext, HOST_FILES.next);
        await take(context, memo);
        report(
          memo.take === 'later'
            ? 'written; the engine takes it at its next start'
            : 'the engine runs with it',
        );
      },
      undo: async (context, memo) => {
        await putFile(context, memo, memo.hadFile, HOST_FILES.former);
        await take(context, memo);
      },
    },
    {
      id: 'carry',
      title: 'Images and volumes',
      run: async (context, { carry, program, ...memo }, report, task) => {
        if (carry === null) return;
        const { ports, path: folder } = context;
        const { DockerRootDir } = await dockerOf(context, { program }).info();
        const base = remapBase(DockerRootDir);
        if (base === null)
          throw dataNotCarried(`the engine keeps its data in ${DockerRootDir} and maps no users`);
        const onStep = (text: string): void => task?.step(text);
        await carryOver(ports, program, carry, { folder, base, onStep });
        report(
          `${carry.images.length} images, ${carry.volumes.length} volumes; ${memo.rootBefore ?? ''} stays as it is`,
        );
      },
    },
    { id: 'record', title: 'The way back', run: (context, memo) => writeRecord(context, memo) },
  ],
};

async function take(context: ChangeContext, memo: HostMemo): Promise<void> {
  if (memo.take === 'later') return;
  const docker = dockerOf(context, memo);
  if (memo.take === 'reload') return reloadEngine(context.ports, docker, memo.daemon);
  await restartEngine(context.ports, docker, memo.daemon);
}

/** How these changes are opened: they belong to no deployment. */
export function hostTools(toolVersion: string): ChangeTools {
  return {
    open: (ports, { folder }) => Promise.resolve({ ports, path: folder, toolVersion } as ChangeContext),
    find: () => Promise.resolve(hostChange as Change<unknown>),
  };
}

function dockerOf(
  { ports }: ChangeContext,
  { program }: Pick<HostMemo, 'program'>,
): ReturnType<typeof createDocker> {
  return createDocker(ports, program);
}

async function putFile(
  { ports: { files }, path }: ChangeContext,
  { daemon: { configFile } }: HostMemo,
  isThere: boolean,
  from: string,
): Promise<void> {
  if (!isThere) return files.remove(configFile);
  const text = await files.read(join(path, from));
  if (text === null || text === (await files.read(configFile))) return;
  const stat = await files.stat(configFile);
  const owner = stat === null ? {} : { uid: stat.uid, gid: stat.gid };
  await files.writeAtomic(configFile, text, { mode: stat?.mode ?? 0o644, ...owner });
}

async function writeRecord({ ports, path }: ChangeContext, memo: HostMemo): Promise<void> {
  const { files, clock } = ports;
  const { kind, action, hadFile, set, rootBefore } = memo;
  const recordPath = join(path, HOST_FILES.record(kind));
  if (action === 'undo') {
    await files.remove(recordPath);
    await files.remove(join(path, HOST_FILES.before(kind)));
  } else {
    const former = (await files.read(join(path, HOST_FILES.former))) ?? '';
    const next = (await files.read(join(path, HOST_FILES.next))) ?? '';
    const earlier = await readRecord(files, path, kind);
    const fresh: HostRecord = {
      schema: 1,
      at: clock.now().toISOString(),
      after: contentHash(next),
      exact: true,
      hadFile,
      set,
      ...(rootBefore === null ? {} : { rootBefore }),
    };
    // The first copy is the way back; a second run only adds to what is taken back.
    if (earlier === null)
      await files.writeAtomic(join(path, HOST_FILES.before(kind)), former, { mode: 0o600 });
    const record = earlier === null ? fresh : added(earlier, fresh, contentHash(former));
    await files.writeAtomic(recordPath, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  }
  for (const name of [HOST_FILES.next, HOST_FILES.former, HOST_FILES.images])
    await files.remove(join(path, name));
}

/** May be run again after a kill: what is in `earlier` already is not added twice. */
function added(earlier: HostRecord, fresh: HostRecord, former: string): HostRecord {
  if (earlier.after === fresh.after) return earlier;
  const known = new Set(earlier.set.map(({ path }) => path.join('.')));
  return {
    ...earlier,
    ...(fresh.rootBefore === undefined ? {} : { rootBefore: fresh.rootBefore }),
    at: fresh.at,
    after: fresh.after,
    exact: earlier.exact && earlier.after === former,
    set: [...earlier.set, ...fresh.set.filter(({ path }) => !known.has(path.join('.')))],
  };
}
