import type { Settings } from '../../measures/settings.ts';
import type { ContainerSpec } from '../container-spec.ts';
import type { Lab } from '../lab.ts';
import type { TwinSpec } from '../proof-target.ts';
import { createCallers } from './callers.ts';
import { addressesOf, findEntrance } from './find-entrance.ts';
import { awaitGateway, restartContainer, settingsFor, writeConfig } from './gateway-control.ts';
import { makeNetworks } from './make-networks.ts';
import { createVolumes } from './make-volumes.ts';
import { readMounts } from './read-mounts.ts';
import { refitSidecars } from './refit-sidecars.ts';
import type { RunningStack, StackNetwork } from './running-stack.ts';
import { stackLog } from './stack-log.ts';
import {
  configOf,
  configText,
  createSecrets,
  gatewayContainer,
  portOf,
  secretsOf,
  sidecarContainer,
  type StackPlan,
} from './stack-plan.ts';

export interface StackOptions {
  /** Part of the names; "stack" when absent. */
  purpose?: string;
  /** Last change of openclaw.json: addresses are the twin's, secrets are planted. */
  adaptConfig?: (config: Settings, networks: readonly StackNetwork[]) => Settings;
  /** Variables added to the gateway's environment. */
  env?: Readonly<Record<string, string>>;
  /** Files of the gateway, by path in its container: a workspace, a secret. They belong to its user. */
  files?: Readonly<Record<string, string>>;
  /** Milliseconds until OpenClaw has to answer; 180 000 when absent. */
  bootMs?: number;
}

/** Callers who share an address have low numbers. */
const FIRST_OWN_CALLER = 100;
const OPEN_MS = 20_000;

/**
 * Starts a twin in which OpenClaw runs: cloned networks without any way out, cloned sidecars, own secrets, an empty state.
 * A published port is not forwarded by the engine (that needs a network with a way out): callers in the host's network
 * namespace speak to the address behind it, where the gateway sees the same source as behind the engine's forwarding.
 * @throws AppError when it does not start
 */
export async function startStack(
  lab: Lab,
  spec: TwinSpec,
  options: StackOptions = {},
): Promise<RunningStack> {
  const { clock } = lab.context.ports;
  const begin = clock.monotonicMs();
  const plan = await planStack(lab, spec, options);
  const [gatewaySpec, ...sidecarSpecs] = await Promise.all([
    gatewayContainer(plan),
    ...spec.sidecars.map((sidecar) => sidecarContainer(plan, sidecar)),
  ]);
  const names = await startAll(plan, gatewaySpec, sidecarSpecs);
  await awaitGateway(plan, names.gateway);
  return createRunningStack(plan, gatewaySpec, names, () => Math.round(clock.monotonicMs() - begin));
}

async function planStack(lab: Lab, spec: TwinSpec, options: StackOptions): Promise<StackPlan> {
  const purpose = options.purpose ?? 'stack';
  const mounted = await readMounts(spec, lab.context);
  const { networks, mappings } = await makeNetworks(lab, spec, purpose, mounted);
  const newSecret = createSecrets(lab.context.ports.random);
  const secrets = secretsOf(spec, newSecret);
  const config = configOf(secrets, { mappings, networks, options });
  const volumes = createVolumes(lab, purpose);
  return {
    lab,
    spec,
    options,
    purpose,
    mounted,
    networks,
    mappings,
    volumes,
    newSecret,
    secrets,
    ...(config === undefined ? {} : { config }),
  };
}

interface Names {
  gateway: string;
  sidecars: RunningStack['sidecars'];
}

async function startAll(
  { lab, spec, purpose }: StackPlan,
  gatewaySpec: ContainerSpec,
  sidecarSpecs: readonly ContainerSpec[],
): Promise<Names> {
  const gateway = await lab.create(`${purpose}-gateway`, gatewaySpec);
  const sidecars = await Promise.all(
    spec.sidecars.map(async ({ role }, index) => ({
      role,
      container: await lab.create(`${purpose}-${role}`, sidecarSpecs[index] ?? gatewaySpec),
    })),
  );
  const starts = [gatewaySpec, ...sidecarSpecs].map((each, index) => ({
    container: index === 0 ? gateway : (sidecars[index - 1]?.container ?? ''),
    isFixed: hasFixedAddress(each),
  }));
  // Containers with addresses of their own first, so that no other is given one of these.
  for (const { container } of starts.toSorted((a, b) => Number(b.isFixed) - Number(a.isFixed)))
    await lab.start(container);
  return { gateway, sidecars };
}

function hasFixedAddress({ networks }: ContainerSpec): boolean {
  return Object.values(networks).some(({ IPAMConfig }) => Boolean(IPAMConfig?.IPv4Address));
}

