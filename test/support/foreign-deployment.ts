import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtImage, docker, removeProject } from './docker-cli.ts';

const fixtures = fileURLToPath(new URL('../live/foreign/', import.meta.url));

/** A deployment that clawproof did not make, as its makers describe it. */
export interface ForeignDeployment {
  name: string;
  folder: string;
  token: string;
  remove(): Promise<void>;
}

/**
 * Starts one of test/live/foreign with the gateway image that the tests build; nothing is pulled.
 * @param variables of its compose file, beside image, token and folders
 */
export async function startForeign(
  fixture: 'upstream' | 'guide',
  name: string,
  variables: Record<string, string>,
): Promise<ForeignDeployment> {
  await removeProject(name);
  const prefix = `clawproof-foreign-${name}-`;
  for (const entry of readdirSync(tmpdir()))
    if (entry.startsWith(prefix)) rmSync(join(tmpdir(), entry), { recursive: true, force: true });
  const folder = mkdtempSync(join(tmpdir(), prefix));
  const image = await builtImage('gateway');
  const token = randomBytes(24).toString('hex');
  const [config, workspace] = [join(folder, 'config'), join(folder, 'workspace')];
  for (const made of [config, workspace]) mkdirSync(made);
  cpSync(join(fixtures, fixture, 'compose.yaml'), join(folder, 'compose.yaml'));
  if (fixture === 'upstream') cpSync(join(fixtures, fixture, 'openclaw.json'), join(config, 'openclaw.json'));
  const settings = {
    COMPOSE_PROJECT_NAME: name,
    OPENCLAW_IMAGE: image,
    OPENCLAW_GATEWAY_TOKEN: token,
    OPENAI_API_KEY: `sk-test-${randomBytes(24).toString('hex')}`,
    OPENCLAW_CONFIG_DIR: config,
    OPENCLAW_WORKSPACE_DIR: workspace,
    ...variables,
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
  writeFileSync(join(folder, '.env'), lines.join(''));
  // As the set-up scripts do: the folders belong to the user of the image.
  await docker(
    [
      'run',
      '--rm',
      '--user',
      '0',
      '--network',
      'none',
      '--entrypoint',
      'chown',
      '--volume',
      `${folder}:/set-up`,
    ],
    [image, '-R', '1000:1000', '/set-up/config', '/set-up/workspace'],
  );
  await docker('compose', '--project-directory', folder, 'up', '--detach');
  return {
    name,
    folder,
    token,
    async remove() {
      await removeProject(name);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
