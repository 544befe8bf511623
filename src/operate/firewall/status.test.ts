import { describe, expect, test } from 'vitest';
import { firewallAtUp, firewallHolds } from './at-up.ts';
import { readFirewallStatus } from './status.ts';
import { type FakeFirewallHost, fakeFirewallHost, putNetwork } from './testing/fake-firewall-host.ts';

function enabled(host: FakeFirewallHost): FakeFirewallHost {
  const firewall = { enabled: true, tool: 'auto' as const, hostPorts: [] };
  host.up.policy = { ...host.up.policy, firewall };
  host.context.policy = host.up.policy;
  return host;
}

async function statesOf(host: FakeFirewallHost): Promise<string[]> {
  const { checks } = await readFirewallStatus(host.ports, host.context);
  return checks.map(({ id, state }) => `${id} ${state}`);
}

describe('up, with the firewall on', () => {
  test('loads the rules, keeps them, and follows a network that was made anew', async () => {
    const host = enabled(fakeFirewallHost());
    expect(await firewallHolds(host.up)).toBe(false);
    expect((await firewallAtUp(host.up)).map(({ state }) => state)).toEqual(['pass', 'pass', 'pass']);
    expect(await firewallHolds(host.up)).toBe(true);
    expect(await statesOf(host)).toEqual([
      'firewall-script pass',
      'firewall-kernel pass',
      'firewall-boot pass',
    ]);
    putNetwork(host, 'b');
    expect(await statesOf(host)).toContain('firewall-script fail');
    await firewallAtUp(host.up);
    expect(host.kernel.get('nft')).toContain('br-bbbbbbbbbbbb');
    expect(host.kernel.get('nft')).not.toContain('br-aaaaaaaaaaaa');
  });

  test('finds that the rules are gone, and does not call it a pass where it cannot look', async () => {
    const host = enabled(fakeFirewallHost({ systemd: false }));
    await firewallAtUp(host.up);
    host.kernel.clear();
    expect(await statesOf(host)).toEqual([
      'firewall-script pass',
      'firewall-kernel fail',
      'firewall-boot skipped',
    ]);
    host.ports.system.uid = 1000;
    expect(await statesOf(host)).toContain('firewall-kernel skipped');
  });

  test('says what to do where it is not root, and changes nothing', async () => {
    const host = enabled(fakeFirewallHost());
    host.ports.system.uid = 1000;
    const checks = await firewallAtUp(host.up);
    expect(checks[0]?.state).toBe('fail');
    expect(checks[0]?.detail).toContain('as root: clawproof firewall on');
    expect(host.kernel.size).toBe(0);
  });

  test('is one check, not an end, where no rules can be rendered', async () => {
    const host = enabled(fakeFirewallHost());
    host.up.docker.networks.clear();
    expect(await firewallAtUp(host.up)).toMatchObject([{ id: 'firewall', state: 'error' }]);
    host.up.engine = { ...host.up.engine, kind: 'rootless' };
    expect(await firewallAtUp(host.up)).toMatchObject([{ id: 'firewall', state: 'skipped' }]);
  });
});

test('with the firewall off, what is left of it is a finding', async () => {
  const host = fakeFirewallHost();
  expect(await statesOf(host)).toEqual(['firewall-off pass']);
  expect(await firewallAtUp(host.up)).toEqual([]);
  host.ports.files.put(host.names.script, 'x');
  expect(await statesOf(host)).toEqual(['firewall-off fail']);
  expect(await firewallAtUp(host.up)).toMatchObject([{ id: 'firewall-off', state: 'fail' }]);
});
