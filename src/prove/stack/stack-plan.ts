import type { Settings } from '../../measures/settings.ts';
import { gatewayPort } from '../../measures/gateway-port.ts';
import type { Random } from '../../ports/system.ts';
import type { ContainerSpec } from '../container-spec.ts';
import type { Lab } from '../lab.ts';
import { withKit } from '../lab/with-payload.ts';
import type { TwinSpec } from '../proof-target.ts';
import type { VolumeMaker } from './make-volumes.ts';
import type { MountedTexts } from './read-mounts.ts';
import type { StackNetwork } from './running-stack.ts';
import type { StackOptions } from './start-stack.ts';
import { type AddressMapping, translateAddresses, translateValue } from './translate-addresses.ts';
import { quietConfig } from './twin-config.ts';
import { twinContainer } from './twin-container.ts';
import { ownerOf, planMounts, sourceMounts } from './twin-mounts.ts';
import { type NewSecret, replaceSecrets, type SecretPlan } from './twin-secrets.ts';

/** Everything that one twin is made of, before it runs. */
export interface StackPlan {
  lab: Lab;
  spec: TwinSpec;
  options: StackOptions;
  purpose: string;
  mounted: MountedTexts;
  networks: readonly StackNetwork[];
  mappings: readonly AddressMapping[];
  volumes: VolumeMaker;
  newSecret: NewSecret;
  secrets: SecretPlan;
  config?: Settings;
}

/** The same secret for the same place, also for another specification of the same twin. */
export function createSecrets(random: Random): NewSecret {
  const known = new Map<string, string>();
  return (kind, where) => {
    const value =
      known.get(where) ?? (kind === 'token' ? random.hex(32) : `clawproof-planted-${random.hex(16)}`);
    known.set(where, value);
    return value;
  };
}

export function secretsOf({ gateway, target, config }: TwinSpec, newSecret: NewSecret): SecretPlan {
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

/** openclaw.json as the twin gets it: own secrets and addresses, silent, adapted by whoever starts it. */
export function configOf(
  { config }: SecretPlan,
  { mappings, networks, options }: Pick<StackPlan, 'mappings' | 'networks' | 'options'>,
): Settings | undefined {
  if (config === undefined) return undefined;
  const quiet = quietConfig(translateValue(config, mappings));
  return options.adaptConfig === undefined ? quiet : options.adaptConfig(quiet, networks);
}

export function portOf({ target }: TwinSpec): number {
  return gatewayPort(target.gateway, target.deployment) ?? 18_789;
}

/**
 * All of a specification but what a running twin can become: openclaw.json, and how the texts of its sidecars were weakened.
 * Twins with the same one can follow each other without a boot.
 */
export function machineryOf({ gateway, sidecars, networks }: TwinSpec): string {
  return JSON.stringify([
    gateway,
    sidecars.map(({ role, container, spec }) => [role, container, spec]),
    networks,
  ]);
}

/** What the engine is asked for to make the gateway. It has the kit, so that attempts can be made in it. */
export async function gatewayContainer(plan: StackPlan): Promise<ContainerSpec> {
  const { spec, options, secrets, lab } = plan;
  const added = Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`);
  const own = new Map([...secrets.files, ...Object.entries(options.files ?? {})]);
  if (plan.config !== undefined && spec.target.configPath !== undefined)
    own.set(spec.target.configPath, configText(plan.config));
  const container = await build(plan, 'gateway', spec.gateway, own, [...secrets.env, ...added]);
  return withKit(container, await lab.kit());
}

export async function sidecarContainer(
  plan: StackPlan,
  { role, spec }: TwinSpec['sidecars'][number],
): Promise<ContainerSpec> {
  const { env } = replaceSecrets({ env: spec.Env }, (kind, where) =>
    plan.newSecret(kind, `${role} ${where}`),
  );
  return build(plan, role, spec, new Map(), env);
}

export function configText(config: Settings): string {
  return `${JSON.stringify(config, null, 2)}\n`;
}

async function build(
  { mounted, mappings, volumes, networks }: StackPlan,
  role: string,
  container: ContainerSpec,
  own: ReadonlyMap<string, string>,
  env: readonly string[],
): Promise<ContainerSpec> {
  const texts = new Map(
    [...(mounted.texts.get(role) ?? [])].map(([path, text]) => [path, translateAddresses(text, mappings)]),
  );
  const kinds = mounted.kinds.get(role) ?? new Map();
  const plans = planMounts(sourceMounts(container), { kinds, texts, own });
  const { mounts, binds } = await volumes.make(role, plans, ownerOf(container));
  const tmpfs = (container.HostConfig.Mounts ?? []).filter(({ Type }) => Type === 'tmpfs');
  // One that has no network of its own joins the one that was made for it.
  const joined = Object.keys(container.networks).length > 0 ? container.networks : { own: {} };
  return twinContainer(
    { ...container, networks: joined },
    {
      env,
      mounts: [...tmpfs, ...mounts],
      binds,
      networks: new Map(networks.map(({ original, name }) => [original, name])),
      mappings,
    },
  );
}
