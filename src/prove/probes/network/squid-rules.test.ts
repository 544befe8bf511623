import { describe, expect, test } from 'vitest';
import { defaultPolicy } from '../../../policy/defaults.ts';
import { renderSquidConfig } from '../../../render/config/squid.ts';
import { chooseNames, readSquidRules, squidConfigPath } from './squid-rules.ts';

const rule = (host: string, ports: number[], privateAddresses: string[] = []): object => ({
  host,
  ports,
  privateAddresses,
});
const rendered = (...allow: object[]): string =>
  renderSquidConfig({ ...defaultPolicy(), egress: { allow: allow as never } });

describe('the rules of egress', () => {
  test('are read back as they were rendered, without names of private places', () => {
    const text = rendered(
      rule('b.example.com', [443]),
      rule('.wide.example.org', [80, 443]),
      rule('nas.example.com', [443], ['10.1.2.3/32']),
    );
    const rules = readSquidRules(text);
    expect(rules.port).toBe(3128);
    expect(rules.names).toEqual([
      { host: 'b.example.com', ports: [443] },
      { host: '.wide.example.org', ports: [80, 443] },
    ]);
  });

  test('are none where nothing is allowed', () => {
    expect(readSquidRules(rendered()).names).toEqual([]);
    expect(chooseNames(readSquidRules(rendered()), [443], 'aa')).toEqual({});
  });
});

describe('names for the canary', () => {
  test('single names first, then as many below a wildcard as are needed', () => {
    const rules = readSquidRules(
      rendered(rule('one.example.com', [443]), rule('.wide.example.org', [8080, 443])),
    );
    const names = chooseNames(rules, [443], 'aa');
    expect(names.open).toEqual({ name: 'one.example.com', ports: [443] });
    expect(names.privately).toEqual({ name: 'privately-aa.wide.example.org', ports: [443, 8080] });
    expect(names.mixed).toBeDefined();
  });

  test('no name is used for two things', () => {
    const rules = readSquidRules(rendered(rule('one.example.com', [443]), rule('two.example.com', [443])));
    expect(Object.values(chooseNames(rules, [443], 'aa')).map(({ name }) => name)).toEqual([
      'one.example.com',
      'two.example.com',
    ]);
  });
});

test.each([
  [['/usr/sbin/squid', '-N', '-f', '/etc/clawproof/squid.conf'], null, '/etc/clawproof/squid.conf'],
  [null, ['-f', '/a'], '/a'],
  [['squid'], ['-N'], '/etc/squid/squid.conf'],
])('settings of %j %j are in %s', (Entrypoint, Cmd, path) => {
  expect(squidConfigPath({ Entrypoint, Cmd })).toBe(path);
});
