import { expect, it } from 'vitest';
import { fakePorts } from '../../ports/fake/fake-ports.ts';
import type { LabContext } from '../lab/lab-engine.ts';
import { tarOf } from '../lab/tar.ts';
import { bindMount, inspectedGateway, mountSource, twinFixture } from '../testing/twin-fixture.ts';
import { readMounts } from './read-mounts.ts';

it('hands texts of the gateway to its twin, but none that holds a secret', async () => {
  const texts = {
    '/notes.md': 'Speak plainly.\n',
    '/models.json': '{"openai":{"apiKey":"sk-target-0123456789abcdef0123456789"}}',
    '/plain.yml': 'password: hunter2hunter2\n',
    '/agent/auth-profiles.json': '{}',
  };
  const paths = Object.keys(texts);
  const inspect = inspectedGateway({ mounts: paths.map((path) => bindMount(`/srv/claw${path}`, path)) });
  const spec = {
    ...twinFixture(inspect),
    mountSources: new Map(paths.map((path) => [path, mountSource({ kind: 'file' })])),
  };
  const ports = fakePorts();
  for (const [path, content] of Object.entries(texts)) {
    const archive = tarOf([], [{ path: 'file', content, mode: 0o644, uid: 0, gid: 0 }]);
    ports.exec.on('docker', (args) => args.some((each) => each.endsWith(`:${path}`)), {
      stdout: Buffer.from(archive).toString('latin1'),
    });
  }
  const context = { ports, engine: { program: 'docker' } } as unknown as LabContext;
  const read = await readMounts(spec, context);
  expect([...(read.texts.get('gateway') ?? [])]).toEqual([['/notes.md', texts['/notes.md']]]);
  expect([...(read.kinds.get('gateway')?.values() ?? [])]).toEqual(paths.map(() => 'file'));
  expect(ports.exec.lines.join('\n')).not.toContain('auth-profiles');
});
