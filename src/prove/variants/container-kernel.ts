import { hasSecurityModule } from '../probes/container/kernel-state.ts';
import type { TwinSpec, Variant } from '../proof-target.ts';
import { withGateway } from './with-gateway.ts';

const ROOT = { User: '0:0' };
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

/** An ordinary user holds nothing of it, but the engine's filter then lets the calls through that belong to it. */
function withCapability(name: string): Variant {
  return {
    id: `capability-${name.toLowerCase().replaceAll('_', '-')}`,
    title: `The capability ${name} is added`,
    weaken: (spec) => withGateway(spec, { CapAdd: [name], CapDrop: ['ALL'] }),
  };
}

function rootWithCapability(name: string): Variant {
  return {
    id: `root-with-${name.toLowerCase().replaceAll('_', '-')}`,
    title: `It runs as root with the capability ${name}`,
    weaken: (spec) => withGateway(spec, { CapAdd: [name], CapDrop: ['ALL'] }, ROOT),
  };
}

/** Twins whose wall to the kernel has one hole, beside those that measures make by their own `weaken`. */
export const kernelVariants: readonly Variant[] = [
  withCapability('SYS_ADMIN'),
  withCapability('SYS_CHROOT'),
  withCapability('SYS_PTRACE'),
  withCapability('SYS_TIME'),
  withCapability('DAC_READ_SEARCH'),
  rootWithCapability('NET_RAW'),
  rootWithCapability('MKNOD'),
  {
    id: 'all-capabilities',
    title: 'All capabilities are added',
    weaken: (spec) => withGateway(spec, { CapAdd: ['ALL'], CapDrop: null }),
  },
  {
    id: 'root-with-default-capabilities',
    title: 'It runs as root with the capabilities that the engine gives by default',
    weaken: (spec) => withGateway(spec, { CapAdd: null, CapDrop: null }, ROOT),
  },
  {
    id: 'root-with-host-capabilities',
    title: 'It runs as root with the capabilities of an administrator',
    weaken: (spec) => withGateway(spec, { CapAdd: HOST_CAPABILITIES, CapDrop: null }, ROOT),
  },
  {
    id: 'unfiltered-root',
    title: 'It runs as root with the capabilities of an administrator and without a filter',
    weaken: (spec) =>
      withGateway(
        spec,
        {
          CapAdd: HOST_CAPABILITIES,
          CapDrop: null,
          SecurityOpt: [...optionsWithout(spec, /^seccomp[=:]/), 'seccomp=unconfined'],
        },
        ROOT,
      ),
  },
  {
    id: 'security-module-off',
    title: 'AppArmor and SELinux do not confine it',
    weaken: (spec) =>
      hasSecurityModule(spec.target)
        ? withGateway(spec, {
            SecurityOpt: [
              ...optionsWithout(spec, /^(?:apparmor|label)[=:]/),
              'apparmor=unconfined',
              'label=disable',
            ],
          })
        : null,
  },
];

function optionsWithout({ gateway }: TwinSpec, pattern: RegExp): string[] {
  return (gateway.HostConfig.SecurityOpt ?? []).filter((option) => !pattern.test(option));
}
