import type { HostConfigSpec } from '../container-spec.ts';
import { hasSecurityModule } from '../probes/container/kernel-state.ts';
import type { TwinSpec, Variant } from '../proof-target.ts';

function withGateway(
  spec: TwinSpec,
  host: (config: HostConfigSpec) => Partial<HostConfigSpec>,
  user?: string,
): TwinSpec {
  const { gateway } = spec;
  return {
    ...spec,
    gateway: {
      ...gateway,
      ...(user !== undefined && { User: user }),
      HostConfig: { ...gateway.HostConfig, ...host(gateway.HostConfig) },
    },
  };
}

const ROOT = '0:0';
/** Each is as good as root on the host. By name, because ALL cannot be given where the host itself lacks one. */
const HOST_CAPABILITIES = [
  'DAC_READ_SEARCH',
  'SYSLOG',
  'SYS_ADMIN',
  'SYS_BOOT',
  'SYS_MODULE',
  'SYS_PTRACE',
  'SYS_RAWIO',
  'SYS_TIME',
];

/**
 * Twins whose wall to the kernel has one hole, beside those that measures make by their own `weaken`. With some settings only
 * root has what is given: a container's ordinary user gets no capability, whatever is added.
 */
export const kernelVariants: readonly Variant[] = [
  {
    id: 'all-capabilities',
    title: 'All capabilities are added',
    weaken: (spec) => withGateway(spec, () => ({ CapAdd: ['ALL'], CapDrop: null })),
  },
  {
    id: 'root-with-default-capabilities',
    title: 'It runs as root with the capabilities that the engine gives by default',
    weaken: (spec) => withGateway(spec, () => ({ CapAdd: null, CapDrop: null }), ROOT),
  },
  {
    id: 'root-with-host-capabilities',
    title: 'It runs as root with the capabilities of an administrator',
    weaken: (spec) => withGateway(spec, () => ({ CapAdd: HOST_CAPABILITIES, CapDrop: null }), ROOT),
  },
  {
    id: 'unfiltered-root',
    title: 'It runs as root with the capabilities of an administrator and without a filter',
    weaken: (spec) =>
      withGateway(
        spec,
        ({ SecurityOpt }) => ({
          CapAdd: HOST_CAPABILITIES,
          CapDrop: null,
          SecurityOpt: [...without(SecurityOpt, /^seccomp[=:]/), 'seccomp=unconfined'],
        }),
        ROOT,
      ),
  },
  {
    id: 'security-module-off',
    title: 'AppArmor and SELinux do not confine it',
    weaken: (spec) =>
      hasSecurityModule(spec.target)
        ? withGateway(spec, ({ SecurityOpt }) => ({
            SecurityOpt: [
              ...without(SecurityOpt, /^(?:apparmor|label)[=:]/),
              'apparmor=unconfined',
              'label=disable',
            ],
          }))
        : null,
  },
];

function without(options: readonly string[] | null | undefined, pattern: RegExp): string[] {
  return (options ?? []).filter((option) => !pattern.test(option));
}
