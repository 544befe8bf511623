import { createSocket } from 'node:dgram';
import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { markerOf } from '../../probes/network/facts.ts';
import { ask } from '../network/name-attempts.ts';
import { addressOf } from '../network/own-network.ts';
import { tcp, tls } from '../network/tcp-attempts.ts';
import { udp } from '../network/udp-attempts.ts';
import { serverName } from './client-hello.ts';
import { NameServer } from './dns-server.ts';
import { readAnswer, readQuestion, writeAnswer, writeQuery } from './dns-message.ts';
import { listenTcp } from './tcp-server.ts';
import { listenUdp } from './udp-server.ts';
import { markerIn, plainAddress, type Visit } from './visit.ts';

function notes(): { visits: Visit[]; note: (visit: Omit<Visit, 'ms'>) => Visit } {
  const visits: Visit[] = [];
  return {
    visits,
    note: (visit) => {
      const whole = { ms: 0, ...visit };
      visits.push(whole);
      return whole;
    },
  };
}

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
const octet = fc.integer({ min: 0, max: 255 });

describe('DNS messages', () => {
  propertyTest.prop([fc.integer({ min: 0, max: 0xffff }), fc.array(label, { minLength: 1, maxLength: 5 })])(
    'a query is read as it was written',
    (id, labels) => {
      const question = readQuestion(writeQuery(id, labels.join('.')));
      expect(question).toMatchObject({ id, name: labels.join('.'), type: 1 });
    },
  );

  propertyTest.prop([fc.array(fc.tuple(octet, octet, octet, octet), { maxLength: 4 })])(
    'an answer holds the addresses of the family that was asked for',
    (addresses) => {
      const question = readQuestion(writeQuery(7, 'a.example'));
      if (question === null) throw new Error('no question');
      const answer = writeAnswer(question, [...addresses.map((each) => each.join('.')), 'fd00::1']);
      expect(readAnswer(answer)).toEqual({ id: 7, code: 0, count: addresses.length });
      if (addresses.length > 0) expect([...answer.subarray(-4)]).toEqual(addresses.at(-1));
    },
  );

  propertyTest.prop([fc.uint8Array({ maxLength: 80 })])(
    'anything else is no query, and breaks nothing',
    (bytes) => {
      const question = readQuestion(Buffer.from(bytes));
      expect(question === null || question.bytes.length > 4).toBe(true);
    },
  );

  test('IPv6 in all its forms', () => {
    const question = readQuestion(writeQuery(1, 'a.example', 28));
    if (question === null) throw new Error('no question');
    const tail = (address: string): string => writeAnswer(question, [address]).subarray(-16).toString('hex');
    expect(tail('2001:3:c1a0:1::2')).toBe('20010003c1a000010000000000000002');
    expect(tail('::ffff:10.1.2.3')).toBe('00000000000000000000ffff0a010203');
    expect(tail('::1')).toBe(`${'0'.repeat(31)}1`);
  });
});

