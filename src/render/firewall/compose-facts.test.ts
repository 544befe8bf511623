import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { deploymentNetworks } from './deployment-networks.ts';
import { exposedPorts } from './published-ports.ts';

function composeWith(ports: readonly unknown[]): string {
  return stringify({ services: { gateway: {}, ingress: { ports } } });
}

describe('ports that others may reach', () => {
  test.each([
    ['127.0.0.1:18789:8080', []],
    ['127.8.8.8:1:8080', []],
    ['[::1]:1:8080', []],
    ['443:8443', [{ port: 443, protocol: 'tcp' }]],
    ['0.0.0.0:443:8443', [{ port: 443, protocol: 'tcp' }]],
    ['192.168.1.5:443:8443/udp', [{ port: 443, protocol: 'udp' }]],
    ['[::]:443:8443', [{ port: 443, protocol: 'tcp' }]],
    ['8443', []],
    [8443, []],
  ])('of %j are %j', (entry, expected) => {
    expect(exposedPorts(composeWith([entry]))).toEqual(expected);
  });

  test('are each there once, in order', () => {
    const text = composeWith(['443:1', '0.0.0.0:80:2', '192.0.2.1:443:1', '443:1/udp']);
    expect(exposedPorts(text)).toEqual([
      { port: 80, protocol: 'tcp' },
      { port: 443, protocol: 'tcp' },
      { port: 443, protocol: 'udp' },
    ]);
    expect(exposedPorts('')).toEqual([]);
  });

  propertyTest.prop([fc.string(), fc.integer({ min: 1, max: 65_535 })])(
    'are only such that stand in the text',
    (text, port) => {
      for (const found of exposedPorts(composeWith([text, `${port}:80`])))
        expect([text, `${port}:80`].some((entry) => entry.includes(String(found.port)))).toBe(true);
    },
  );
});

describe('networks of a deployment', () => {
  test('with egress, only its own may use the host', () => {
    const text = stringify({
      services: { gateway: { networks: { cage: {} } }, egress: { networks: { cage: {}, outside: {} } } },
      networks: { cage: { internal: true }, front: {}, outside: null },
    });
    expect(deploymentNetworks(text, 'bot')).toEqual([
      { name: 'bot_cage', isInternal: true, mayUseHost: false },
      { name: 'bot_front', isInternal: false, mayUseHost: false },
      { name: 'bot_outside', isInternal: false, mayUseHost: true },
    ]);
  });

  test('without egress, it is the gateway’s', () => {
    const text = stringify({ services: { gateway: { networks: ['front'] } }, networks: { front: {} } });
    expect(deploymentNetworks(text, 'bot')).toEqual([
      { name: 'bot_front', isInternal: false, mayUseHost: true },
    ]);
    expect(deploymentNetworks('', 'bot')).toEqual([]);
  });
});
