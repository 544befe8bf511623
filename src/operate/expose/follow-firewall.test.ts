import { expect, test } from 'vitest';
import { fakeFirewallHost, FOLDER } from '../firewall/testing/fake-firewall-host.ts';
import { followFirewall } from './follow-firewall.ts';

const COMPOSE = `services:
  gateway: { networks: [front] }
  edge: { networks: [front], ports: ['0.0.0.0:443:8443'] }
networks:
  front: {}
`;

function withFirewall(): ReturnType<typeof fakeFirewallHost> {
  const host = fakeFirewallHost();
  const firewall = { enabled: true, tool: 'auto' as const, hostPorts: [] };
  host.context = { ...host.context, policy: { ...host.context.policy, firewall } };
  return host;
}

test('the rules follow a port that is opened, and one that is closed', async () => {
  const host = withFirewall();
  const { context, kernel, ports } = host;
  const closed = (await ports.files.read(`${FOLDER}/compose.yaml`)) ?? '';
  await followFirewall(context, context.policy);
  expect(kernel.get('nft')).not.toContain('proto-dst 443');
  ports.files.put(`${FOLDER}/compose.yaml`, COMPOSE);
  expect((await followFirewall(context, context.policy)).map(({ state }) => state)).toEqual([
    'pass',
    'pass',
    'pass',
  ]);
  expect(kernel.get('nft')).toContain('proto-dst 443');
  ports.files.put(`${FOLDER}/compose.yaml`, closed);
  await followFirewall(context, context.policy);
  expect(kernel.get('nft')).not.toContain('proto-dst 443');
});

test('without root they stay, which is said and is no failure; where it is off, nothing is done', async () => {
  const { context, kernel, ports } = withFirewall();
  ports.system.uid = 1000;
  const checks = await followFirewall(context, context.policy);
  expect(checks.map(({ state }) => state)).not.toContain('fail');
  expect(checks[0]?.detail).toContain('as root');
  expect(kernel.size).toBe(0);
  const off = { ...context.policy, firewall: { ...context.policy.firewall, enabled: false } };
  expect(await followFirewall(context, off)).toEqual([]);
});
