import { fc, test as propertyTest } from '@fast-check/vitest';
import ipaddr from 'ipaddr.js';
import { describe, expect, test } from 'vitest';
import { bridgeOf, nameserversOf } from './facts.ts';
import { editFirewall } from './policy-text.ts';

const NETWORK = { Id: '0123456789abcdef', Name: 'openclaw_front', Driver: 'bridge', Internal: false };

describe('the interface of a network', () => {
  test('is the one that the engine or clawproof has named', () => {
    expect(bridgeOf(NETWORK)).toBe('br-0123456789ab');
    const Options = { 'com.docker.network.bridge.name': 'cproof-30-224' };
    expect(bridgeOf({ ...NETWORK, Options })).toBe('cproof-30-224');
  });

  test.each(['eth0', 'br0', 'lo', 'docker0', 'br-', 'cproof-x', 'br-0123456789ab; reboot', ''])(
    'is refused when it may be somebody else’s: %j',
    (name) => {
      const Options = { 'com.docker.network.bridge.name': name };
      expect(() => bridgeOf({ ...NETWORK, Options })).toThrow("which is not the deployment's own");
    },
  );

  test('is refused where the network has none', () => {
    expect(() => bridgeOf({ ...NETWORK, Driver: 'macvlan' })).toThrow('not the deployment');
  });
});

describe('name servers of a host', () => {
  test('are those that a container can reach, once each', () => {
    const text = [
      'nameserver 127.0.0.53',
      'nameserver 192.168.1.1',
      ' nameserver\t192.168.1.1 ',
      'nameserver ::1',
      'nameserver FD00::53',
      'nameserver fe80::1%eth0',
      'nameserver 999.1.1.1',
      'nameserver 0.0.0.0',
      '# nameserver 10.0.0.1',
      'search example.org',
    ].join('\n');
    expect(nameserversOf(text)).toEqual(['192.168.1.1', 'fd00::53']);
  });

  propertyTest.prop([fc.array(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.constant('nameserver ')))])(
    'of any text are addresses and nothing else',
    (parts) => {
      const text = parts.join(' ').replaceAll('nameserver ', '\nnameserver ');
      for (const address of nameserversOf(text)) {
        expect(address).toMatch(/^[0-9a-f.:]+$/);
        expect(ipaddr.isValid(address)).toBe(true);
      }
    },
  );
});

test('clawproof.yaml keeps its comments when the firewall is switched', () => {
  const on = editFirewall('# mine\nversion: 1 # one\n', { enabled: true, tool: 'nft' });
  expect(on).toBe('# mine\nversion: 1 # one\nfirewall:\n  enabled: true\n  tool: nft\n');
  expect(editFirewall(on, { enabled: false })).toBe(on.replace('true', 'false'));
  expect(() => editFirewall('a: [', { enabled: true })).toThrow('could not be edited');
});
