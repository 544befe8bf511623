import type { ContainerSpec, HostConfigSpec } from '../container-spec.ts';
import type { TwinSpec } from '../proof-target.ts';

/** The twin with other settings of the gateway's container, beside those that are named the same. */
export function withGateway(
  twin: TwinSpec,
  host: Partial<HostConfigSpec>,
  change: Partial<ContainerSpec> = {},
): TwinSpec {
  const { gateway } = twin;
  return {
    ...twin,
    gateway: { ...gateway, ...change, HostConfig: { ...gateway.HostConfig, ...host } },
  };
}
