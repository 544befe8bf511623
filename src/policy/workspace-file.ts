import { parsed, refused, type Parsed } from './parsed.ts';

/** Files of a workspace that OpenClaw reads into every session, in the order in which people meet them. */
export const WORKSPACE_FILES = ['IDENTITY.md', 'SOUL.md', 'USER.md', 'AGENTS.md', 'MEMORY.md'] as const;
export type WorkspaceFileName = (typeof WORKSPACE_FILES)[number];

/** A file of a workspace in the state folder. */
export interface WorkspaceFile {
  /** Name of the workspace's folder: "workspace", or "workspace-ID" of one of several agents. */
  folder: string;
  name: WorkspaceFileName;
}

export const WORKSPACE_FOLDER = 'workspace';
const FOLDER_PATTERN = 'workspace(?:-[A-Za-z0-9][A-Za-z0-9_-]{0,63})?';

/** As a pattern for the JSON Schema: "SOUL.md", or "workspace-work/SOUL.md" of another agent. */
export const WORKSPACE_FILE_PATTERN = `^(?:${FOLDER_PATTERN}/)?(?:${WORKSPACE_FILES.map((name) => name.replace('.', '\\.')).join('|')})$`;

const FILE = new RegExp(WORKSPACE_FILE_PATTERN);

/** True for the name of a folder whose files can be protected. */
export function isWorkspaceFolder(folder: string): boolean {
  return new RegExp(`^${FOLDER_PATTERN}$`).test(folder);
}

export function parseWorkspaceFile(text: string): Parsed<WorkspaceFile> {
  if (!FILE.test(text))
    return refused(
      `is none of the files that can be protected: ${WORKSPACE_FILES.join(', ')}; of another agent: workspace-ID/${WORKSPACE_FILES[1]}`,
    );
  const slash = text.lastIndexOf('/');
  const name = text.slice(slash + 1) as WorkspaceFileName;
  return parsed({ folder: slash === -1 ? WORKSPACE_FOLDER : text.slice(0, slash), name });
}

/** As it stands in clawproof.yaml. */
export function workspaceFileText({ folder, name }: WorkspaceFile): string {
  return folder === WORKSPACE_FOLDER ? name : `${folder}/${name}`;
}

/** The first talk with a new agent, which OpenClaw makes and the agent removes; answers take its place. */
export const RITUAL = 'BOOTSTRAP.md';

/** Files of older versions, and what took their place. */
export const RETIRED: Readonly<Record<string, string>> = {
  'TOOLS.md': 'its notes are the section "## Tools" of AGENTS.md (clawproof personalize edit AGENTS.md).',
  'HEARTBEAT.md':
    'its checklist is kept with the heartbeat job (clawproof openclaw -- automations list --all, then: automations scratch JOB --set "…").',
};

export type ViewedName = WorkspaceFileName | typeof RITUAL | 'TOOLS.md' | 'HEARTBEAT.md';

/** Characters of a file that OpenClaw puts into a session; what is longer is cut. */
export function budgetOf(name: ViewedName): number {
  return name === 'USER.md' ? 4000 : 20_000;
}
