import { expect, test } from 'vitest';
import { hostKind } from './host-kind.ts';

test.each([
  ['127.0.0.1:5000', 'loopback'],
  ['127.8.8.8', 'loopback'],
  ['0x7f.1:5000', 'loopback'],
  ['2130706433', 'loopback'],
  ['[::1]:5000', 'loopback'],
  ['[::ffff:127.0.0.1]', 'loopback'],
  ['localhost.', 'loopback'],
  ['a.localhost:1', 'loopback'],
  ['10.1.2.3', 'private'],
  ['100.64.0.1:5000', 'private'],
  ['100.127.255.255', 'private'],
  ['169.254.169.254', 'private'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.1.5:5000', 'private'],
  ['0.0.0.0:5000', 'private'],
  ['3232235777', 'private'],
  ['[fd00::1]', 'private'],
  ['[fe80::1]:443', 'private'],
  ['[::ffff:10.0.0.1]', 'private'],
  ['[64:ff9b::a00:1]', 'private'],
  ['[::]', 'private'],
  ['metadata.google.internal', 'private'],
  ['not a host', 'private'],
  ['r.example', 'public'],
  ['r.example:5000', 'public'],
  ['127.0.0.1.r.example', 'public'],
  ['11.0.0.1', 'public'],
  ['100.128.0.1', 'public'],
  ['172.32.0.1', 'public'],
  ['[2600::1]', 'public'],
])('%s is %s', (host, kind) => {
  expect(hostKind(host)).toBe(kind);
});
