import { beforeEach, describe, expect, test } from 'vitest';
import { type FakePorts, fakePorts } from '../../ports/fake/fake-ports.ts';
import { advisories } from '../../openclaw/advisories.ts';
import { readAdvisories, updateAdvisories } from './advisory-data.ts';

const FOLDER = '/srv/openclaw';
const entry = {
  id: 'CVE-2026-99999',
  summary: 'Something bad',
  affected: [
    { package: { name: 'openclaw' }, ranges: [{ events: [{ introduced: '0' }, { fixed: '2026.9.9' }] }] },
  ],
};

describe('advisories of a folder', () => {
  let ports: FakePorts;
  beforeEach(async () => {
    ports = fakePorts();
    await ports.files.makeDirectory(`${FOLDER}/.clawproof`, 0o700);
  });

  test('are those that came with clawproof, with their age', async () => {
    const data = await readAdvisories(ports, FOLDER);
    expect(data).toMatchObject({ advisories, upTo: '2026-11-22', source: 'clawproof' });
    expect(data.isOld).toBe(data.ageDays > 14);
  });

  test('are also those that the user brought, from then on', async () => {
    await ports.files.writeAtomic('/tmp/new.json', JSON.stringify([entry, { id: 'nothing' }]), {
      mode: 0o644,
    });
    expect(await updateAdvisories(ports, FOLDER, '/tmp/new.json')).toEqual({
      source: '/tmp/new.json',
      found: 1,
      isNew: 1,
      leftOut: 1,
    });
    const data = await readAdvisories(ports, FOLDER);
    expect(data.source).toBe('/tmp/new.json');
    expect(data.advisories).toHaveLength(advisories.length + 1);
  });

  test.each([
    ['no JSON', '<html>', 'advisories-unreadable'],
    ['nothing about OpenClaw', '[]', 'advisories-unreadable'],
  ])('stay as they were when there is %s', async (_, text, id) => {
    await ports.files.writeAtomic('/tmp/new.json', text, { mode: 0o644 });
    await expect(updateAdvisories(ports, FOLDER, '/tmp/new.json')).rejects.toMatchObject({ id });
    await expect(updateAdvisories(ports, FOLDER, '/tmp/absent.json')).rejects.toMatchObject({
      id: 'advisories-unreachable',
    });
    expect((await readAdvisories(ports, FOLDER)).source).toBe('clawproof');
  });

  test('are taken over https alone, and the address is kept without what may be secret in it', async () => {
    await expect(updateAdvisories(ports, FOLDER, 'http://example.com/a.json')).rejects.toMatchObject({
      id: 'advisories-unreachable',
    });
    const request = (): Promise<unknown> =>
      Promise.resolve({ status: 200, headers: {}, body: JSON.stringify([entry]) });
    const online = { ...ports, http: { ...ports.http, request } } as unknown as FakePorts;
    const address = 'https://user:secret@example.com/a.json?token=secret';
    expect((await updateAdvisories(online, FOLDER, address)).source).toBe('https://example.com/a.json');
    expect(await ports.files.read(`${FOLDER}/.clawproof/advisories.json`)).not.toContain('secret');
  });

  test('that were damaged are an error, and never "none"', async () => {
    await ports.files.writeAtomic(`${FOLDER}/.clawproof/advisories.json`, '{"schema":1', { mode: 0o600 });
    await expect(readAdvisories(ports, FOLDER)).rejects.toMatchObject({ id: 'advisories-unreadable' });
  });
});
