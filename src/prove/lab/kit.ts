import { kitFiles } from '../kit/kit-files.ts';
import type { LabFile } from '../lab.ts';
import * as scripts from '../payload.generated.ts';
import type { ProofEngine } from '../proof-target.ts';

/** All that attempts need inside of containers: scripts for the image's Node, and programs for the engine's processor. */
export function kitContent(arch: ProofEngine['arch']): LabFile[] {
  return [
    ...Object.entries(scripts).map(([name, content]) => ({
      path: `${fileNameOf(name)}.cjs`,
      content,
      mode: 0o444,
      uid: 0,
      gid: 0,
    })),
    // Attempts that need them are skipped on other processors.
    ...(arch === 'other' ? [] : kitFiles(arch)),
  ];
}

/** "hostileModelScript" → "hostile-model" */
function fileNameOf(constant: string): string {
  return constant.replace(/Script$/, '').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
