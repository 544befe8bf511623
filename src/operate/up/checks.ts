import { join } from 'node:path';
import { configText } from '../../render/config/merge-settings.ts';
import { PATHS } from '../../render/layout.ts';
import { readOwned } from '../container-owner.ts';
import { parseConfig } from '../openclaw-config.ts';
import { containerName, services } from './start.ts';
import type { Check, UpContext } from './types.ts';

/** What is tried on the running gateway and searched on the host after a start. Each check is made for real. */
export async function runChecks(context: UpContext, image: string): Promise<Check[]> {
  const token = await readOwned(ownerContext(context, image), context.folder, PATHS.gatewayToken);
  const [auth, references, leaks] = await Promise.all([
    authChecks(context, token),
    referenceCheck(context, image, token),
    leakCheck(context, token),
  ]);
  return [...auth, references, leaks];
}

export function ownerContext(context: UpContext, image: string): Parameters<typeof readOwned>[0] {
  const { ports, docker, engine } = context;
  return {
    ports,
    docker,
    image,
    mapsUsers: engine.kind !== 'local' || engine.engine?.userNamespaces === true,
  };
}

async function authChecks(context: UpContext, token: string | null): Promise<Check[]> {
  const ask = async (authorization: string | null): Promise<string> => {
    const headers = {
      'content-type': 'application/json',
      ...(authorization === null ? {} : { authorization }),
    };
    const url = `http://127.0.0.1:${context.policy.access.port}/tools/invoke`;
    const body = JSON.stringify({ tool: 'sessions_list', args: {} });
    try {
      return String(
        (await context.ports.http.request(url, { method: 'POST', headers, body, timeoutMs: 15_000 })).status,
      );
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  const expect = async (
    id: string,
    title: string,
    authorization: string | null,
    wanted: string,
  ): Promise<Check> => {
    const got = await ask(authorization);
    return {
      id,
      title,
      state: got === wanted ? 'pass' : 'fail',
      detail: got === wanted ? `HTTP ${got}` : `expected HTTP ${wanted}, got ${got}`,
    };
  };
  return [
    await expect('auth-none', 'Without a token the gateway refuses', null, '401'),
    await expect(
      'auth-wrong',
      'With a wrong token the gateway refuses',
      `Bearer ${context.ports.random.hex(32)}`,
      '401',
    ),
    token === null
      ? {
          id: 'auth-right',
          title: 'With the token the gateway answers',
          state: 'error',
          detail: 'the token file could not be read',
        }
      : await expect('auth-right', 'With the token the gateway answers', `Bearer ${token.trim()}`, '200'),
  ];
}

/** OpenClaw rewrites its config: the reference to the token must still be a reference afterwards. */
async function referenceCheck(context: UpContext, image: string, token: string | null): Promise<Check> {
  const title = 'The token is still a reference in openclaw.json';
  const text = await readOwned(ownerContext(context, image), context.folder, PATHS.openclawConfig);
  if (text === null)
    return { id: 'token-reference', title, state: 'error', detail: 'openclaw.json could not be read' };
  const gateway = parseConfig(text)['gateway'] as { auth?: { token?: unknown } } | undefined;
  const isReference = typeof gateway?.auth?.token === 'object' && gateway.auth.token !== null;
  const holdsToken =
    token !== null && (text.includes(token.trim()) || configText(parseConfig(text)).includes(token.trim()));
  if (isReference && !holdsToken)
    return { id: 'token-reference', title, state: 'pass', detail: 'a SecretRef to a file' };
  return {
    id: 'token-reference',
    title,
    state: 'fail',
    detail: 'openclaw.json holds the token as plain text',
  };
}

/** The token's value is searched where it would be seen by people who must not have it. */
async function leakCheck(context: UpContext, token: string | null): Promise<Check> {
  const title = 'The token is in no container setting, compose file or log';
  if (token === null)
    return { id: 'token-leak', title, state: 'error', detail: 'the token file could not be read' };
  const value = token.trim();
  const places: [string, string][] = [];
  for (const service of services(context)) {
    const name = containerName(context, service);
    places.push([`docker inspect ${name}`, JSON.stringify(await context.docker.inspectContainer(name))]);
    places.push([`the log of ${service}`, await context.docker.logs(name)]);
  }
  for (const path of [PATHS.compose, PATHS.dotenv, `${PATHS.toolFolder}/journal.jsonl`]) {
    places.push([path, (await context.ports.files.read(join(context.folder, path))) ?? '']);
  }
  const found = places.filter(([, text]) => text.includes(value)).map(([place]) => place);
  if (found.length > 0)
    return { id: 'token-leak', title, state: 'fail', detail: `found in ${found.join(', ')}` };
  return { id: 'token-leak', title, state: 'pass', detail: `searched ${places.length} places` };
}