describe('the listener', () => {
  test('notes TCP with and without words, HTTP and TLS with their names', async () => {
    const { visits, note } = notes();
    const port = await listenTcp(0, note);
    const targets = [{ host: '127.0.0.1', port }];
    expect(await tcp({ targets })).toMatchObject([{ code: 'connected' }]);
    expect(await tcp({ targets, send: 'cp-0123456789abcdef\n' })).toMatchObject([
      { code: 'connected', text: 'clawproof listener cp-0123456789abcdef\n' },
    ]);
    await tcp({ targets, send: 'GET /cp-00000000aa HTTP/1.1\r\nHost: Some.Example\r\n\r\n' });
    expect(await tls({ targets, name: 'cp-00000000bb.example.com' })).toMatchObject([{ code: 'refused' }]);
    expect(visits.map(({ via, marker, name }) => [via, marker, name])).toEqual([
      ['tcp', undefined, undefined],
      ['tcp', 'cp-0123456789abcdef', undefined],
      ['http', 'cp-00000000aa', 'some.example'],
      ['tls', 'cp-00000000bb', 'cp-00000000bb.example.com'],
    ]);
    expect(visits.every(({ from, to }) => from === '127.0.0.1' && to === '127.0.0.1')).toBe(true);
  });

  test('answers datagrams unless it is to be silent', async () => {
    const { visits, note } = notes();
    const loud = await listenUdp(0, '127.0.0.1', note);
    const silent = await listenUdp(0, '127.0.0.1', note, true);
    const targets = [loud, silent].map((port) => ({ host: '127.0.0.1', port }));
    const results = await udp({ targets, send: 'cp-00000000cc', timeoutMs: 300 });
    expect(results.map(({ code }) => code)).toEqual(['answered', 'sent']);
    expect(visits).toHaveLength(2);
  });

  test('a name leads elsewhere the second time when it was told so, over UDP and TCP', async () => {
    const { visits, note } = notes();
    const server = new NameServer(['192.0.2.1'], note);
    const port = await freePort();
    await server.listenUdp(port);
    const tcpPort = await listenTcp(0, note, (socket) => server.serve(socket));
    server.setNames({ 'a.example': [['192.0.2.7'], ['10.0.0.1', '10.0.0.2']] });
    const at = { host: '127.0.0.1', port };
    expect(await ask({ server: at, name: 'cp-00000000dd.example', over: 'udp' })).toMatchObject({
      code: 'answered',
    });
    expect(await ask({ server: { ...at, port: tcpPort }, name: 'a.example', over: 'tcp' })).toMatchObject({
      code: 'answered',
    });
    expect(visits.map(({ via, name, marker }) => [via, name, marker])).toEqual([
      ['dns', 'cp-00000000dd.example', 'cp-00000000dd'],
      ['dns-tcp', 'a.example', undefined],
    ]);
  });

  test('an attempt that finds nobody gives the reason', async () => {
    const targets = [{ host: '127.0.0.1', port: await freePort() }];
    expect(await tcp({ targets })).toMatchObject([{ code: 'ECONNREFUSED' }]);
    expect(await udp({ targets, send: 'x', timeoutMs: 300 })).toMatchObject([{ code: 'ECONNREFUSED' }]);
    expect(
      await ask({ server: { host: '127.0.0.1', port: await freePort() }, name: 'a.b', over: 'tcp' }),
    ).toMatchObject({
      code: 'ECONNREFUSED',
    });
  });
});

describe('small parts', () => {
  propertyTest.prop([fc.stringMatching(/^[0-9a-f]{8}$/), fc.string()])(
    'every marker is found again, in any case',
    (run, probe) => {
      const marker = markerOf({ run }, probe);
      expect(markerIn(`x${marker.toUpperCase()}.example`)).toBe(marker);
    },
  );

  test('a name in a TLS greeting that is cut off is none', () => {
    expect(serverName(Buffer.from([22, 3, 1, 0, 5, 1, 0, 0, 1, 3]))).toBeUndefined();
  });

  test.each([
    ['0100007F', '127.0.0.1'],
    ['00000000', '0.0.0.0'],
    ['00000000000000000000000000000000', '::'],
    ['0000000000000000FFFF00000100007F', '127.0.0.1'],
    ['000080FE00000000FF00FC0201000000', 'fe80:0:0:0:2fc:ff:0:1'],
  ])('%s of the kernel is %s', (hex, expected) => {
    expect(addressOf(hex)).toBe(expected);
  });

  test('addresses of IPv4 stay what they are', () => {
    expect(plainAddress('::ffff:10.0.0.1')).toBe('10.0.0.1');
    expect(plainAddress('fe80::1%eth0')).toBe('fe80::1');
    expect(plainAddress(undefined)).toBe('');
  });
});

function freePort(): Promise<number> {
  return new Promise((done) => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => done(port));
    });
  });
}
