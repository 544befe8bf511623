import { join } from 'node:path';
import { isRunning } from '../../engine/process-owner.ts';
import { isAppError } from '../../errors/app-error.ts';
import type { Ports } from '../../ports/ports.ts';
import { GATEWAY, PATHS } from '../../render/layout.ts';
import { readOpenChange } from '../change/open-change.ts';
import { parseJournal } from '../journal.ts';
import { attempt, skip } from './attempt.ts';
import type { EngineLook } from './collect-engine.ts';
import type { Answers, ChangeSeen, ContainerSeen, DiagnosisTarget, Seen } from './observations.ts';

const ASK_MS = 5000;
const TOKEN_BYTES = 4096;

/** Whether a change of ours was begun and not ended. */
export async function readChange(ports: Ports, target: DiagnosisTarget): Promise<Seen<ChangeSeen>> {
  if (target.kind !== 'deployment') return { absent: 'clawproof did not make it' };
  const { folder } = target;
  return attempt(async () => {
    const running = await runningNow(ports, folder);
    const entries = parseJournal(
      (await ports.files.read(join(folder, PATHS.toolFolder, 'journal.jsonl'))) ?? '',
    );
    const last = entries.at(-1);
    const isOpen = last !== undefined && (last.event === 'begin' || last.event === 'step');
    const change = {
      running,
      unfinishedRun: isOpen ? { command: last.command, at: last.at, detail: last.detail } : null,
    };
    try {
      const open = await readOpenChange(ports.files, folder);
      return {
        ...change,
        open: open === null ? null : { name: open.name, since: open.since, begun: open.begun },
        unreadable: null,
      };
    } catch (error) {
      if (!isAppError(error) || error.id !== 'change-unreadable') throw error;
      return { ...change, open: null, unreadable: error.entry.message };
    }
  });
}

async function runningNow(ports: Ports, folder: string): Promise<string | null> {
  const text = await ports.files.read(join(folder, PATHS.toolFolder, 'run.lock'));
  if (text === null) return null;
  try {
    const holder = JSON.parse(text) as { pid?: unknown; started?: string | null; command?: string };
    if (typeof holder.pid !== 'number') return null;
    const isAlive = await isRunning(ports.system, { pid: holder.pid, started: holder.started ?? null });
    return isAlive ? (holder.command ?? 'clawproof') : null;
  } catch {
    return null;
  }
}

/** What the gateway says on its published port, and whether it takes the token that is on disk. */
export async function readAnswers(
  look: EngineLook,
  containers: ContainerSeen[] | undefined,
  secrets: string[],
): Promise<Seen<Answers>> {
  const gateway = containers?.find(({ role, inspect }) => role === 'gateway' && inspect !== null);
  if (containers === undefined || gateway === undefined) return skip('there is no container of the gateway');
  const place = placeOf(look.target, gateway, containers);
  if (!('value' in place)) return place;
  const answers = await probe(look.ports, place.value);
  if (look.target.kind !== 'deployment') return { value: answers };
  const token = await readToken(look, gateway);
  if (!('value' in token)) return { value: answers };
  if (token.value === '') return { value: { ...answers, tokenFile: 'it is empty, or not there' } };
  secrets.push(token.value);
  if (answers.readyz !== 200) return { value: answers };
  return { value: { ...answers, token: await callWith(look.ports, place.value, token.value) } };
}

/** Address on this host at which the gateway may be asked. */
function placeOf(
  target: DiagnosisTarget,
  gateway: ContainerSeen,
  containers: readonly ContainerSeen[],
): Seen<string> {
  const base = target.kind === 'deployment' ? `http://127.0.0.1:${target.port}` : publishedAt(gateway);
  if (base === null) return { absent: 'it publishes no port on this host' };
  if (gateway.inspect?.State.Running !== true) return skip('the gateway does not run');
  // On a port that is not ours a stranger answers: he is asked nothing, and gets no token.
  if (target.kind === 'deployment' && !publishes(containers, target.port))
    return skip(`port ${target.port} is not published by this deployment now`);
  return { value: base };
}

async function probe(ports: Ports, base: string): Promise<Answers> {
  const [healthz, readyz] = await Promise.all([ask(ports, `${base}/healthz`), ask(ports, `${base}/readyz`)]);
  const nothing = { status: null, body: '' };
  const { status, body } = readyz ?? nothing;
  return {
    healthz: (healthz ?? nothing).status,
    readyz: status,
    readyzBody: body,
    token: null,
    tokenFile: null,
  };
}

async function callWith(ports: Ports, base: string, token: string): Promise<number | null> {
  const call = await ask(ports, `${base}/tools/invoke`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ tool: 'sessions_list', args: {} }),
  });
  return call === null ? null : call.status;
}

/** On this host where this user may read it, else as the container has it. */
async function readToken(
  { ports, target, tools, program }: EngineLook,
  gateway: ContainerSeen,
): Promise<Seen<string>> {
  if (target.kind !== 'deployment') return { absent: 'the token of others is not looked for' };
  const here = await attempt(() =>
    ports.files.readUntrusted(join(target.folder, PATHS.gatewayToken), TOKEN_BYTES),
  );
  if ('value' in here) return { value: (here.value ?? '').trim() };
  return attempt(async () =>
    ((await tools.containerText(program, gateway.name, GATEWAY.tokenFile)) ?? '').trim(),
  );
}

/** True when a running container of these publishes this port. */
export function publishes(containers: readonly ContainerSeen[], port: number): boolean {
  return containers.some(
    ({ inspect }) =>
      inspect?.State.Running === true &&
      Object.values(inspect.NetworkSettings?.Ports ?? {}).some((bindings) =>
        bindings?.some(({ HostPort }) => HostPort === String(port)),
      ),
  );
}

/** Address on this host behind which the gateway's own port is. */
function publishedAt({ inspect }: ContainerSeen): string | null {
  const bindings = Object.entries(inspect?.NetworkSettings?.Ports ?? {}).flatMap(([port, hosts]) =>
    port === `${GATEWAY.port}/tcp` ? (hosts ?? []) : [],
  );
  const binding = bindings.find(({ HostIp }) => !HostIp.includes(':')) ?? bindings[0];
  if (binding === undefined) return null;
  const host =
    binding.HostIp === '0.0.0.0' || binding.HostIp === '' || binding.HostIp === '::'
      ? '127.0.0.1'
      : binding.HostIp;
  return `http://${host.includes(':') ? `[${host}]` : host}:${binding.HostPort}`;
}

async function ask(
  { http, signal }: Ports,
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<{ status: number; body: string } | null> {
  try {
    return await http.request(url, { ...options, timeoutMs: ASK_MS, signal });
  } catch (error) {
    if (!isAppError(error)) throw error;
    return null;
  }
}
