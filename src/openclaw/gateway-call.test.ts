import { expect, test } from 'vitest';
import { callInput, readCall } from './gateway-call.ts';
import { pairedDevices } from './paired-devices.ts';

test.each([
  ['{"ok":true,"value":{"warningCount":0}}', { ok: true, value: { warningCount: 0 } }],
  ['{"ok":false,"reason":"unauthorized"}', { ok: false, reason: 'unauthorized' }],
  ['', { ok: false, reason: 'the answer was empty' }],
  ['Killed', { ok: false, reason: 'the answer was not understood' }],
  ['null', { ok: false, reason: 'the answer was not understood' }],
])('an answer of the gateway: %s', (stdout, expected) => {
  expect(readCall(stdout)).toEqual(expected);
});

test('the token goes to stdin, with the method', () => {
  expect(JSON.parse(callInput('secret', 'secrets.reload'))).toEqual({
    port: 18_789,
    token: 'secret',
    method: 'secrets.reload',
  });
});

test('browsers lose their pairing with the token, everything else keeps it', () => {
  const device = (deviceId: string, change: object): object => ({ deviceId, ...change });
  expect(
    pairedDevices({
      paired: [
        device('11111111x', { clientId: 'openclaw-control-ui', clientMode: 'webchat' }),
        device('22222222x', { clientId: 'other', clientMode: ' WebChat ', displayName: 'Tablet' }),
        device('33333333x', { clientId: 'webchat-ui' }),
        device('44444444x', { clientId: 'cli', clientMode: 'cli', displayName: 'Shell', operatorLabel: 'Kitchen' }),
        device('55555555x', { displayName: '  ' }),
      ],
    }),
  ).toEqual({
    kept: ['Kitchen (44444444)', 'unnamed (55555555)'],
    lost: ['openclaw-control-ui (11111111)', 'Tablet (22222222)', 'webchat-ui (33333333)'],
  });
});

test.each([null, undefined, 'x', {}, { paired: 'x' }])('an answer without devices: %j', (answer) => {
  expect(pairedDevices(answer)).toBeNull();
});
