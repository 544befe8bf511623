import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePrivateBlock } from './address-block.ts';
import { parseEgressEntry } from './egress-entry.ts';
import { EGRESS_GROUPS, EGRESS_GROUP_NAMES } from './egress-groups.ts';
import { parseHostName } from './host-name.ts';
import { parseImage, parseRepository, parseTaggedImage } from './image-reference.ts';
import { parseOrigin } from './origin.ts';
import type { Parsed } from './parsed.ts';
import { parseVersionSyntax } from './version-syntax.ts';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

/** The value, or the problem after a "!". */
function read<T>(parse: (text: string) => Parsed<T>, text: string): T | string {
  const result = parse(text);
  return result.ok ? result.value : `!${result.problem}`;
}

test.each([
  ['api.example.com', 'api.example.com'],
  ['API.Example.COM.', 'api.example.com'],
  ['.example.org', '.example.org'],
  ['xn--bcher-kva.de', 'xn--bcher-kva.de'],
  ['nas', 'nas'],
  ['a-b.3com.com', 'a-b.3com.com'],
])('host name %j', (text, host) => {
  expect(read(parseHostName, text)).toBe(host);
});

test.each([
  ['https://api.example.com/v1?x=1', 'web address; write only the host name: "api.example.com"'],
  ['http://api.example.com:8080', 'write only the host name: "api.example.com:8080"'],
  ['https://me:hunter2@example.com', 'write only the host name: "example.com"'],
  ['example.com/path', 'more than a host name; write only the host name: "example.com"'],
  ['me@example.com', 'write only the host name: "example.com"'],
  ['*', 'would allow every host'],
  ['*.example.com', 'write ".example.com"'],
  ['*example.com', 'write ".example.com"'],
  ['api.*.com', 'a wildcard in a place'],
  ['*.com', 'a wildcard in a place'],
  ['10.0.0.1', 'is an address'],
  ['10.0.0.0/8', 'is an address'],
  ['::1', 'is an address'],
  ['[fe80::1]', 'is an address'],
  ['127.1', 'is an address'],
  ['0x7f000001', 'is an address'],
  ['2130706433', 'is an address'],
  ['1.2.3.0x4', 'is an address'],
  ['bücher.de', 'write its ASCII form "xn--bcher-kva.de"'],
  ['.bücher.de', 'write its ASCII form ".xn--bcher-kva.de"'],
  ['аpple.com', 'letters outside ASCII'],
  ['foo_bar.com', 'underscore'],
  ['a b.com', 'space'],
  [' a.com', 'space'],
  ['', 'is empty'],
  ['a..com', 'empty part'],
  ['..example.com', 'empty part'],
  ['.', 'empty part'],
  ['-a.com', 'no host name: "-a"'],
  ['a.com-', 'no host name: "com-"'],
  [`${'a'.repeat(64)}.com`, 'more than 63'],
  [`${'a.'.repeat(130)}com`, 'at most 253'],
  ['.com', 'every name under com'],
  ['localhost', 'own container'],
  ['app.localhost', 'own container'],
  ['example.com:443', 'a port where only a host name'],
])('host name %j is refused', (text, problem) => {
  expect(read(parseHostName, text)).toMatch(/^!/);
  expect(read(parseHostName, text)).toContain(problem);
});

test.each([
  ['api.example.com', [{ host: 'api.example.com', ports: [443], privateAddresses: [] }]],
  ['.Example.org:8443', [{ host: '.example.org', ports: [8443], privateAddresses: [] }]],
  ['openai', [{ host: 'api.openai.com', ports: [443], privateAddresses: [] }]],
])('egress entry %j', (text, rules) => {
  expect(read(parseEgressEntry, text)).toEqual(rules);
});

test.each([
  ['opnai', 'did you mean "openai"?'],
  ['OpenAI', 'did you mean "openai"?'],
  ['intranet', 'a host name has a dot'],
  ['openai:443', 'is a group with a port'],
  ['nas:445', 'has no dot'],
  ['example.com:0', 'port from 1 to 65535'],
  ['example.com:65536', 'port from 1 to 65535'],
  ['example.com:0443', 'port from 1 to 65535'],
  ['example.com:', 'port from 1 to 65535'],
  ['example.com:https', 'port from 1 to 65535'],
  ['https://example.com:443', 'web address'],
  ['[::1]:443', 'is an address'],
  ['10.0.0.1:443', 'is an address'],
])('egress entry %j is refused', (text, problem) => {
  expect(read(parseEgressEntry, text)).toContain(problem);
});

