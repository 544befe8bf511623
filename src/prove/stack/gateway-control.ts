import { stripVTControlCharacters } from 'node:util';
import { callEngine } from '../../engine/engine-call.ts';
import { isAppError } from '../../errors/app-error.ts';
import { stackNotReady } from '../../errors/stack-errors.ts';
import { isSettings, type Settings } from '../../measures/settings.ts';
import type { AttemptLine, Observation } from '../payload/protocol.ts';
import type { TwinSpec } from '../proof-target.ts';
import { configText, configOf, machineryOf, portOf, secretsOf, type StackPlan } from './stack-plan.ts';
import { stackLog } from './stack-log.ts';
import { changedSettings, isHot } from './twin-config.ts';

const BOOT_MS = 180_000;
const RESTART_MS = 90_000;
const RELOAD_TURNS = 100;
const TURN_MS = 150;

/**
 * Waits until OpenClaw answers in its container. A start that ends by itself is tried once more, as the target's restart
 * policy would: on a busy host some of its own time limits are short.
 * @throws AppError `proof-stack-not-ready` when it gives no answer in time, or ends again
 */
export async function awaitGateway(plan: StackPlan, gateway: string): Promise<void> {
  const { context } = plan.lab;
  let outcome = await answerOf(plan, gateway);
  if (outcome === 'ended') {
    await restartContainer(plan, gateway);
    outcome = await answerOf(plan, gateway);
  }
  if (outcome === 'ready') return;
  const reason =
    outcome === 'ended'
      ? 'its container ended'
      : `nothing answered on port ${portOf(plan.spec)} (${outcome.lastCode})`;
  throw stackNotReady(reason, lastLines(await stackLog(context, gateway).catch(() => ''), plan));
}

async function answerOf(
  { lab, spec, options }: StackPlan,
  gateway: string,
): Promise<'ready' | 'ended' | { lastCode: string }> {
  const forMs = options.bootMs ?? BOOT_MS;
  const line: AttemptLine = {
    id: 'ready',
    run: 'awaitHttp',
    params: { port: portOf(spec), forMs },
    timeoutMs: forMs + 5000,
  };
  let seen: Map<string, Observation>;
  try {
    seen = await lab.execAttempts(gateway, [line]);
  } catch (error) {
    lab.context.ports.signal.throwIfAborted();
    if (!isAppError(error)) throw error;
    return 'ended';
  }
  const observation = seen.get('ready');
  if (observation === undefined || !('result' in observation)) return 'ended';
  const { result } = observation;
  if (!isSettings(result)) return 'ended';
  return result['host'] === '' ? { lastCode: String(result['lastCode']) } : 'ready';
}

function lastLines(log: string, { secrets: { planted } }: StackPlan): string[] {
  const hidden = planted.reduce((text, { value }) => text.replaceAll(value, '[secret]'), log);
  return stripVTControlCharacters(hidden)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-2)
    .map((line) => line.slice(0, 300));
}

/** Writes other settings and waits until the gateway has said what it did with them. */
export async function writeConfig(
  { lab, spec, volumes }: StackPlan,
  gateway: string,
  config: Settings,
): Promise<void> {
  const path = spec.target.configPath;
  if (path === undefined) return;
  const { clock, signal } = lab.context.ports;
  const before = reloads(await stackLog(lab.context, gateway));
  await volumes.overwrite(path, configText(config));
  for (let turn = 0; turn < RELOAD_TURNS; turn += 1) {
    await clock.sleep(TURN_MS, signal);
    if (reloads(await stackLog(lab.context, gateway)) > before) return;
  }
}

/** How often the gateway took up other settings, or said why it did not. */
function reloads(log: string): number {
  return [...log.matchAll(/\[reload\] (?!config change detected)/g)].length;
}

/**
 * Settings of a running twin that make it the twin of another specification.
 * @returns undefined when that needs a twin of its own; `config` is absent when nothing has to change
 */
export function settingsFor(
  plan: StackPlan,
  current: Settings | undefined,
  other: TwinSpec,
): { config?: Settings } | undefined {
  if (machineryOf(plan.spec) !== machineryOf(other)) return undefined;
  const secrets = secretsOf(other, plan.newSecret);
  if (JSON.stringify([...secrets.files]) !== JSON.stringify([...plan.secrets.files])) return undefined;
  const config = configOf(secrets, plan);
  if (config === undefined || current === undefined) return config === current ? {} : undefined;
  const changed = changedSettings(current, config);
  if (!changed.every(isHot)) return undefined;
  return changed.length === 0 ? {} : { config };
}

export async function restartContainer({ lab }: StackPlan, container: string): Promise<void> {
  await callEngine(lab.context.engine.connection, {
    action: `start ${container} anew`,
    method: 'POST',
    path: `/containers/${container}/restart?t=10`,
    timeoutMs: RESTART_MS,
  });
}
