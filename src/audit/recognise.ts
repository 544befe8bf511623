import { basename } from 'node:path';
import type { TargetReport } from './audit-report.ts';

export type FileKind = Exclude<TargetReport['kind'], 'container'>;

/** In the order in which Compose looks for them. */
export const COMPOSE_NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
export const OVERRIDE_NAMES = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];
/** OpenClaw's configuration under the names that the product has had. */
export const CONFIG_NAMES = ['openclaw.json', 'openclaw.json5', 'clawdbot.json', 'moltbot.json'];

const TEMPLATE = /\.(?:example|sample|template|dist|bak|orig|tmpl|j2)$/;

/** What a file is by its name; undefined where only its text tells. */
export function kindByName(path: string): FileKind | undefined {
  const name = basename(path).toLowerCase();
  if (name === 'daemon.json') return 'daemon-config';
  if (CONFIG_NAMES.includes(name)) return 'openclaw-config';
  if (isDockerfileName(name)) return 'dockerfile';
  if (/\.ya?ml$/.test(name)) return 'compose';
  return /^\.env(?:\.[^/]*)?$|\.env$/.test(name) ? 'env-file' : undefined;
}

/** `Dockerfile`, `Dockerfile.dev`, `app.Dockerfile`, `Containerfile`; no templates and no ignore files. */
export function isDockerfileName(name: string): boolean {
  return (
    /^(?:docker|container)file(?:[.-].*)?$|\.(?:docker|container)file$/i.test(name) &&
    !/\.(?:dockerignore|md|sh)$/i.test(name) &&
    !TEMPLATE.test(name)
  );
}

/** A compose file beside the standard ones: `docker-compose.prod.yml`, `compose-gpu.yaml`, `openclaw.compose.yml`. */
export function isComposeName(name: string): boolean {
  return /(?:^|[._-])(?:docker-)?compose(?:[._-].*)?\.ya?ml$|^stack\.ya?ml$/i.test(name);
}

/** What a file is by its text; undefined when it is none of the kinds. A first look only: its parser decides. */
export function kindByContent(text: string): FileKind | undefined {
  const head = text.slice(0, 64 * 1024);
  if (/^\s*(?:\/\/.*\s*|\/\*[^*]*\*\/\s*)*\{/.test(head)) return kindOfObject(head);
  if (/^(?:services|include)\s*:/m.test(head)) return 'compose';
  if (/^\s*FROM\s+\S/im.test(head)) return 'dockerfile';
  const lines = head.split('\n').filter((line) => !/^\s*(?:#|$)/.test(line));
  const isEnvironment = lines.length > 0 && lines.every((line) => /^\s*(?:export\s+)?[\w.-]+\s*=/.test(line));
  return isEnvironment ? 'env-file' : undefined;
}

function kindOfObject(head: string): FileKind | undefined {
  if (/["']?services["']?\s*:/.test(head) && /["']?(?:image|build)["']?\s*:/.test(head)) return 'compose';
  if (/["']?(?:gateway|agents|channels|tools|models|plugins)["']?\s*:/.test(head)) return 'openclaw-config';
  return /"(?:userns-remap|live-restore|log-driver|data-root|icc|hosts|no-new-privileges)"\s*:/.test(head)
    ? 'daemon-config'
    : undefined;
}