test('every host of every group is a host name in its normal form, and no group looks like a host', () => {
  for (const name of EGRESS_GROUP_NAMES) {
    for (const host of EGRESS_GROUPS[name].hosts) expect(read(parseHostName, host)).toBe(host);
    expect(name).toMatch(/^[a-z][a-z-]*$/);
    expect(EGRESS_GROUPS[name].doc).toMatch(/\.$/);
  }
});

test.each([
  ['10.0.0.0/8', '10.0.0.0/8'],
  ['192.168.1.20', '192.168.1.20/32'],
  ['100.64.0.0/10', '100.64.0.0/10'],
  ['172.31.255.0/24', '172.31.255.0/24'],
  ['FD00:0:0::1', 'fd00::1/128'],
  ['fc00::/7', 'fc00::/7'],
])('private block %j', (text, block) => {
  expect(read(parsePrivateBlock, text)).toBe(block);
});

test.each([
  ['10.0.0.5/8', 'write "10.0.0.0/8" for the block or "10.0.0.5/32"'],
  ['fd00::1/64', 'write "fd00::/64" for the block or "fd00::1/128"'],
  ['8.8.8.8', 'is public'],
  ['2001:4860:4860::8888', 'is public'],
  ['0.0.0.0/0', 'every address'],
  ['::/0', 'every address'],
  ['127.0.0.0/8', 'is loopback'],
  ['::1', 'is loopback'],
  ['169.254.169.254', 'is link-local'],
  ['fe80::/10', 'is link-local'],
  ['::ffff:10.0.0.1', 'not wholly private'],
  ['100.100.100.200/32', 'metadata'],
  ['fd00:ec2::254', 'metadata'],
  ['172.16.0.0/11', 'reaches beyond'],
  ['10.0.0.0/7', 'reaches beyond'],
  ['192.0.0.0/8', 'reaches beyond'],
  ['11.0.0.0/8', 'is public'],
  ['224.0.0.0/4', 'not wholly private'],
  ['10.0.0.0/33', 'prefix length from 0 to 32'],
  ['fc00::/129', 'prefix length from 0 to 128'],
  ['10.0.0.0/', 'prefix length'],
  ['10.0.0.0/08', 'prefix length'],
  ['10.0.0.0/8/8', 'not an address block'],
  ['10.0/16', 'not an address block'],
  ['010.0.0.0/8', 'not an address block'],
  ['fd00::1%eth0', 'not an address block'],
  ['nas.example.net', 'is a name'],
  ['', 'not an address block'],
])('private block %j is refused', (text, problem) => {
  expect(read(parsePrivateBlock, text)).toMatch(/^!/);
  expect(read(parsePrivateBlock, text)).toContain(problem);
});

test.each(['https://claw.example.org', 'http://192.168.1.5:18789', 'https://[fd00::1]:8443'])(
  'origin %j',
  (text) => {
    expect(read(parseOrigin, text)).toBe(text);
  },
);

test.each([
  ['*', 'wildcard'],
  ['https://*.example.org', 'wildcard'],
  ['null', 'cannot be allowed'],
  ['https://claw.example.org/', 'write "https://claw.example.org"'],
  ['https://claw.example.org/chat', 'write "https://claw.example.org"'],
  ['https://claw.example.org:443', 'write "https://claw.example.org"'],
  ['HTTPS://Claw.example.org', 'write "https://claw.example.org"'],
  ['https://me:pw@claw.example.org', 'write "https://claw.example.org"'],
  ['claw.example.org', 'write "https://claw.example.org"'],
  ['ftp://claw.example.org', 'scheme other than'],
  ['https://', 'not a web origin'],
  ['', 'has no scheme'],
])('origin %j is refused', (text, problem) => {
  expect(read(parseOrigin, text)).toMatch(/^!/);
  expect(read(parseOrigin, text)).toContain(problem);
});

