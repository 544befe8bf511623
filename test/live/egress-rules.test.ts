import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultPolicy } from '../../src/policy/defaults.ts';
import type { EgressRule } from '../../src/policy/policy.ts';
import { renderSquidConfig } from '../../src/render/config/squid.ts';
import { builtImage, docker, TEST_LABEL, tryDocker } from '../support/docker-cli.ts';
import { proxyRequest, proxyScript } from '../support/proxy-requests.ts';
import type { ProxyAnswer } from '../support/proxy-requests.ts';
import { waitFor } from '../support/wait-for.ts';

// The egress image without any network: nothing can leave, whatever the rules let through. A request that they let
// through ends with 503, because there is no way to anywhere; one that they refuse ends with 403.
const PASSED = 503;
const REFUSED = 403;
const EGRESS = 'live-egress-rules';
const RESOLVER = 'live-egress-rules-dns';

/** What the name server inside the container's network answers. */
const NAMES: Record<string, string[]> = {
  'public.example.org': ['11.22.33.44'],
  'a.wide.example.org': ['11.22.33.44'],
  'nas.example.org': ['10.1.2.3'],
  'private.example.org': ['10.1.2.3'],
  'mixed.example.org': ['11.22.33.44', '10.1.2.3'],
  'metadata.example.org': ['169.254.169.254'],
  'alibaba.example.org': ['100.100.100.200'],
  'loopback.example.org': ['127.0.0.1'],
  'mapped.example.org': ['::ffff:10.1.2.3'],
  'translated.example.org': ['64:ff9b::a01:203'],
  'local6.example.org': ['fd00::1'],
  'public6.example.org': ['2a00::1'],
  'denied.example.org': ['11.22.33.44'],
};

const rule = (host: string, ports: number[], privateAddresses: string[] = []): EgressRule => {
  return { host, ports, privateAddresses };
};
const ALLOW = [
  rule('public.example.org', [443]),
  rule('.wide.example.org', [80, 443]),
  rule('nas.example.org', [443], ['10.1.2.3/32']),
  // The widest that anybody could write; metadata services and this container itself stay out of it.
  rule('metadata.example.org', [80, 443], ['169.254.0.0/16']),
  rule('alibaba.example.org', [80, 443], ['100.64.0.0/10']),
  rule('loopback.example.org', [80, 3128], ['127.0.0.0/8']),
  ...['private', 'mixed', 'mapped', 'translated', 'local6', 'public6'].map((name) =>
    rule(`${name}.example.org`, [443]),
  ),
];

/** Without IPv6 in the kernel Squid asks for no IPv6 addresses. */
const hasIpv6 = existsSync('/proc/sys/net/ipv6');
const folder = mkdtempSync(join(tmpdir(), 'clawproof-live-egress-'));

beforeAll(async () => {
  await removeContainers();
  const config = join(folder, 'squid.conf');
  writeFileSync(config, renderSquidConfig({ ...defaultPolicy(), egress: { allow: ALLOW } }), { mode: 0o444 });
  const isolation = ['--network', 'none', '--dns', '127.0.0.1', '--cap-drop', 'ALL', '--read-only', '--init'];
  if (hasIpv6) isolation.push('--sysctl', 'net.ipv6.conf.all.disable_ipv6=0');
  const writable = ['/tmp', '/run', '/var/spool/squid', '/var/log/squid'].flatMap((path) => [
    '--tmpfs',
    path,
  ]);
  await docker(
    ['run', '--detach', '--name', EGRESS, '--label', TEST_LABEL, '--user', '1000:1000', ...isolation],
    [...writable, '--mount', `type=bind,source=${config},target=/etc/clawproof/squid.conf,readonly`],
    ['--entrypoint', '/usr/sbin/squid', await builtImage('egress'), '-N', '-f', '/etc/clawproof/squid.conf'],
  );
  await docker(
    ['run', '--detach', '--name', RESOLVER, '--label', TEST_LABEL, '--user', '0:0', '--init'],
    ['--network', `container:${EGRESS}`, '--entrypoint', 'node', await builtImage('gateway')],
    ['--eval', nameServerScript()],
  );
  await waitFor(
    'Squid listens',
    60,
    async () => (await ask('CONNECT nobody.example.com:443')).status === REFUSED,
  );
});

afterAll(async () => {
  await removeContainers();
  rmSync(folder, { recursive: true, force: true });
});

