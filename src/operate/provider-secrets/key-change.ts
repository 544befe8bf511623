import { join } from 'node:path';
import { keptCopyMissing } from '../../errors/secret-errors.ts';
import { PATHS } from '../../render/layout.ts';
import type { Change, ChangeContext } from '../change/change.ts';
import { type OwnerContext, ownerContext, readOwned, removeOwned, writeOwned } from '../container-owner.ts';
import { pinsFrom } from '../up/file-set.ts';
import { recreateGateway, reloadKeys, type Reloaded, settingsTaken } from './reload.ts';

/** A file that a change of keys writes or removes: a key, openclaw.json, or another file of the folder. */
export interface ChangedFile {
  /** Relative to the deployment folder. */
  path: string;
  mode: number;
  owner: 'container' | 'user';
  /** False when the change removes it. */
  stays: boolean;
  /** True when it was there before. */
  was: boolean;
}

/** What the steps remember; what the files hold is never in it. */
export interface KeyMemo {
  /** Keys first, then files that refer to them. */
  files: ChangedFile[];
  keys: number;
  /** True when references to keys changed, which the gateway finds out by itself. */
  awaitSettings: boolean;
  /** True when the gateway's container has to be made anew. */
  recreate: boolean;
  /** Folder, relative to the deployment's, that gets the former files; null = they are not kept. */
  backup: string | null;
  reloaded: Reloaded | null;
}

/** Within this time the gateway says that it found other settings; on a quick machine it takes half a second. */
const QUIET_MS = 4000;

/** Where the new and the former texts are while a change runs, in files that only the user can read. */
const KEPT = `${PATHS.toolFolder}/secrets-change`;

/**
 * The change behind `secrets set`, `remove` and `import`: new texts are put aside together with the former ones, then written,
 * then read by the gateway. Until the gateway has taken them, everything goes back.
 * @param texts new texts, in the order of the memo's files; null for one that is removed. Not known after an interruption,
 *   when they are no longer needed.
 */
export function keyChange(name: string, texts: readonly (string | null)[] = []): Change<KeyMemo> {
  return {
    name,
    commitAt: 'tidy',
    steps: [
      {
        id: 'keep',
        title: 'Copies of what changes',
        run: (context, memo) => keep(context, memo, texts),
        undo: (context) => context.ports.files.remove(join(context.path, KEPT)),
      },
      {
        id: 'keys',
        title: 'Keys',
        run: (context, memo) => write(context, memo, 'new', (index) => index < memo.keys),
        undo: async (context, memo) => {
          await write(context, memo, 'old', (index) => index < memo.keys);
          // References to keys went back, and were taken, before.
          await tellGateway(context, { ...memo, awaitSettings: false }).catch(() => undefined);
        },
      },
      {
        id: 'settings',
        title: 'Settings',
        run: (context, memo) => write(context, memo, 'new', (index) => index >= memo.keys),
        undo: takeSettingsBack,
      },
      {
        id: 'reload',
        title: 'Gateway reads its keys',
        run: async (context, memo, report) => {
          const reloaded = await tellGateway(context, memo);
          report(reloaded.detail);
          return { ...memo, reloaded };
        },
      },
      { id: 'tidy', title: 'Copies removed', run: tidy },
    ],
  };
}

export function ownerOf(context: ChangeContext): OwnerContext {
  const { policy, lock, toolVersion } = context;
  return ownerContext(context, pinsFrom(policy, lock, toolVersion).images.gateway);
}

async function keep(
  context: ChangeContext,
  { files: changed }: KeyMemo,
  texts: readonly (string | null)[],
): Promise<void> {
  const { path: folder, ports } = context;
  for (const part of ['', '/old', '/new']) await ports.files.makeDirectory(join(folder, KEPT + part), 0o700);
  for (const [index, file] of changed.entries()) {
    const before = await read(context, file);
    if (before !== null) await put(`old/${index}`, before);
    const text = texts[index] ?? null;
    if (text !== null) await put(`new/${index}`, text);
  }

  function put(name: string, text: string): Promise<void> {
    return ports.files.writeAtomic(join(folder, KEPT, name), text, { mode: 0o600 });
  }
}

function read(context: ChangeContext, { path, owner }: ChangedFile): Promise<string | null> {
  if (owner === 'container') return readOwned(ownerOf(context), context.path, path);
  return context.ports.files.read(join(context.path, path));
}

async function write(
  context: ChangeContext,
  { files: changed }: KeyMemo,
  which: 'old' | 'new',
  isMeant: (index: number) => boolean,
): Promise<void> {
  const { path: folder, ports } = context;
  for (const [index, file] of changed.entries()) {
    if (!isMeant(index)) continue;
    if (!(which === 'old' ? file.was : file.stays)) {
      await removeOwned(ownerOf(context), folder, [file.path]);
      continue;
    }
    const kept = join(folder, KEPT, which, String(index));
    const text = await ports.files.read(kept);
    if (text === null) throw keptCopyMissing(kept);
    const { path, mode, owner } = file;
    if (owner === 'user') await ports.files.writeAtomic(join(folder, path), text, { mode });
    else await writeOwned(ownerOf(context), folder, { path, text, mode, owner, readBy: ['gateway'] });
  }
}

/** A gateway that saw no other settings has nothing to take back, and says nothing. */
async function takeSettingsBack(context: ChangeContext, memo: KeyMemo): Promise<void> {
  const { files } = context.ports;
  const isSetting = async (index: number): Promise<boolean> => {
    const file = memo.files[index];
    if (index < memo.keys || file === undefined) return false;
    const before = file.was ? await files.read(join(context.path, KEPT, 'old', String(index))) : null;
    return (await read(context, file)) !== before;
  };
  const differs = await Promise.all(memo.files.map((_file, index) => isSetting(index)));
  if (!differs.includes(true)) return;
  const since = context.ports.clock.now();
  await write(context, memo, 'old', (index) => differs[index] === true);
  if (memo.awaitSettings && !memo.recreate)
    await settingsTaken(context, since, QUIET_MS).catch(() => undefined);
}

function tellGateway(context: ChangeContext, memo: KeyMemo): Promise<Reloaded> {
  if (memo.recreate) return recreateGateway(context);
  const providers = memo.files
    .slice(0, memo.keys)
    .filter(({ stays }) => stays)
    .map(({ path }) => path.slice(path.lastIndexOf('/') + 1).toLowerCase());
  return reloadKeys(context, { providers, awaitSettings: memo.awaitSettings });
}

/** Former files become the backup where one was asked for; everything else that was put aside goes. */
async function tidy({ path: folder, ports }: ChangeContext, memo: KeyMemo): Promise<void> {
  const { files } = ports;
  if (memo.backup !== null) {
    const target = join(folder, memo.backup);
    await files.makeDirectory(target, 0o700);
    for (const [index, file] of memo.files.entries()) {
      if (index < memo.keys) continue;
      const text = await files.read(join(folder, KEPT, 'old', String(index)));
      if (text === null) continue;
      await files.writeAtomic(join(target, file.path.replaceAll('/', '_')), text, { mode: 0o600 });
    }
  }
  await files.remove(join(folder, KEPT));
}
