import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { applyKeyChanges, keyChanges } from './key-changes.ts';

const NEW = '2026.9.6';

function migrated(config: unknown, version = NEW): unknown {
  return applyKeyChanges(config, keyChanges(config, version));
}

describe('key changes', () => {
  test('move a value to where the new version looks for it', () => {
    const config = { gateway: { port: 1, nodes: { denyCommands: ['camera.snap'] } } };
    expect(keyChanges(config, NEW)).toEqual([
      {
        path: ['gateway', 'nodes', 'denyCommands'],
        to: ['gateway', 'nodes', 'commands', 'deny'],
        kind: 'moved',
        note: 'gateway.nodes.commands.deny',
      },
    ]);
    expect(migrated(config)).toEqual({ gateway: { port: 1, nodes: { commands: { deny: ['camera.snap'] } } } });
  });

  test('take out what has no effect any more, and the object that would be empty', () => {
    expect(migrated({ logging: { redactSensitive: 'tools' }, session: { maintenance: { rotateBytes: 1 } } })).toEqual({});
  });

  test('depend on the version: an older one keeps its keys', () => {
    const config = { logging: { redactSensitive: 'tools' } };
    expect(keyChanges(config, '2026.7.35')).toEqual([]);
    expect(keyChanges(config, '2026.8.1')).toHaveLength(1);
  });

  test('follow a key of any account', () => {
    const config = { channels: { feishu: { accounts: { main: { botName: 'Bo' } } } } };
    expect(migrated(config)).toEqual({ channels: { feishu: { accounts: { main: { name: 'Bo' } } } } });
  });

  test('never put a value over one that is set', () => {
    const config = { gateway: { nodes: { denyCommands: ['old'], commands: { deny: ['new'] } } } };
    expect(migrated(config)).toEqual({ gateway: { nodes: { commands: { deny: ['new'] } } } });
  });

  test("leave what nobody knows to OpenClaw's doctor", () => {
    const config = { ui: { assistant: { name: 'Night owl' } } };
    expect(keyChanges(config, NEW)).toEqual([{ path: ['ui', 'assistant'], to: null, kind: 'unknown', note: '' }]);
    expect(migrated(config)).toEqual(config);
  });

  const keys = fc.constantFrom('gateway', 'nodes', 'denyCommands', 'memorySearch', 'logging', 'tui', '__proto__', 'x');
  const tree = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, fc.integer(), fc.dictionary(keys, tie('value'), { maxKeys: 3 })),
  })).value;

  propertyTest.prop([tree])('are settled after once, and change no prototype', (config) => {
    const once = migrated(config);
    expect(keyChanges(once, NEW).filter(({ kind }) => kind !== 'unknown')).toEqual([]);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });
});
