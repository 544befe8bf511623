import { tailscaleNotJoined } from '../../errors/expose-errors.ts';
import type { Lock } from '../../engine/lock-file.ts';
import type { Policy } from '../../policy/policy.ts';
import type { TailscaleAccess } from '../../policy/tailscale-access.ts';
import { frontAddresses, PATHS, TAILSCALE } from '../../render/layout.ts';
import { ownerContext, readOwned } from '../container-owner.ts';
import { pinsFrom } from '../up/file-set.ts';
import { containerName } from '../up/start.ts';
import type { Check } from '../up/types.ts';
import { judgeTailnet, parseStatus, servedProblem, type TailnetStatus } from './judge-tailnet.ts';
import type { DoorContext } from './prove-door.ts';
import { tailnetAttempts } from './tailnet-attempts.ts';
import { makeAttempts } from './try-door.ts';

const POLL_MS = 1000;
/** Logging in takes seconds; the control server may be slow. */
const WAIT_SECONDS = 90;
const SERVE_SECONDS = 15;
const CALL_MS = 20_000;

/**
 * Waits until the sidecar is in its tailnet, and looks what it serves, what it can reach, and who has its key. Empty where
 * there is none.
 * @throws AppError `tailscale-not-joined`, `door-not-tried`
 */
export async function proveTailnet(context: DoorContext, policy: Policy, lock: Lock): Promise<Check[]> {
  const { tailscale } = policy.access;
  if (tailscale === null) return [];
  const status = await waitUntilJoined(context, tailscale);
  const serve = await waitUntilServed(context, tailscale);
  const pins = pinsFrom(policy, lock, context.toolVersion);
  const container = containerName({ policy }, TAILSCALE.service);
  const attempts = tailnetAttempts(tailscale, frontAddresses(pins.cageSubnet));
  return judgeTailnet(tailscale, {
    status,
    serve,
    seen: await makeAttempts(context.docker, pins.images.gateway, `container:${container}`, attempts),
    networks: Object.keys((await context.docker.inspectContainer(container))?.NetworkSettings.Networks ?? {}),
    keyIn: await placesOfKey(context, container, pins.images.gateway),
  });
}

async function waitUntilJoined(context: DoorContext, { name }: TailscaleAccess): Promise<TailnetStatus> {
  const { clock, signal } = context.ports;
  const began = clock.monotonicMs();
  let last: TailnetStatus | null = null;
  while (clock.monotonicMs() - began < WAIT_SECONDS * 1000) {
    signal.throwIfAborted();
    last = parseStatus(await askTailscale(context, ['status', '--json', '--peers=false']));
    if (last?.state === 'Running' && last.name !== '') return last;
    await clock.sleep(POLL_MS, signal);
  }
  throw tailscaleNotJoined(name, await lastWords(context, last));
}

/** What it serves; it takes the file shortly after it has joined. */
async function waitUntilServed(context: DoorContext, { name }: TailscaleAccess): Promise<string> {
  const { clock, signal } = context.ports;
  const began = clock.monotonicMs();
  for (;;) {
    const text = await askTailscale(context, ['serve', 'status', '--json']);
    const isOver = clock.monotonicMs() - began > SERVE_SECONDS * 1000;
    if (servedProblem(text, name) === null || isOver) return text;
    await clock.sleep(POLL_MS, signal);
  }
}

/** Empty when it does not answer. */
async function askTailscale({ compose }: DoorContext, args: readonly string[]): Promise<string> {
  const command = ['tailscale', `--socket=${TAILSCALE.socket}`, ...args];
  const result = await compose.exec(TAILSCALE.service, command, { timeoutMs: CALL_MS });
  return result.code === 0 ? result.stdout : '';
}

async function lastWords({ compose }: DoorContext, status: TailnetStatus | null): Promise<string> {
  const text = await compose.logs({ services: [TAILSCALE.service], tail: 20 }).catch(() => '');
  const line = text.trim().split('\n').at(-1) ?? '';
  const said = line.replace(/^\S+\s+\|\s*/, '').slice(0, 300);
  const state = status === null ? 'it does not answer' : `it is in state ${status.state}`;
  return said === '' ? state : `${state}; it said last: ${said}`;
}

/** Places in which people look who must not have the key; null when the key could not be read. */
async function placesOfKey(context: DoorContext, container: string, image: string): Promise<string[] | null> {
  const { docker, path: folder } = context;
  const key = (await readOwned(ownerContext(context, image), folder, PATHS.tailscaleKey))?.trim() ?? '';
  if (key === '') return null;
  const places: [string, string][] = [
    ['docker inspect', JSON.stringify(await docker.inspectContainer(container))],
    ['its log', await docker.logs(container)],
    ['compose.yaml', (await context.ports.files.read(`${folder}/${PATHS.compose}`)) ?? ''],
  ];
  return places.filter(([, text]) => text.includes(key)).map(([place]) => place);
}
