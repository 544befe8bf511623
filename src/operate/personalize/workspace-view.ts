import { join } from 'node:path';
import type { Ports } from '../../ports/ports.ts';
import {
  RITUAL,
  type ViewedName,
  WORKSPACE_FILES,
  type WorkspaceFileName,
} from '../../policy/workspace-file.ts';
import type { Session } from '../session.ts';
import { gatewayImage } from '../state/state-volume.ts';
import { contentHash } from '../content-hash.ts';
import { beginningOf } from './default-texts.ts';
import { isSame, protectedPath } from './prepare.ts';
import { inVolume } from './volume.ts';
import type { VolumeAnswer } from './volume-script.ts';
import type { Workspace } from './workspaces.ts';

export interface FileView {
  name: ViewedName;
  /** Null = there is none, or none that is read. */
  text: string | null;
  /** What a new one would begin with; absent where there is one. */
  beginning?: string;
  /** Of what is in the state; null when there is nothing. */
  hash: string | null;
  /** When it was changed, ISO 8601; absent for a protected one. */
  changed?: string;
  isProtected: boolean;
  /** Why it is not read: the agent made it a link, for example. */
  refused?: string;
}

const NAMES: readonly ViewedName[] = [...WORKSPACE_FILES, RITUAL, 'TOOLS.md', 'HEARTBEAT.md'];

/** All files of a workspace that this is about, whether they are there or not. */
export async function viewWorkspace(
  ports: Ports,
  session: Session,
  workspace: Workspace,
): Promise<FileView[]> {
  const context = { ...session, image: gatewayImage(session) };
  const answers = await inVolume(
    context,
    NAMES.map((name) => ({ do: 'read', folder: workspace.folder, name })),
  );
  return Promise.all(
    NAMES.map(async (name, index) => {
      const file = { folder: workspace.folder, name: name as WorkspaceFileName };
      const isProtected = session.policy.workspace.readOnly.some((other) => isSame(file, other));
      const view = fromAnswer(name, answers[index]);
      if (!isProtected) return view;
      const text = await ports.files.read(protectedPath(session.path, file));
      return { name, text, hash: text === null ? null : contentHash(text), isProtected };
    }),
  );
}

function fromAnswer(name: ViewedName, answer: VolumeAnswer | undefined): FileView {
  const none = { name, text: null, hash: null, isProtected: false };
  if (answer?.state === 'file')
    return { ...none, text: answer.text, hash: answer.hash, changed: answer.changed };
  if (answer?.state === 'refused') return { ...none, refused: answer.why };
  const isCurrent = WORKSPACE_FILES.some((other) => other === name);
  return isCurrent ? { ...none, beginning: beginningOf(name as WorkspaceFileName, answer) } : none;
}

/** Where older texts of a workspace are kept, relative to the deployment folder's record. */
export function keptFolder(folder: string, id: string): string {
  return join(folder, '.clawproof', 'workspace-before', id);
}
