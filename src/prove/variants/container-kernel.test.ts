import { describe, expect, it } from 'vitest';
import { twinFixture } from '../testing/twin-fixture.ts';
import { kernelVariants } from './container-kernel.ts';

const twin = twinFixture();

function weakened(id: string, spec = twin) {
  const variant = kernelVariants.find((one) => one.id === id);
  if (!variant) throw new Error(`no variant ${id}`);
  const weak = variant.weaken(spec);
  return { user: weak?.gateway.User, host: weak?.gateway.HostConfig, weak };
}

describe('variants of the wall to the kernel', () => {
  it.each([
    ['capability-sys-admin', '1000:1000', ['SYS_ADMIN'], ['ALL']],
    ['capability-dac-read-search', '1000:1000', ['DAC_READ_SEARCH'], ['ALL']],
    ['root-with-net-raw', '0:0', ['NET_RAW'], ['ALL']],
    ['all-capabilities', '1000:1000', ['ALL'], null],
    ['root-with-default-capabilities', '0:0', null, null],
  ])('%s changes user and capabilities', (id, user, added, dropped) => {
    const { user: seen, host } = weakened(id);
    expect([seen, host?.CapAdd, host?.CapDrop]).toEqual([user, added, dropped]);
    expect(host?.SecurityOpt).toEqual(twin.gateway.HostConfig.SecurityOpt);
  });

  it('unfiltered-root takes the place of a filter that was named', () => {
    const { HostConfig } = twin.gateway;
    const own = { ...HostConfig, SecurityOpt: ['no-new-privileges:true', 'seccomp={"defaultAction":"x"}'] };
    const { host } = weakened('unfiltered-root', { ...twin, gateway: { ...twin.gateway, HostConfig: own } });
    expect(host?.SecurityOpt).toEqual(['no-new-privileges:true', 'seccomp=unconfined']);
    expect(host?.CapAdd).not.toContain('ALL');
  });

  it('security-module-off is nothing where the engine uses none', () => {
    expect(weakened('security-module-off').weak).toBeNull();
    const { target } = twin;
    const engine = { ...target.engine, securityOptions: ['name=apparmor', 'name=seccomp,profile=builtin'] };
    const { host } = weakened('security-module-off', { ...twin, target: { ...target, engine } });
    expect(host?.SecurityOpt).toEqual(['no-new-privileges:true', 'apparmor=unconfined', 'label=disable']);
  });

  it.each(kernelVariants.map((variant) => [variant.id, variant] as const))(
    '%s leaves the specification that it was given as it was',
    (_, variant) => {
      const before = structuredClone(twin.gateway);
      variant.weaken(twin);
      expect(twin.gateway).toEqual(before);
    },
  );
});
