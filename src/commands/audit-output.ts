import { resolve } from 'node:path';
import type { Ports } from '../ports/ports.ts';

/** Where a report goes, piece by piece. */
export interface ReportOutput {
  write(text: string): Promise<void>;
  /** The report is complete. */
  end(): Promise<void>;
  /** It will never be. */
  discard(): Promise<void>;
}

/** Mode of reports: they hold no secrets. */
const MODE = 0o644;

/** @param file where to write, "-" or undefined for stdout */
export async function openOutput(
  { files, system, terminal }: Pick<Ports, 'files' | 'system' | 'terminal'>,
  file: string | undefined,
): Promise<ReportOutput> {
  if (file === undefined || file === '-') {
    return { write: async (text) => terminal.out(text), end: async () => {}, discard: async () => {} };
  }
  const path = resolve(system.cwd, file);
  const found = await files.stat(path);
  const pending = await files.beginAtomic(path, { mode: found?.kind === 'file' ? found.mode : MODE });
  return {
    write: (text) => pending.write(text),
    end: () => pending.commit(),
    discard: () => pending.discard(),
  };
}