test.each([
  [parseRepository, 'ghcr.io/openclaw/openclaw'],
  [parseRepository, 'localhost:5000/a__b/c-d.e'],
  [parseTaggedImage, 'docker.io/library/debian:trixie-slim'],
  [parseTaggedImage, '127.0.0.1:5000/debian:13'],
  [parseImage, `registry.example.com/egress:1@${DIGEST}`],
  [parseImage, 'egress'],
])('image reference', (parse, text) => {
  expect(read(parse, text)).toBe(text);
});

test.each([
  [parseRepository, 'ghcr.io/openclaw/openclaw:2026.9.6', 'has a tag; write "ghcr.io/openclaw/openclaw"'],
  [parseRepository, `ghcr.io/openclaw/openclaw@${DIGEST}`, 'has a digest; write "ghcr.io/openclaw/openclaw"'],
  [parseRepository, `localhost:5000/openclaw:1@${DIGEST}`, 'has a digest; write "localhost:5000/openclaw"'],
  [parseRepository, 'https://ghcr.io/openclaw/openclaw', 'write it without "https://"'],
  [parseRepository, 'ghcr.io/OpenClaw/openclaw', 'ghcr.io/openclaw/openclaw'],
  [parseRepository, 'ghcr.io//openclaw', 'is not a repository'],
  [parseRepository, 'a b', 'has a space'],
  [parseRepository, '', 'is empty'],
  [parseTaggedImage, 'debian', 'has no tag'],
  [parseTaggedImage, 'localhost:5000/debian', 'has no tag'],
  [parseTaggedImage, `debian:13@${DIGEST}`, 'has a digest'],
  [parseTaggedImage, 'debian:', 'is not an image'],
  [parseImage, 'debian@sha256:12', 'is not an image'],
])('image reference %# is refused', (parse, text, problem) => {
  expect(read(parse, text)).toMatch(/^!/);
  expect(read(parse, text)).toContain(problem);
});

test.each(['2026.9.6', '2026.9.6-1', '2026.10.0-beta.2', '2027.1.33-alpha.1'])('version %j', (text) => {
  expect(read(parseVersionSyntax, text)).toBe(text);
});

test.each([
  ['latest', 'moves with each release'],
  ['^2026.9.6', 'is a range'],
  ['2026.9.x', 'is a range'],
  ['v2026.9.6', 'write "2026.9.6"'],
  ['2026.09.06', 'write "2026.9.6"'],
  ['2026.9', 'not a version'],
  ['2026.13.1', 'not a version'],
  ['2026.9.6-rc.1', 'not a version'],
  ['', 'not a version'],
])('version %j is refused', (text, problem) => {
  expect(read(parseVersionSyntax, text)).toMatch(/^!/);
  expect(read(parseVersionSyntax, text)).toContain(problem);
});

test('no text makes a reader throw, and what is read reads again as itself', () => {
  const readers: ((text: string) => Parsed<unknown>)[] = [
    parseHostName,
    parsePrivateBlock,
    parseOrigin,
    parseRepository,
    parseTaggedImage,
    parseImage,
    parseVersionSyntax,
  ];
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.stringMatching(/^[a-z0-9.:/@*_-]{0,20}$/),
    fc.webUrl(),
    fc.ipV4Extended(),
    fc.ipV6(),
    fc.domain(),
  );
  fc.assert(
    fc.property(texts, (text) => {
      for (const parse of readers) {
        const result = parse(text);
        if (result.ok) expect(parse(String(result.value))).toEqual(result);
        else expect(result.problem).not.toBe('');
      }
      const entry = parseEgressEntry(text);
      expect(entry.ok ? entry.value.length : entry.problem.length).toBeGreaterThan(0);
    }),
    { numRuns: 500 },
  );
});

test('every private address in a block that is read stays inside the private ranges', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.nat(32), (address, prefix) => {
      const result = parsePrivateBlock(`${address}/${prefix}`);
      const isPrivate =
        /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(address);
      expect(result.ok && !isPrivate).toBe(false);
    }),
  );
});