describe('rules of egress, with a name server that answers and no way out:', () => {
  test.each([
    ['CONNECT public.example.org:443', PASSED],
    ['CONNECT PUBLIC.example.org:443', PASSED],
    ['CONNECT a.wide.example.org:443', PASSED],
    ['GET http://a.wide.example.org/', PASSED],
    ['CONNECT nas.example.org:443', PASSED],
    ['CONNECT private.example.org:443', REFUSED],
    ['CONNECT mixed.example.org:443', REFUSED],
    ['GET http://metadata.example.org/latest/meta-data/', REFUSED],
    ['CONNECT metadata.example.org:443', REFUSED],
    ['GET http://alibaba.example.org/', REFUSED],
    ['GET http://loopback.example.org/', REFUSED],
    ['CONNECT loopback.example.org:3128', REFUSED],
  ])('%s is looked up and ends with %i', async (request, status) => {
    const before = await queries();
    expect((await ask(request)).status).toBe(status);
    const name = /[a-z0-9]+(?:\.wide)?\.example\.org/i.exec(request)?.[0].toLowerCase();
    // Squid keeps answers: an earlier request may have asked already.
    expect([...before, ...(await queries())]).toContain(name);
  });

  test.runIf(hasIpv6).each([
    ['public6', PASSED],
    ['mapped', REFUSED],
    ['translated', REFUSED],
    ['local6', REFUSED],
  ])('the IPv6 address of %s.example.org ends with %i', async (name, status) => {
    expect((await ask(`CONNECT ${name}.example.org:443`)).status).toBe(status);
  });

  test.each([
    'CONNECT denied.example.org:443',
    'GET http://denied.example.org/',
    'CONNECT secret-data.denied.example.org:443',
    'CONNECT public.example.org.evil.example:443',
    'CONNECT xwide.example.org:443',
    'CONNECT 11.22.33.44:443',
    'CONNECT 10.1.2.3:443',
    'CONNECT [fd00::1]:443',
    'CONNECT [::ffff:10.1.2.3]:443',
    'CONNECT 169.254.169.254:80',
    'GET http://169.254.169.254/latest/meta-data/',
    'GET http://[fd00:ec2::254]/latest/meta-data/',
    'CONNECT 127.0.0.1:3128',
    'CONNECT 2130706433:443',
    'CONNECT 0x7f000001:443',
    'GET http://127.0.0.1:3128/squid-internal-mgr/menu',
  ])('%s is refused at once, and nobody is asked for the name', async (request) => {
    const before = await queries();
    const { status, ms } = await ask(request);
    expect(status).toBe(REFUSED);
    expect(ms).toBeLessThan(2000);
    expect(await queries()).toEqual(before);
  });

  test.each([
    'CONNECT public.example.org:80',
    'CONNECT public.example.org:22',
    'CONNECT public.example.org:8443',
    'GET http://public.example.org/',
    'GET http://public.example.org:443/',
    'GET http://a.wide.example.org:443/',
  ])('%s is refused: another port, or plain HTTP where only a tunnel is allowed', async (request) => {
    expect((await ask(request)).status).toBe(REFUSED);
  });
});

async function ask(request: string): Promise<ProxyAnswer> {
  const script = proxyScript('127.0.0.1', [proxyRequest(request)]);
  const output = await docker('exec', RESOLVER, 'node', '--input-type=module', '--eval', script);
  const [answer] = JSON.parse(output) as ProxyAnswer[];
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

/** Names that were looked up so far, in order. */
async function queries(): Promise<string[]> {
  return (await docker('logs', RESOLVER)).split('\n').filter(Boolean);
}

async function removeContainers(): Promise<void> {
  await tryDocker(['rm', '--force', RESOLVER, EGRESS]);
}

/** A name server (RFC 1035) on 127.0.0.1 that prints every name that it is asked for. */
function nameServerScript(): string {
  return `
const NAMES = ${JSON.stringify(NAMES)};
const server = require('node:dgram').createSocket('udp4');
function bytes(address) {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  const v4 = /(\\d+)\\.(\\d+)\\.(\\d+)\\.(\\d+)$/.exec(address);
  const text = v4 ? address.replace(v4[0], (v4[1] * 256 + +v4[2]).toString(16) + ':' + (v4[3] * 256 + +v4[4]).toString(16)) : address;
  const [head, tail = ''] = text.split('::').map((part) => part.split(':').filter(Boolean));
  const groups = [...head, ...Array(8 - head.length - tail.length).fill('0'), ...tail];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}
server.on('message', (query, from) => {
  const labels = [];
  let at = 12;
  for (; query[at] !== 0; at += query[at] + 1) labels.push(query.toString('latin1', at + 1, at + 1 + query[at]));
  const name = labels.join('.').toLowerCase();
  console.log(name);
  const question = query.subarray(12, at + 5);
  const wanted = query.readUInt16BE(at + 1);
  const answers = (NAMES[name] ?? []).filter((address) => (address.includes(':') ? 28 : 1) === wanted).map((address) => {
    const data = bytes(address);
    const record = Buffer.from([0xc0, 12, 0, wanted, 0, 1, 0, 0, 0, 60, 0, data.length]);
    return Buffer.concat([record, data]);
  });
  const header = Buffer.concat([query.subarray(0, 2), Buffer.from([0x81, NAMES[name] ? 0x80 : 0x83, 0, 1, 0, answers.length, 0, 0, 0, 0])]);
  server.send(Buffer.concat([header, question, ...answers]), from.port, from.address);
});
server.bind(53, '127.0.0.1');
`;
}
