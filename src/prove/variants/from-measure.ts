import type { Deployment, ServiceRole } from '../../deployment/deployment.ts';
import { measures } from '../../measures/registry.generated.ts';
import type { ContainerSpec } from '../container-spec.ts';
import type { TwinNetwork, TwinSpec, Variant } from '../proof-target.ts';
import { withServiceChange } from './service-change.ts';

/**
 * The twin in which one measure does not hold, by the measure's own `weaken`.
 * @param id of the measure, and of the variant
 * @param title what is different, as a statement
 */
export function variantOfMeasure(id: string, title?: string): Variant {
  const measure = measures.find((each) => each.id === id);
  if (measure?.weaken === undefined) throw new Error(`no measure ${id} with a weaken`);
  return {
    id,
    title: title ?? `Not so: ${measure.title}`,
    weaken: (spec) => {
      const { deployment } = spec.target;
      const before: Deployment =
        spec.config === undefined ? deployment : { ...deployment, openclawConfig: spec.config };
      return withDeploymentChange(spec, before, measure.weaken?.(before) ?? before);
    },
  };
}

/** The twin after a change of the deployment; null when nothing of the change can be made in a twin. */
export function withDeploymentChange(spec: TwinSpec, before: Deployment, after: Deployment): TwinSpec | null {
  const changed = (role: ServiceRole, container: ContainerSpec): ContainerSpec => {
    const old = before.services.find((service) => service.role === role);
    const weak = after.services.find((service) => service.role === role);
    return old === undefined || weak === undefined ? container : withServiceChange(container, old, weak);
  };
  const twin: TwinSpec = {
    ...spec,
    gateway: changed('gateway', spec.gateway),
    sidecars: spec.sidecars.map((sidecar) => ({ ...sidecar, spec: changed(sidecar.role, sidecar.spec) })),
    networks: spec.networks.map((network) => withNetworkChange(network, before, after)),
    ...(after.openclawConfig === undefined ? {} : { config: after.openclawConfig }),
  };
  return differs(parts(spec), parts(twin)) ? twin : null;
}

function parts({ gateway, sidecars, networks, config }: TwinSpec): unknown {
  return { gateway, sidecars, networks, config };
}

function withNetworkChange(network: TwinNetwork, before: Deployment, after: Deployment): TwinNetwork {
  const isInternal = ({ networks }: Deployment): boolean | undefined =>
    networks.find(({ name }) => name === network.name)?.internal;
  const internal = isInternal(after);
  return internal === undefined || internal === isInternal(before)
    ? network
    : { ...network, internal, isChanged: true };
}

function differs(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}
