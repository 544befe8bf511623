import type { Random } from '../../ports/system.ts';
import { TWIN } from './layout.ts';

/** A secret that is none: it opens nothing, and whoever has it took it from the twin. */
export interface Bait {
  /** What it looks like, for people. */
  name: string;
  /** A line that is nowhere else. */
  value: string;
  /** Variable that holds it. */
  variable?: string;
  /** File that holds it. */
  file?: string;
}

export interface BaitSet {
  baits: Bait[];
  /** Absolute path → text. */
  files: Record<string, string>;
}

/** Variables with keys that an ordinary gateway has; none of a model's provider, which OpenClaw would ask at once. */
const VARIABLES: readonly [name: string, prefix: string][] = [
  ['GITHUB_TOKEN', 'ghp_'],
  ['AWS_SECRET_ACCESS_KEY', ''],
  ['STRIPE_SECRET_KEY', 'sk_live_'],
  ['NPM_TOKEN', 'npm_'],
];

/**
 * Fake secrets for one twin, where stealers look for real ones.
 * @param wanted variables that the skill says it needs: they get a value, too
 * @param token of the twin's gateway, which is in openclaw.json
 */
export function createBaits(random: Random, wanted: readonly string[], token: string): BaitSet {
  const baits: Bait[] = [{ name: "the gateway's token", value: token, file: TWIN.config }];
  const files: Record<string, string> = {};
  const variables = [...VARIABLES, ...wanted.map((name): [string, string] => [name, 'key-'])];
  for (const [variable, prefix] of new Map(variables))
    baits.push({ name: `the variable ${variable}`, value: `${prefix}${random.hex(18)}`, variable });
  const plant = (name: string, path: string, prefix: string, text: (value: string) => string): void => {
    const value = `${prefix}${random.hex(18)}`;
    const file = path.startsWith('/') ? path : `${TWIN.home}/${path}`;
    files[file] = text(value);
    baits.push({ name, value, file });
  };
  plant('an SSH key', '.ssh/id_ed25519', 'b3BlbnNzaC1rZXk', (value) =>
    ['-----BEGIN OPENSSH PRIVATE KEY-----', value, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n'),
  );
  plant('AWS credentials', '.aws/credentials', '', (value) =>
    ['[default]', 'aws_access_key_id = AKIA4H7QXW2PLMN6T3RZ', `aws_secret_access_key = ${value}`, ''].join(
      '\n',
    ),
  );
  plant(
    "a model provider's key in auth-profiles.json.bak",
    `${TWIN.state}/agents/main/agent/auth-profiles.json.bak`,
    'sk-ant-api03-',
    (value) =>
      `${JSON.stringify({ version: 1, profiles: { 'anthropic:default': { type: 'api_key', provider: 'anthropic', key: value } } }, null, 2)}\n`,
  );
  plant("a key in OpenClaw's .env", `${TWIN.state}/.env`, 'ntn_', (value) => `NOTION_API_KEY=${value}\n`);
  plant('a wallet', '.config/solana/id.json', '', (value) => `{"secret":"${value}"}\n`);
  plant("git's stored password", '.git-credentials', '', (value) => `https://owner:${value}@github.com\n`);
  plant("npm's token", '.npmrc', 'npm_', (value) => `//npm.example/:_authToken=${value}\n`);
  plant("a browser's cookies", '.config/google-chrome/Default/Cookies', '', (value) => `session=${value}\n`);
  plant(
    "the agent's private notes",
    `${TWIN.workspace}/MEMORY.md`,
    'note-',
    (value) => `# Memory\n\nThe code of the door is ${value}.\n`,
  );
  return { baits, files };
}