async function createRunningStack(
  plan: StackPlan,
  gatewaySpec: ContainerSpec,
  names: Names,
  elapsed: () => number,
): Promise<RunningStack> {
  const { lab, spec, secrets, networks, mappings } = plan;
  const port = portOf(spec);
  const host = (await addressesOf(lab, names.gateway))[0]?.[1] ?? '127.0.0.1';
  const entrance = await findEntrance(lab, answerers(plan, names), networks, plan.config);
  const joined = Object.keys(gatewaySpec.networks);
  const callers = createCallers(plan, { networks: joined, kit: await lab.kit() });
  let lastCaller = FIRST_OWN_CALLER;
  const fitted = { spec };
  const stack: RunningStack = {
    ...names,
    direct: { host, port },
    ...(entrance === undefined ? {} : { entrance }),
    ...(secrets.token === undefined ? {} : { token: secrets.token }),
    planted: secrets.planted,
    networks,
    mappings,
    ...(plan.config === undefined ? {} : { config: plan.config }),
    bootMs: elapsed(),
    fromHost: (attempts) => callers.fromHost(attempts),
    fromNeighbour: (index, attempts) => callers.fromNeighbour(index, attempts),
    nextCaller: () => (lastCaller += 1),
    inside: (attempts, user) => lab.execAttempts(stack.gateway, attempts, user === undefined ? {} : { user }),
    configure: async (config) => {
      stack.config = config;
      await writeConfig(plan, stack.gateway, config);
    },
    canAdopt: (other) => settingsFor(plan, stack.config, other) !== undefined,
    adopt: (other) => adopt(plan, stack, fitted, other),
    rotate: (value) => rotate(plan, gatewaySpec, stack, value),
    log: () => stackLog(lab.context, stack.gateway),
    close: async () => {
      const containers = [stack.gateway, ...stack.sidecars.map(({ container }) => container)];
      await Promise.all([
        ...containers.map((each) => lab.remove(each)),
        callers.close(),
        plan.volumes.close(),
      ]);
    },
  };
  return stack;
}

/** As `RunningStack.adopt` says. @param fitted what its sidecars were last made for */
async function adopt(
  plan: StackPlan,
  stack: RunningStack,
  fitted: { spec: TwinSpec },
  other: TwinSpec,
): Promise<boolean> {
  const found = settingsFor(plan, stack.config, other);
  if (found === undefined) return false;
  const sidecars = await refitSidecars(plan, stack.sidecars, [fitted.spec, other]);
  fitted.spec = other;
  if (sidecars !== undefined) {
    stack.sidecars = sidecars;
    const entrance = await findEntrance(plan.lab, answerers(plan, stack), plan.networks, plan.config);
    if (entrance !== undefined) {
      stack.entrance = entrance;
      const { host, port } = entrance;
      await stack.fromHost([{ id: 'open', run: 'awaitPort', params: { host, port }, timeoutMs: OPEN_MS }]);
    }
  }
  if (found.config !== undefined) await stack.configure(found.config);
  return true;
}

function answerers({ spec }: StackPlan, { gateway, sidecars }: Names): Parameters<typeof findEntrance>[1] {
  const ingress = spec.sidecars.find(({ role }) => role === 'ingress');
  const container = sidecars.find(({ role }) => role === 'ingress')?.container;
  return [
    ...(ingress === undefined || container === undefined
      ? []
      : [{ via: 'ingress' as const, spec: ingress.spec, container }]),
    { via: 'gateway' as const, spec: spec.gateway, container: gateway, port: portOf(spec) },
  ];
}

/** Puts another token where the twin has its own; the gateway is started anew where it does not take it up by itself. */
async function rotate(
  plan: StackPlan,
  gatewaySpec: ContainerSpec,
  stack: RunningStack,
  value: string,
): Promise<void> {
  const { lab, spec, volumes, secrets } = plan;
  const { token } = secrets;
  if (token === undefined) return;
  const old = token.value;
  token.value = value;
  for (const [path, text] of secrets.files)
    if (text.includes(old)) await volumes.overwrite(path, text.replaceAll(old, value));
  const config = stack.config === undefined ? '' : configText(stack.config);
  const isInConfig = config.includes(old) && spec.target.configPath !== undefined;
  if (isInConfig) {
    stack.config = JSON.parse(config.replaceAll(old, value)) as Settings;
    await volumes.overwrite(spec.target.configPath ?? '', configText(stack.config));
  }
  if (gatewaySpec.Env.some((entry) => entry.endsWith(`=${old}`))) {
    await lab.remove(stack.gateway);
    const Env = gatewaySpec.Env.map((entry) => entry.replaceAll(old, value));
    stack.gateway = await lab.create(`${plan.purpose}-gateway`, { ...gatewaySpec, Env });
    await lab.start(stack.gateway);
  } else {
    if (!isInConfig && (await isTakenUp(stack, portOf(spec), old, value))) return;
    await restartContainer(plan, stack.gateway);
  }
  await awaitGateway(plan, stack.gateway);
}

/** True when the running gateway has the new token and nobody had to start it anew. */
async function isTakenUp(stack: RunningStack, port: number, old: string, fresh: string): Promise<boolean> {
  const params = { port, old, fresh };
  const seen = await stack.inside([{ id: 'token', run: 'takeNewToken', params, timeoutMs: 20_000 }]);
  const observation = seen.get('token');
  return observation !== undefined && 'result' in observation && observation.result === true;
}
