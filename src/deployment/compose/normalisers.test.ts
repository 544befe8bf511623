import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mount, PublishedPort } from '../deployment.ts';
import { parseDuration } from './durations.ts';
import { parseMounts as readMounts } from './mounts.ts';
import { parsePorts as readPorts } from './ports.ts';
import { parseSize } from './sizes.ts';

function parsePorts(value: unknown): PublishedPort[] | undefined {
  return readPorts(value)?.ports;
}

function parseMounts(...given: Parameters<typeof readMounts>): Mount[] | undefined {
  return readMounts(...given)?.mounts;
}

describe('parseSize', () => {
  it.each([
    ['2g', 2 ** 31],
    ['1.5G', 1.5 * 2 ** 30],
    ['512mb', 2 ** 29],
    ['1GiB', 2 ** 30],
    ['1024', 1024],
    [7, 7],
    ['10b', 10],
  ])('%j is %d bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });
  it.each(['', 'g', '2 gigs', '-1', '${M}', null, true])('%j is no size', (text) => {
    expect(parseSize(text)).toBeUndefined();
  });
});

describe('parseDuration', () => {
  it.each([
    ['90s', 90],
    ['1m30s', 90],
    ['500ms', 0.5],
    ['1h', 3600],
    ['1.5s', 1.5],
    ['0', 0],
  ])('%j is %d seconds', (text, seconds) => {
    expect(parseDuration(text)).toBeCloseTo(seconds);
  });
  it.each(['', '90', 's', '1m 30s', 'soon', 90])('%j is no duration', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('parsePorts', () => {
  const port = fc.integer({ min: 1, max: 65_535 });
  const address = fc.constantFrom('127.0.0.1', '0.0.0.0', '10.1.2.3', '::1', '::', 'fe80::1');

  it('reads both syntaxes alike', () => {
    fc.assert(
      fc.property(
        fc.option(address, { nil: undefined }),
        fc.option(port, { nil: undefined }),
        port,
        fc.constantFrom('tcp', 'udp'),
        (host, published, target, protocol) => {
          const shownHost = host?.includes(':') === true ? `[${host}]` : host;
          const short = [
            ...(shownHost === undefined ? [] : [shownHost]),
            ...(published === undefined ? (shownHost === undefined ? [] : ['']) : [published]),
            target,
          ].join(':');
          const long = {
            target,
            protocol,
            ...(published === undefined ? {} : { published: String(published) }),
            ...(host === undefined ? {} : { host_ip: host }),
          };
          const read = parsePorts([`${short}/${protocol}`]);
          expect(read).toHaveLength(1);
          expect(read).toEqual(parsePorts([long]));
        },
      ),
    );
  });

  it('reads IPv6 without brackets, ranges, and a port alone', () => {
    expect(parsePorts(['::1:5000:6000'])).toEqual([
      { containerPort: 6000, protocol: 'tcp', hostAddress: '::1', hostPort: 5000, entry: 0 },
    ]);
    expect(
      parsePorts(['127.0.0.1:8000-8002:9000-9002'])?.map((entry) => [entry.hostPort, entry.containerPort]),
    ).toEqual([
      [8000, 9000],
      [8001, 9001],
      [8002, 9002],
    ]);
    expect(parsePorts([80])).toEqual([{ containerPort: 80, protocol: 'tcp', entry: 0 }]);
  });

  it.each([['${X}:80:80'], ['80:'], ['a:b:c'], ['80-70:80'], [{}], ['99999:80']])(
    'does not guess at %j',
    (entry) => {
      expect(parsePorts([entry])).toBeUndefined();
    },
  );
});

describe('parseMounts', () => {
  const none = { volumes: {}, secrets: {}, configs: {} };

  it.each([
    ['./a:/b', { kind: 'bind', source: './a', target: '/b', readOnly: false }],
    ['~/a:/b:ro', { kind: 'bind', source: '~/a', target: '/b', readOnly: true }],
    [
      'data:/b:rw,nocopy',
      { kind: 'volume', source: 'data', target: '/b', readOnly: false, options: ['nocopy'] },
    ],
    ['/b', { kind: 'volume', target: '/b', readOnly: false }],
    ['v:/b', { kind: 'volume', target: 'v:/b', readOnly: false }],
    ['C:\\data:/b', { kind: 'bind', source: 'C:\\data', target: '/b', readOnly: false }],
  ])('reads %j', (text, mount) => {
    expect(parseMounts({ volumes: [text] }, none)).toEqual([
      { ...mount, entry: { field: 'volumes', index: 0 } },
    ]);
  });

  it('makes the options explicit that the engine adds to a tmpfs', () => {
    expect(parseMounts({ tmpfs: '/run' }, none)).toEqual([
      {
        kind: 'tmpfs',
        target: '/run',
        readOnly: false,
        options: ['noexec', 'nosuid', 'nodev'],
        entry: { field: 'tmpfs', index: 0 },
      },
    ]);
    expect(parseMounts({ tmpfs: ['/run:exec,size=1m'] }, none)?.[0]?.options).toEqual([
      'exec',
      'size=1m',
      'nosuid',
      'nodev',
    ]);
  });

  it('sees a bind mount behind a named volume', () => {
    const volumes = { data: { driver_opts: { type: 'none', o: 'bind,ro', device: '/etc' } } };
    expect(parseMounts({ volumes: ['data:/x'] }, { ...none, volumes })).toMatchObject([
      { kind: 'bind', source: '/etc' },
    ]);
  });
});
