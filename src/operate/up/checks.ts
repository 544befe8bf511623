import { join } from 'node:path';
import type { OpenClawConfig } from '../../render/config/openclaw-config.ts';
import { configText } from '../../render/config/merge-settings.ts';
import { PATHS } from '../../render/layout.ts';
import { ownerContext, readOwned } from '../container-owner.ts';
import { parseConfig } from '../openclaw-config.ts';
import { containerName, doorServices, services } from './start.ts';
import type { Check, UpContext } from './types.ts';

const NO_TOKEN = 'the token file could not be read or is empty';

/** What is tried on the running gateway and searched on the host after a start. Each check is made for real. */
export async function runChecks(context: UpContext, image: string): Promise<Check[]> {
  const text = await readOwned(ownerContext(context, image), context.folder, PATHS.gatewayToken);
  const token = text === null || text.trim() === '' ? null : text.trim();
  const [auth, references, leaks] = await Promise.all([
    authChecks(context, token),
    referenceCheck(context, image, token),
    leakCheck(context, token),
  ]);
  return [...auth, references, leaks];
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
          detail: NO_TOKEN,
        }
      : await expect('auth-right', 'With the token the gateway answers', `Bearer ${token}`, '200'),
  ];
}

/** OpenClaw rewrites its config: the reference to the token must still be a reference afterwards. */
async function referenceCheck(context: UpContext, image: string, token: string | null): Promise<Check> {
  const outcome = (state: Check['state'], detail: string): Check => {
    return { id: 'token-reference', title: 'The token is still a reference in openclaw.json', state, detail };
  };
  const text = await readOwned(ownerContext(context, image), context.folder, PATHS.openclawConfig);
  if (text === null) return outcome('error', 'openclaw.json could not be read');
  if (token === null) return outcome('error', NO_TOKEN);
  const config = parsedOrNull(text);
  if (config === null) return outcome('error', 'openclaw.json could not be understood');
  if (text.includes(token) || configText(config).includes(token))
    return outcome('fail', 'openclaw.json holds the token as plain text');
  const gateway = config['gateway'] as { auth?: { token?: unknown } | null } | null | undefined;
  const reference = gateway?.auth?.token;
  if (typeof reference === 'object' && reference !== null) return outcome('pass', 'a SecretRef to a file');
  return outcome('fail', `gateway.auth.token is ${reference === undefined ? 'not set' : 'plain text'}`);
}

function parsedOrNull(text: string): OpenClawConfig | null {
  try {
    return parseConfig(text);
  } catch {
    return null;
  }
}

/** The token's value is searched where it would be seen by people who must not have it. */
async function leakCheck(context: UpContext, token: string | null): Promise<Check> {
  const outcome = (state: Check['state'], detail: string): Check => {
    return {
      id: 'token-leak',
      title: 'The token is in no container setting, compose file or log',
      state,
      detail,
    };
  };
  if (token === null) return outcome('error', NO_TOKEN);
  const places: [string, string][] = [];
  const door = doorServices(context.policy.access);
  for (const service of services(context)) {
    const name = containerName(context, service);
    const container = await context.docker.inspectContainer(name);
    // A door that was shut again says nothing.
    if (container === null && door.includes(service)) continue;
    // Not there means not looked at.
    if (container === null) return outcome('error', `the container of ${service} is gone`);
    places.push([`docker inspect ${name}`, JSON.stringify(container)]);
    places.push([`the log of ${service}`, await context.docker.logs(name)]);
  }
  for (const path of [PATHS.compose, PATHS.dotenv, `${PATHS.toolFolder}/journal.jsonl`]) {
    const text = await context.ports.files.read(join(context.folder, path));
    if (text === null) return outcome('error', `${path} is gone`);
    places.push([path, text]);
  }
  const found = places.filter(([, text]) => text.includes(token)).map(([place]) => place);
  if (found.length > 0) return outcome('fail', `found in ${found.join(', ')}`);
  return outcome('pass', `searched ${places.length} places`);
}
