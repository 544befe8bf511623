import { stripVTControlCharacters } from 'node:util';
import { callEngine } from '../../engine/engine-call.ts';
import { isAppError } from '../../errors/app-error.ts';
import { stackNotReady } from '../../errors/stack-errors.ts';
import { gatewayPort } from '../../measures/gateway-port.ts';
import { type Settings, isSettings, settingAt } from '../../measures/settings.ts';
import type { ContainerSpec } from '../container-spec.ts';
import type { Lab } from '../lab.ts';
import type { Random } from '../../ports/system.ts';
import { withKit } from '../lab/with-payload.ts';
import type { AttemptLine, Observation } from '../payload/protocol.ts';
import type { TwinSpec } from '../proof-target.ts';
import { createCallers } from './callers.ts';
import { createVolumes } from './make-volumes.ts';
import { joinedNetworks, type NetworkPlan, planNetwork } from './plan-networks.ts';
import { readMounts } from './read-mounts.ts';
import type { Endpoint, Entrance, RunningStack, StackNetwork } from './running-stack.ts';
import { stackLog } from './stack-log.ts';
import {
  type AddressMapping,
  firstAddress,
  translateAddresses,
  translateValue,
} from './translate-addresses.ts';
import { twinContainer } from './twin-container.ts';
import { ownerOf, planMounts, sourceMounts } from './twin-mounts.ts';
import { changedSettings, isHot, quietConfig } from './twin-config.ts';
import { type NewSecret, replaceSecrets, type SecretPlan } from './twin-secrets.ts';

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

