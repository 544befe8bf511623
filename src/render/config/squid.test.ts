import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../../policy/defaults.ts';
import type { EgressRule } from '../../policy/policy.ts';
import { renderSquidConfig, withoutCovered } from './squid.ts';

const rule = (host: string, ports = [443], privateAddresses: string[] = []): EgressRule => ({
  host,
  ports,
  privateAddresses,
});
const render = (...allow: EgressRule[]): string[] =>
  renderSquidConfig(defaultPolicy({ egress: { allow } })).split('\n');
const access = (lines: string[]): string[] => lines.filter((line) => line.startsWith('http_access'));

describe('renderSquidConfig', () => {
  it('allows nothing when nothing is allowed', () => {
    expect(access(render())).toEqual(['http_access deny manager', 'http_access deny all']);
  });

  it('refuses names before it resolves them, and addresses before it connects', () => {
    expect(
      access(render(rule('api.example.com'), rule('nas.example.net', [8443], ['192.168.1.20/32']))),
    ).toEqual([
      'http_access deny manager',
      'http_access deny !named',
      'http_access deny metadata',
      'http_access allow CONNECT names1 ports1 private1',
      'http_access deny refused',
      'http_access allow CONNECT names0 ports0',
      'http_access allow CONNECT names1 ports1',
      'http_access deny all',
    ]);
  });

  it('allows plain requests to port 80 only', () => {
    expect(access(render(rule('old.example.com', [80])))).toContain(
      'http_access allow !CONNECT plain http names0 ports0',
    );
    expect(access(render(rule('new.example.com', [443]))).join('\n')).not.toContain('!CONNECT');
  });

  it('does not list IPv4-mapped addresses, which are all of IPv4 to Squid', () => {
    expect(render(rule('a.example')).join('\n')).not.toContain('::ffff:');
  });
});

describe('withoutCovered', () => {
  it('drops what a wider name covers', () => {
    expect(withoutCovered(['api.example.com', '.example.com', 'example.com', 'example.org'])).toEqual([
      '.example.com',
      'example.org',
    ]);
  });

  const label = fc.constantFrom('a', 'b', 'c');
  const host = fc
    .tuple(fc.boolean(), fc.array(label, { minLength: 1, maxLength: 4 }))
    .map(([wide, labels]) => (wide ? '.' : '') + labels.join('.'));

  test.prop([fc.array(host)])('leaves no name that another covers, and loses none', (hosts) => {
    const matches = (pattern: string, name: string): boolean =>
      pattern.startsWith('.') ? name === pattern.slice(1) || name.endsWith(pattern) : name === pattern;
    const kept = withoutCovered(hosts);
    for (const name of hosts)
      expect(kept.some((pattern) => pattern === name || matches(pattern, name.replace(/^\./, '')))).toBe(
        true,
      );
    for (const one of kept)
      for (const other of kept)
        if (one !== other)
          expect(matches(one, other) || (one.startsWith('.') && other.endsWith(one))).toBe(false);
  });
});
