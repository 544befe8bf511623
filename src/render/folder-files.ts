import type { Policy } from '../policy/policy.ts';
import { PATHS } from './layout.ts';

/** `.env` for people who call `docker compose` in the folder themselves. Holds no secret, and never shall. */
export function renderDotenv(policy: Policy): string {
  return [
    '# Written by clawproof. No secret belongs here: everything in it shows in `docker inspect`.',
    `COMPOSE_PROJECT_NAME=${policy.name}`,
    `COMPOSE_FILE=${PATHS.compose}`,
    '',
  ].join('\n');
}

/** What must not get into version control. */
export function renderGitignore(): string {
  return [
    '# Written by clawproof.',
    'secrets/',
    'backups/',
    `${PATHS.toolFolder}/`,
    'config/openclaw/',
    '*.tgz',
    '',
  ].join('\n');
}

/** The deployment folder itself is nobody's build context: nothing in it may enter an image. */
export function renderDockerignore(): string {
  return ['# Written by clawproof.', '*', ''].join('\n');
}
