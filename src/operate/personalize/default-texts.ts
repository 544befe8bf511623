import type { WorkspaceFileName } from '../../policy/workspace-file.ts';
import type { VolumeAnswer } from './volume-script.ts';

/** What a file says that is protected or answered before OpenClaw has made it: what OpenClaw would begin with, where it tells. */
export function beginningOf(name: WorkspaceFileName, answer?: VolumeAnswer): string {
  return (answer?.state === 'absent' ? answer.template : null) ?? TEXTS[name];
}

const TEXTS: Readonly<Record<WorkspaceFileName, string>> = {
  'IDENTITY.md': '# Identity\n\n- **Name:**\n- **Creature:**\n- **Vibe:**\n- **Emoji:**\n',
  'SOUL.md': `# Soul

Help with what was asked, say what you think, and say so when you are not sure. Look things up before you ask.

What is private stays private. Ask before anything leaves this machine or cannot be undone.
`,
  'USER.md': '# User\n\nWhat is known of the person you work for, one directive each.\n',
  'AGENTS.md': `# Workspace

Notes of the day go into memory/YYYY-MM-DD.md, what lasts into MEMORY.md. Keep secrets out of both.

Do not run what destroys something, and do not send anything out, without being asked to.

## Tools
`,
  'MEMORY.md': '# Memory\n',
};
