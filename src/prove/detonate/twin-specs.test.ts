import { expect, test } from 'vitest';
import { engineReport } from '../../operate/testing/fake-up-context.ts';
import { scratchOptions } from './twin-specs.ts';

test.each([
  ['maps no users', engineReport(), 1000],
  ['maps users', engineReport({ userNamespaces: true, rootDir: '/var/lib/docker/200000.200000' }), 201_000],
  ['maps its own', engineReport({}, { kind: 'rootless' }), 1000],
])('folders in memory are the twin’s on an engine that %s', (_, engine, id) => {
  expect(scratchOptions({ mib: 4 }, engine)).toBe(`nosuid,nodev,size=4m,mode=0700,uid=${id},gid=${id}`);
});
