import { describe, expect, test } from 'vitest';
import { hasKnownKeys, isKnownPath, unknownKeys } from './known-keys.ts';
import { KNOWN_KEYS, KNOWN_KEYS_VERSION } from './known-keys.generated.ts';
import { RENAMED_KEYS, renamedKey } from './renamed-keys.ts';
import { RETIRED_KEYS } from './retired-keys.ts';
import { compactKeys } from '../../scripts/support/openclaw-keys.mjs';

const pathsOf = (config: unknown): string[] => unknownKeys(config).map(({ path }) => path.join('.'));

test.each([
  [KNOWN_KEYS_VERSION, true],
  [`${KNOWN_KEYS_VERSION}-1`, true],
  ['2026.7.1', false],
  ['latest', false],
])('keys of %s are known: %s', (version, expected) => {
  expect(hasKnownKeys(version)).toBe(expected);
});

describe('unknown keys', () => {
  test.each<[string, unknown, string[]]>([
    ['at the root', { gatewayy: {}, $schema: 'x' }, ['gatewayy']],
    ['below', { gateway: { auth: { tokn: 'x' } } }, ['gateway.auth.tokn']],
    ['below any name', { agents: { entries: { a: { x: 1 } } } }, ['agents.entries.a.x']],
    ['in lists', { hooks: { mappings: [{ id: 'a' }, { idd: 'b' }] } }, ['hooks.mappings.1.idd']],
    ['not in plugins and channels of others', { plugins: { entries: { mine: { config: { x: 1 } } } }, channels: { mine: { x: 1 } } }, []],
    ['not in the older list of agents', { agents: { list: [{ id: 'a' }] } }, []],
    ['not in SecretRefs', { gateway: { auth: { token: { source: 'file', provider: 'g', id: 'value' } } } }, []],
    ['not where a text is given instead of an object', { gateway: 'x', tools: null }, []],
  ])('%s', (_, config, expected) => {
    expect(pathsOf(config)).toEqual(expected);
  });

  test('come with the names that are known at that place', () => {
    expect(unknownKeys({ gateway: { bindd: 1 } })[0]?.known).toContain('bind');
  });
});

describe('renamed keys', () => {
  test.each(RENAMED_KEYS.map(({ from, to }) => [from, to] as const))('%s is unknown and %s is known', (from, to) => {
    // `*` is also the name of any channel, and such a one may have any key.
    const named = (path: string): string[] => path.replace('channels.*', 'channels.telegram').split('.');
    expect(isKnownPath(named(from))).toBe(false);
    if (to !== null) expect(isKnownPath(named(to))).toBe(true);
    expect(RETIRED_KEYS.map((key) => key.path)).not.toContain(from);
  });

  test('keep the names in between', () => {
    expect(renamedKey(['channels', 'slack', 'heartbeat'])).toEqual({ to: ['channels', 'slack', 'heartbeatVisibility'] });
    expect(renamedKey(['tui'])).toEqual({ to: null });
    expect(renamedKey(['gateway'])).toBeUndefined();
  });
});

describe('compact form', () => {
  test('is small enough to be read at once', () => {
    expect(KNOWN_KEYS.length).toBeLessThan(60_000);
  });

  test('joins variants, and leaves open what a schema leaves open', () => {
    const schema = {
      type: 'object',
      additionalProperties: false,
      properties: {
        a: { anyOf: [{ type: 'string' }, { type: 'object', additionalProperties: false, properties: { b: { type: 'string' } } }] },
        c: { type: 'array', items: { type: 'object', additionalProperties: {}, properties: {} } },
        d: {},
      },
    };
    expect(compactKeys(schema).split('\n')).toEqual(['b', '*:1', '[]:3', 'a:2 c:4 d:1']);
  });
});
