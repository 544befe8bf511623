import { runningContainer } from '../../engine/fake/fake-docker.ts';
import type { ChangeContext } from '../change/change.ts';
import type { ChangeTools } from '../change/run-change.ts';
import { emptyLock } from '../../engine/lock-file.ts';
import { type FakeUpContext, fakeUpContext } from './fake-up-context.ts';

export const FOLDER = '/srv/openclaw';
const TOKEN_FILE = `${FOLDER}/secrets/gateway_token`;
const URL = 'http://127.0.0.1:18789';

/** A gateway that holds one token and reads its file only when it is told to, or started. */
export interface FakeTokenGateway {
  context: FakeUpContext;
  tools: ChangeTools;
  /** The token that it accepts; null while it does not run. */
  holds: string | null;
  /** False = it answers that it read its secrets anew, and did not. */
  reloads: boolean;
  /** False = a restart fails. */
  restarts: boolean;
  /** What it answers to `device.pair.list`. */
  devices: unknown;
  /** Refused tokens; it locks at ten. */
  wrong: number;
  readonly did: string[];
  file(): Promise<string>;
  stop(): void;
}

/** A running deployment whose token is `token`. */
export function fakeTokenGateway(token: string): FakeTokenGateway {
  const context = fakeUpContext();
  const { files, http } = context.ports;
  files.put(TOKEN_FILE, token, { mode: 0o400, uid: 1000, gid: 1000 });
  files.put(`${FOLDER}/clawproof.yaml`, 'version: 1\n');
  files.put(`${FOLDER}/.clawproof/journal.jsonl`, '');
  const gateway: FakeTokenGateway = {
    context,
    holds: token,
    reloads: true,
    restarts: true,
    devices: { paired: [] },
    wrong: 0,
    did: [],
    file: async () => (await files.read(TOKEN_FILE)) ?? '',
    stop: () => {
      gateway.holds = null;
      context.docker.containers.set(
        'openclaw-gateway-1',
        runningContainer({ state: { Running: false, Status: 'exited' } }),
      );
    },
    tools: {
      open: (ports) => Promise.resolve(changeContext(context, ports)),
      find: async () => (await import('../token/rotate-token.ts')).tokenRotation,
    },
  };
  http.on(`${URL}/tools/invoke`, ({ headers }) => {
    if (gateway.holds === null) return null;
    if (gateway.wrong >= 10) return { status: 429 };
    if (headers['authorization'] === `Bearer ${gateway.holds}`) return { status: 200 };
    gateway.wrong += 1;
    return { status: 401 };
  });
  for (const path of ['/healthz', '/readyz'])
    http.on(`${URL}${path}`, () => (gateway.holds === null ? null : { status: 200 }));
  context.compose.exec = async (_service, _args, { input }) => {
    const { token: given, method } = JSON.parse(String(input)) as { token: string; method: string };
    gateway.did.push(method);
    const answer = await call(gateway, given, method);
    return { code: 0, stdout: JSON.stringify(answer), stderr: '', durationMs: 1 };
  };
  context.compose.restart = async () => {
    gateway.did.push('restart');
    if (!gateway.restarts) throw new Error('the engine is gone');
    gateway.holds = await gateway.file();
  };
  return gateway;
}

async function call(gateway: FakeTokenGateway, given: string, method: string): Promise<object> {
  if (given !== gateway.holds) return { ok: false, reason: 'unauthorized' };
  if (method !== 'secrets.reload') return { ok: true, value: gateway.devices };
  if (gateway.reloads) gateway.holds = await gateway.file();
  return { ok: true, value: { warningCount: 0 } };
}

function changeContext(context: FakeUpContext, ports: ChangeContext['ports']): ChangeContext {
  const { policy, engine, docker, compose, toolVersion } = context;
  const lock = emptyLock(policy.openclaw.version);
  return {
    path: FOLDER,
    policyText: 'version: 1\n',
    policy,
    lock,
    isNew: false,
    engine,
    docker,
    compose,
    ports,
    toolVersion,
  };
}
