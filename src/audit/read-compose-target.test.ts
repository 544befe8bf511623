import { describe, expect, it } from 'vitest';
import { FakeFiles } from '../ports/fake/fake-files.ts';
import type { AuditTarget } from './audit-target.ts';
import { readComposeTarget } from './read-compose-target.ts';
import { createSourceReader } from './source-reader.ts';

function read(services: Record<string, unknown>): Promise<AuditTarget> {
  const files = new FakeFiles({ '/p/compose.yaml': JSON.stringify({ services }) });
  const choices = {
    cwd: '/p',
    homeDir: '/home/me',
    environment: {},
    composeFiles: [],
    profiles: [],
    recursive: false,
  };
  const request = { name: 'p', kind: 'compose' as const, files: ['/p/compose.yaml'], folder: '/p' };
  return readComposeTarget(request, { reader: createSourceReader(files), choices });
}

function crowd(count: number): Record<string, unknown> {
  const others = Array.from({ length: count - 1 }, (_, index) => [`s${index}`, { image: 'a' }] as const);
  return { openclaw: { image: 'openclaw/openclaw' }, ...Object.fromEntries(others) };
}

describe('readComposeTarget', () => {
  it('says so instead of auditing more services than it can in time', async () => {
    const target = await read(crowd(1001));
    expect(target.errors).toMatchObject([
      { id: 'too-many-services', message: expect.stringContaining('There are 1001 services') as string },
    ]);
    expect(target.deployment.services).toEqual([]);
  });

  it('reads what is large and no more', async () => {
    const target = await read(crowd(1000));
    expect(target.errors).toEqual([]);
    expect(target.deployment.services).toHaveLength(1000);
  });

  it('notes what the sources of mounts stand for, seen from the project', async () => {
    const volumes = ['../../var/run:/x', '~/../../etc:/y', './data:/z'];
    const target = await read({ openclaw: { image: 'openclaw/openclaw', volumes } });
    const mounts = target.deployment.services[0]?.mounts ?? [];
    expect(mounts.map(({ source }) => source)).toEqual(['../../var/run', '~/../../etc', './data']);
    expect(mounts[0]?.hostPaths).toContain('/var/run');
    expect(mounts[1]?.hostPaths).toContain('/etc');
    expect(mounts[2]?.hostPaths).toBeUndefined();
  });
});
