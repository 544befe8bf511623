import { join } from 'node:path';
import type { Ports } from '../ports/ports.ts';
import { PATHS } from '../render/layout.ts';

/** Where clawproof.yaml is and what writes it. */
interface PolicyPlace {
  ports: Pick<Ports, 'files' | 'system'>;
  /** Absolute path of the deployment's folder. */
  path: string;
}

/**
 * Gives clawproof.yaml another text in one step. It stays its owner's and keeps its mode, also when root writes it. Who may
 * not give a file away becomes its owner, and nobody else may write to it then.
 * @throws AppError as `writeAtomic` does; the file is then as it was
 */
export async function writePolicyText({ ports, path }: PolicyPlace, text: string): Promise<void> {
  const { files, system } = ports;
  const file = join(path, PATHS.policy);
  const stat = await files.stat(file);
  if (stat === null) return files.writeAtomic(file, text, { mode: 0o644 });
  // On a full disk a change is taken back that never came to write it.
  if (stat.kind === 'file' && (await files.read(file)) === text) return;
  const { mode, uid, gid } = stat;
  const isOwn = uid === system.uid && gid === system.gid;
  if (isOwn) return files.writeAtomic(file, text, { mode });
  try {
    await files.writeAtomic(file, text, { mode, uid, gid });
  } catch (error) {
    if (system.uid === 0) throw error;
    // Its group is another one now, to which nobody has given the right to write.
    await files.writeAtomic(file, text, { mode: mode & ~0o022 });
  }
}
