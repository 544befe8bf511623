/** Where things are in the twin. */
export const TWIN = {
  home: '/home/node',
  state: '/home/node/.openclaw',
  config: '/home/node/.openclaw/openclaw.json',
  skills: '/home/node/.openclaw/skills',
  workspace: '/home/node/.openclaw/workspace',
  /** Read-only: what the twin is set up from, stand-ins for programs, and the authority that it trusts. */
  world: '/opt/twin',
  port: 18_789,
} as const;

export const SKILL_FILE = 'SKILL.md';

/** Files with which an agent begins every conversation: who writes them speaks in all later ones. */
export const MEMORY_FILES = [
  'SOUL.md',
  'AGENTS.md',
  'IDENTITY.md',
  'TOOLS.md',
  'HEARTBEAT.md',
  'BOOT.md',
  'BOOTSTRAP.md',
  'USER.md',
  'MEMORY.md',
] as const;
