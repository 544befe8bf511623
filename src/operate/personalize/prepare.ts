import { join } from 'node:path';
import { isAppError } from '../../errors/app-error.ts';
import type { Files } from '../../ports/files.ts';
import type { Policy } from '../../policy/policy.ts';
import { isWorkspaceFolder, parseWorkspaceFile, type WorkspaceFile } from '../../policy/workspace-file.ts';
import { PATHS } from '../../render/layout.ts';
import { beginningOf } from './default-texts.ts';
import { inVolume, unlessRefused, type VolumeContext } from './volume.ts';
import type { VolumeOrder } from './volume-script.ts';

interface PrepareContext extends VolumeContext {
  policy: Policy;
  files: Files;
  /** The deployment folder. */
  folder: string;
}

/** Path in the deployment folder of a protected file. */
export function protectedPath(folder: string, file: WorkspaceFile): string {
  return join(folder, PATHS.protectedFiles, file.folder, file.name);
}

/**
 * Before the containers start: each protected file has its text in the deployment folder, and a file of the agent's own in the
 * state to be mounted over; Docker would make one that belongs to root. What is no longer protected goes back into the state.
 * May be run again after any interruption.
 * @throws AppError `workspace-file-refused`, `workspace-not-reached`
 */
export async function prepareWorkspace(context: PrepareContext): Promise<void> {
  const { policy, files, folder } = context;
  const wanted = policy.workspace.readOnly;
  const stale = (await filesThere(files, folder)).filter(
    (file) => !wanted.some((other) => isSame(file, other)),
  );
  if (wanted.length === 0 && stale.length === 0) return;
  await takeTexts(context);
  const orders: VolumeOrder[] = wanted.map(({ folder: at, name }) => ({ do: 'create', folder: at, name }));
  for (const file of stale) {
    const text = await files.read(protectedPath(folder, file));
    if (text !== null) orders.push({ do: 'write', folder: file.folder, name: file.name, text });
  }
  const answers = await inVolume(context, orders);
  for (const [index, order] of orders.entries()) unlessRefused(order, answers[index]);
  // Only now: until here the text was nowhere else.
  for (const file of stale) await files.remove(protectedPath(folder, file));
}

/** Texts that are not in the folder yet are taken from the agent's own files. */
async function takeTexts(context: PrepareContext): Promise<void> {
  const { policy, files, folder } = context;
  const missing: WorkspaceFile[] = [];
  for (const file of policy.workspace.readOnly)
    if ((await files.stat(protectedPath(folder, file))) === null) missing.push(file);
  if (missing.length === 0) return;
  const orders = missing.map(({ folder: at, name }): VolumeOrder => ({ do: 'read', folder: at, name }));
  const answers = await inVolume(context, orders);
  for (const [index, file] of missing.entries()) {
    const answer = unlessRefused(file, answers[index]);
    await writeProtected(
      files,
      folder,
      file,
      answer.state === 'file' ? answer.text : beginningOf(file.name, answer),
    );
  }
}

export async function writeProtected(
  files: Files,
  folder: string,
  file: WorkspaceFile,
  text: string,
): Promise<void> {
  const path = protectedPath(folder, file);
  await files.makeDirectory(join(folder, PATHS.protectedFiles), 0o755);
  await files.makeDirectory(join(folder, PATHS.protectedFiles, file.folder), 0o755);
  await files.writeAtomic(path, text, { mode: 0o444 });
}

/** Protected files that are in the folder, whether the policy still names them or not. */
export async function filesThere(files: Files, folder: string): Promise<WorkspaceFile[]> {
  const root = join(folder, PATHS.protectedFiles);
  const found: WorkspaceFile[] = [];
  for (const at of (await listOrNone(files, root)).filter(isWorkspaceFolder)) {
    for (const name of await listOrNone(files, join(root, at))) {
      const parsed = parseWorkspaceFile(`${at}/${name}`);
      if (parsed.ok) found.push(parsed.value);
    }
  }
  return found;
}

async function listOrNone(files: Files, path: string): Promise<string[]> {
  try {
    return (await files.stat(path))?.kind === 'directory' ? await files.list(path) : [];
  } catch (error) {
    if (isAppError(error)) return [];
    throw error;
  }
}

export function isSame(a: WorkspaceFile, b: WorkspaceFile): boolean {
  return a.folder === b.folder && a.name === b.name;
}