const BOOT_MS = 180_000;

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
  const { ports, engine } = lab.context;
  const started = ports.clock.monotonicMs();
  const purpose = options.purpose ?? 'stack';
  const mounted = await readMounts(spec, lab.context);
  const networks = await makeNetworks(lab, spec, purpose, mounted.texts);
  const mappings = networks.flatMap(({ mapping }) => (mapping === undefined ? [] : [mapping]));
  const newSecret = createSecrets(ports.random);
  const secrets = secretsOf(spec, newSecret);
  const stackNetworks = networks.map(({ network }) => network);
  const config = configOf(secrets);
  const volumes = createVolumes(lab, purpose);
  const networkNames = new Map(stackNetworks.map(({ original, name }) => [original, name]));
  const kit = await lab.kit();
  const gatewaySpec = withKit(
    await buildContainer(spec.gateway, {
      role: 'gateway',
      own: ownFiles(spec, config, secrets, options.files),
      env: [...secrets.env, ...Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`)],
    }),
    kit,
  );
  const sidecars = await Promise.all(
    spec.sidecars.map(async ({ role, spec: sidecar }) => {
      const env = replaceSecrets({ env: sidecar.Env }, (kind, where) =>
        newSecret(kind, `${role} ${where}`),
      ).env;
      return { role, spec: await buildContainer(sidecar, { role, own: new Map(), env }) };
    }),
  );
  const made = await Promise.all(
    sidecars.map(async ({ role, spec: each }) => ({
      role,
      container: await lab.create(`${purpose}-${role}`, each),
    })),
  );
  let gateway = await lab.create(`${purpose}-gateway`, gatewaySpec);
  // Containers with addresses of their own first, so that no other is given one of these.
  const starts = [
    { container: gateway, isFixed: hasFixedAddress(gatewaySpec) },
    ...made.map(({ container }, index) => ({ container, isFixed: hasFixedAddress(sidecars[index]?.spec) })),
  ].toSorted((a, b) => Number(b.isFixed) - Number(a.isFixed));
  for (const { container } of starts) await lab.start(container);
  const port = portOf(spec);
  await ready();
  const direct: Endpoint = { host: (await addressesOf(gateway))[0]?.[1] ?? '127.0.0.1', port };
  const callers = createCallers(lab, { purpose, spec, networks: gatewayNetworks(gatewaySpec), kit });
  const entrance = await findEntrance();
  // Low numbers are for those who share an address.
  let lastCaller = 100;
  const stack: RunningStack = {
    get gateway() {
      return gateway;
    },
    sidecars: made,
    direct,
    ...(entrance === undefined ? {} : { entrance }),
    ...(secrets.token === undefined ? {} : { token: secrets.token }),
    planted: secrets.planted,
    networks: stackNetworks,
    mappings,
    ...(config === undefined ? {} : { config }),
    bootMs: Math.round(ports.clock.monotonicMs() - started),
    fromHost: (attempts) => callers.fromHost(attempts),
    fromNeighbour: (index, attempts) => callers.fromNeighbour(index, attempts),
    inside: (attempts, user) => lab.execAttempts(gateway, attempts, user === undefined ? {} : { user }),
    configure: async (changed) => {
      stack.config = changed;
      await reconfigure(changed);
    },
    adopt,
    nextCaller: () => (lastCaller += 1),
    rotate,
    log: () => stackLog(lab.context, gateway),
    close: async () => {
      await Promise.all([...made.map(({ container }) => container), gateway].map((each) => lab.remove(each)));
      await Promise.all([callers.close(), volumes.close()]);
    },
  };
  return stack;

  function configOf({ config: replaced }: SecretPlan): Settings | undefined {
    if (replaced === undefined) return undefined;
    const quiet = quietConfig(translateValue(replaced, mappings));
    return options.adaptConfig === undefined ? quiet : options.adaptConfig(quiet, stackNetworks);
  }

  async function adopt(other: TwinSpec): Promise<boolean> {
    if (!isSameMachinery(spec, other)) return false;
    const plan = secretsOf(other, newSecret);
    const next = configOf(plan);
    if (next === undefined || stack.config === undefined) return next === stack.config;
    if (JSON.stringify([...plan.files]) !== JSON.stringify([...secrets.files])) return false;
    const changed = changedSettings(stack.config, next);
    if (!changed.every(isHot)) return false;
    if (changed.length > 0) {
      stack.config = next;
      await reconfigure(next);
    }
    return true;
  }

  async function buildContainer(
    container: ContainerSpec,
    parts: { role: string; own: ReadonlyMap<string, string>; env: readonly string[] },
  ): Promise<ContainerSpec> {
    const texts = new Map(
      [...(mounted.texts.get(parts.role) ?? [])].map(([path, text]) => [
        path,
        translateAddresses(text, mappings),
      ]),
    );
    const plans = planMounts(sourceMounts(container), {
      kinds: mounted.kinds.get(parts.role) ?? new Map(),
      texts,
      own: parts.own,
    });
    const { mounts, binds } = await volumes.make(parts.role, plans, ownerOf(container));
    const tmpfs = (container.HostConfig.Mounts ?? []).filter(({ Type }) => Type === 'tmpfs');
    return twinContainer(container, {
      env: parts.env,
      mounts: [...tmpfs, ...mounts],
      binds,
      networks: networkNames,
      mappings,
    });
  }

  async function ready(): Promise<void> {
    const forMs = options.bootMs ?? BOOT_MS;
    const line: AttemptLine = {
      id: 'ready',
      run: 'awaitHttp',
      params: { port, forMs },
      timeoutMs: forMs + 5000,
    };
    let seen: Map<string, Observation> = new Map();
    let reason = 'its container ended';
    try {
      seen = await lab.execAttempts(gateway, [line]);
    } catch (error) {
      ports.signal.throwIfAborted();
      // It ended before anything could be tried in it.
      if (!isAppError(error)) throw error;
    }
    const observation = seen.get('ready');
    const result = observation !== undefined && 'result' in observation ? observation.result : undefined;
    if (isSettings(result) && result['host'] !== '') return;
    if (isSettings(result)) reason = `nothing answered on port ${port} (${String(result['lastCode'])})`;
    throw stackNotReady(reason, lastLines(await stackLog(lab.context, gateway).catch(() => ''), secrets));
  }

  async function addressesOf(container: string): Promise<[network: string, address: string][]> {
    const { value } = await callEngine<{
      NetworkSettings: { Networks: Record<string, { IPAddress: string }> };
    }>(engine.connection, {
      action: `look at the container ${container}`,
      method: 'GET',
      path: `/containers/${container}/json`,
    });
    return Object.entries(value?.NetworkSettings.Networks ?? {}).map(([name, { IPAddress }]) => [
      name,
      IPAddress,
    ]);
  }

  async function findEntrance(): Promise<Entrance | undefined> {
    const ingress = spec.sidecars.findIndex(({ role }) => role === 'ingress');
    const candidates = [
      { via: 'ingress' as const, spec: spec.sidecars[ingress]?.spec, container: made[ingress]?.container },
      { via: 'gateway' as const, spec: spec.gateway, container: gateway },
    ];
    for (const { via, spec: candidate, container } of candidates) {
      const published =
        candidate === undefined ? undefined : publishedPort(candidate, via === 'gateway' ? port : undefined);
      if (published === undefined || container === undefined) continue;
      // The engine forwards to a network with a way out.
      const outer = stackNetworks.filter(
        ({ wasInternal, hostAddress }) => !wasInternal && hostAddress !== undefined,
      );
      const address = (await addressesOf(container)).find(([name]) =>
        outer.some((network) => network.name === name),
      );
      if (address === undefined) continue;
      const origin = originOf(settingAt(config, 'gateway.controlUi.allowedOrigins'), published.authority);
      return {
        via,
        host: address[1],
        port: published.port,
        authority: published.authority,
        ...(origin === undefined ? {} : { origin }),
      };
    }
    return undefined;
  }

  async function reconfigure(changed: Settings): Promise<void> {
    const path = spec.target.configPath;
    if (path === undefined) return;
    const before = reloads(await stackLog(lab.context, gateway));
    await volumes.overwrite(path, `${JSON.stringify(changed, null, 2)}\n`);
    // The gateway looks every moment; what it did with the change stands in its log.
    for (let turn = 0; turn < 100; turn += 1) {
      await ports.clock.sleep(150, ports.signal);
      if (reloads(await stackLog(lab.context, gateway)) > before) break;
    }
  }

  async function rotate(value: string): Promise<void> {
    const { token } = secrets;
    if (token === undefined) return;
    const old = token.value;
    token.value = value;
    if (token.place === 'file' && token.name !== undefined)
      await volumes.overwrite(token.name, (secrets.files.get(token.name) ?? old).replaceAll(old, value));
    if (token.place === 'config' && spec.target.configPath !== undefined && stack.config !== undefined) {
      stack.config = JSON.parse(JSON.stringify(stack.config).replaceAll(old, value)) as Settings;
      await volumes.overwrite(spec.target.configPath, `${JSON.stringify(stack.config, null, 2)}\n`);
    }
    if (token.place === 'env') {
      await lab.remove(gateway);
      gateway = await lab.create(`${purpose}-gateway`, {
        ...gatewaySpec,
        Env: gatewaySpec.Env.map((entry) => entry.replaceAll(old, value)),
      });
      await lab.start(gateway);
    } else
      await callEngine(engine.connection, {
        action: `start ${gateway} anew`,
        method: 'POST',
        path: `/containers/${gateway}/restart?t=10`,
        timeoutMs: 90_000,
      });
    await ready();
  }
}

/** How often the gateway took up other settings, or said why it did not. */
function reloads(log: string): number {
  return [...log.matchAll(/\[reload\] (?!config change detected)/g)].length;
}

/** True when two specifications differ in openclaw.json at most. */
function isSameMachinery(one: TwinSpec, other: TwinSpec): boolean {
  const parts = ({ gateway, sidecars, networks }: TwinSpec): string =>
    JSON.stringify([gateway, sidecars, networks]);
  return parts(one) === parts(other);
}

function portOf({ target }: TwinSpec): number {
  return gatewayPort(target.gateway, target.deployment) ?? 18_789;
}

/** The same secret for the same place, also for another specification of the same twin. */
function createSecrets(random: Random): NewSecret {
  const known = new Map<string, string>();
  return (kind, where) => {
    const value =
      known.get(where) ?? (kind === 'token' ? random.hex(32) : `clawproof-planted-${random.hex(16)}`);
    known.set(where, value);
    return value;
  };
}

function secretsOf({ gateway, target, config }: TwinSpec, newSecret: NewSecret): SecretPlan {
  const variables = target.deployment.openclawConfigVariables;
  return replaceSecrets(
    {
      env: gateway.Env,
      ...(config === undefined ? {} : { config }),
      ...(variables === undefined ? {} : { variables }),
    },
    newSecret,
  );
}

/** Settings and secrets of the twin, by path in the gateway's container. */
function ownFiles(
  { target }: TwinSpec,
  config: Settings | undefined,
  secrets: SecretPlan,
  files: Readonly<Record<string, string>> = {},
): Map<string, string> {
  const own = new Map([...secrets.files, ...Object.entries(files)]);
  if (config !== undefined && target.configPath !== undefined)
    own.set(target.configPath, `${JSON.stringify(config, null, 2)}\n`);
  return own;
}

async function makeNetworks(
  lab: Lab,
  spec: TwinSpec,
  purpose: string,
  texts: ReadonlyMap<string, ReadonlyMap<string, string>>,
): Promise<{ network: StackNetwork; mapping?: AddressMapping }[]> {
  const written = [
    JSON.stringify([spec.config, spec.gateway, ...spec.sidecars.map((sidecar) => sidecar.spec)]),
    ...[...texts.values()].flatMap((each) => [...each.values()]),
  ];
  const { value } = await callEngine<{ IPAM?: { Config?: { Subnet?: string }[] | null } }[]>(
    lab.context.engine.connection,
    {
      action: 'list the networks',
      method: 'GET',
      path: '/networks',
    },
  );
  const taken = (value ?? []).flatMap(({ IPAM }) => (IPAM?.Config ?? []).map(({ Subnet }) => Subnet ?? ''));
  const names = joinedNetworks(spec);
  // A gateway in the namespace of the host or of another container gets a network of its own.
  return Promise.all(
    (names.length === 0 ? ['own'] : names).map(async (name) => {
      const known = spec.networks.find((network) => network.name === name);
      const plan = planNetwork(name, known, { texts: written, taken, isWide: name in spec.gateway.networks });
      const made = hostOf(plan, await lab.createNetwork(`${purpose}-${name}`, plan.make));
      const network: StackNetwork = { original: name, wasInternal: plan.wasInternal, ...made };
      if (plan.subnet === undefined) return { network };
      const addresses =
        plan.hostAddress === undefined || made.hostAddress === undefined
          ? {}
          : { addresses: { [plan.hostAddress]: made.hostAddress } };
      return { network, mapping: { from: plan.subnet, to: made.subnet, ...addresses } };
    }),
  );
}

/** Engines do not tell the host's address in an internal network; it is the first one. */
function hostOf<Made extends { subnet: string; hostAddress?: string }>(
  { make }: NetworkPlan,
  made: Made,
): Made {
  if (made.hostAddress !== undefined || make.options?.['com.docker.network.bridge.inhibit_ipv4'] === 'true')
    return made;
  const hostAddress = firstAddress(made.subnet);
  return hostAddress === undefined ? made : { ...made, hostAddress };
}

function hasFixedAddress(spec: ContainerSpec | undefined): boolean {
  return Object.values(spec?.networks ?? {}).some(({ IPAMConfig }) => Boolean(IPAMConfig?.IPv4Address));
}

function gatewayNetworks(spec: ContainerSpec): string[] {
  return Object.keys(spec.networks);
}

function publishedPort(
  { HostConfig: { PortBindings } }: ContainerSpec,
  wanted: number | undefined,
): { port: number; authority: string } | undefined {
  for (const [key, bindings] of Object.entries(PortBindings ?? {})) {
    const [port, protocol] = key.split('/');
    if (protocol !== 'tcp' || (wanted !== undefined && Number(port) !== wanted)) continue;
    const [binding] = bindings ?? [];
    if (binding === undefined) continue;
    const host = /^(?:0\.0\.0\.0|::|)$/.test(binding.HostIp) ? '127.0.0.1' : binding.HostIp;
    return { port: Number(port), authority: `${host}:${binding.HostPort || port}` };
  }
  return undefined;
}

/** Of the origins that are accepted, the one of the published port where it is among them. */
function originOf(allowed: unknown, authority: string): string | undefined {
  const origins = Array.isArray(allowed)
    ? allowed.filter((each): each is string => typeof each === 'string')
    : [];
  return origins.find((each) => each === `http://${authority}`) ?? origins.find((each) => each !== '*');
}

function lastLines(log: string, { planted }: SecretPlan): string[] {
  const hidden = planted.reduce((text, { value }) => text.replaceAll(value, '[secret]'), log);
  return stripVTControlCharacters(hidden)
    .trim()
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-2)
    .map((line) => line.slice(0, 300));
}
