import { expect, test } from 'vitest';
import type { EngineFacts, EngineKind } from './engine-report.ts';
import { containerId, hostId } from './host-id.ts';

const engine = (rootDir: string, userNamespaces: boolean): EngineFacts =>
  ({ rootDir, userNamespaces }) as EngineFacts;

test.each<[string, EngineKind, EngineFacts | undefined, number | null]>([
  ['an engine that maps nothing', 'local', engine('/var/lib/docker', false), 1000],
  ['one that was not asked', 'local', undefined, 1000],
  ['userns-remap', 'local', engine('/var/lib/docker/200000.200000', true), 201_000],
  ['userns-remap under a folder that does not tell', 'local', engine('/data', true), null],
  ['rootless', 'rootless', engine('/home/ann/.local/share/docker', false), null],
  ['another host', 'remote', engine('/var/lib/docker', false), 1000],
  ['userns-remap on another host', 'remote', engine('/data/7000.7000', true), 8000],
  ['a virtual machine', 'desktop', engine('/var/lib/docker', false), null],
])('%s', (_, kind, facts, expected) => {
  expect(hostId(1000, { kind, ...(facts === undefined ? {} : { engine: facts }) })).toBe(expected);
});

test('a container sees what is mapped, and nobody for the rest', () => {
  const remapped = { kind: 'local', engine: engine('/var/lib/docker/200000.200000', true) } as const;
  expect([201_000, 200_000, 1000, 0, 265_536].map((id) => containerId(id, remapped))).toEqual([
    1000, 0, 65_534, 65_534, 65_534,
  ]);
  expect(containerId(1000, { kind: 'local' })).toBe(1000);
  expect(containerId(1000, { kind: 'rootless' })).toBe(null);
});
