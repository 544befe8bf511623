import { beforeEach, describe, expect, test } from 'vitest';
import { fakeDockerHost } from '../../engine/fake/fake-docker-host.ts';
import { ANY_MORE } from '../../ports/fake/fake-exec.ts';
import type { FakePorts } from '../../ports/fake/fake-ports.ts';
import { advisoriesText } from '../../report/advisories-text.ts';
import { createStyle } from '../../report/style.ts';
import {
  archiveOf,
  dpkgEntry,
  GATEWAY_FILES,
  IMAGE_ID,
  OS_RELEASE,
} from '../inventory/testing/made-image.ts';
import { lookAtAdvisories } from './look.ts';

const FOLDER = '/srv/openclaw';
const DOCKER = '/usr/bin/docker';
const TRACKER = {
  zlib: {
    'CVE-2026-10001': {
      releases: { trixie: { status: 'resolved', fixed_version: '1:1.3-2', urgency: 'medium' } },
    },
    'CVE-2026-10002': { releases: { trixie: { status: 'undetermined', urgency: 'low' } } },
  },
};

function holds(ports: FakePorts, files: Record<string, string>, labels: Record<string, string> = {}): void {
  const inspect = { Id: IMAGE_ID, Architecture: 'amd64', Os: 'linux', Size: 1, Config: { Labels: labels } };
  ports.exec
    .on(DOCKER, ['image', 'inspect', ANY_MORE], { stdout: JSON.stringify([inspect]) })
    .on(DOCKER, ['ps', ANY_MORE], { stdout: '' })
    .on(DOCKER, ['create', ANY_MORE], {})
    .on(DOCKER, ['export', ANY_MORE], { stdout: archiveOf(files).toString('latin1') })
    .on(DOCKER, ['rm', ANY_MORE], {});
}

function text(report: Awaited<ReturnType<typeof lookAtAdvisories>>): string {
  return advisoriesText(report, createStyle(false), 110);
}

describe('advisories about an image', () => {
  let ports: FakePorts;
  beforeEach(() => {
    ports = fakeDockerHost();
  });

  test('say what was not looked at, and do not call it clean', async () => {
    holds(ports, GATEWAY_FILES);
    const report = await lookAtAdvisories(ports, { folder: null, image: 'openclaw:local' });
    expect(report).toMatchObject({
      schema: 1,
      version: '2026.9.6',
      from: 'image',
      advisories: [],
      debian: null,
    });
    expect(report.images[0]?.debian).toMatchObject({ state: 'skipped', packages: 2 });
    expect(text(report)).toContain('Not looked at, and so not known to be without flaws:');
    expect(text(report)).toContain("Debian's list of flaws is not here");
    expect(text(report)).toContain('Node 24.21.0 (/usr/local/bin/node)');
  });

  test("judge its Debian packages by the tracker's list, with its age", async () => {
    holds(ports, GATEWAY_FILES);
    const day = 86_400_000;
    ports.files.put('/srv/json', JSON.stringify(TRACKER), {
      modifiedMs: ports.clock.now().getTime() - 30 * day,
    });
    const report = await lookAtAdvisories(ports, {
      folder: null,
      image: 'openclaw:local',
      debianData: 'json',
    });
    expect(report.debian).toMatchObject({ source: '/srv/json', ageDays: 30, isOld: true });
    expect(report.images[0]?.debian).toMatchObject({
      state: 'looked',
      mendable: [{ id: 'CVE-2026-10001', fixedVersion: '1:1.3-2' }],
      undetermined: 1,
    });
    expect(text(report)).toMatch(/CVE-2026-10001 +medium +zlib +1:1.3-1 +1:1.3-2 +openclaw:local/);
    expect(text(report)).toContain('(30 days ago). Bring a newer one');
    expect(text(report)).toContain('1 flaws of Debian packages: nobody has looked yet');
  });

  test.each([
    [
      'of another release',
      {
        'usr/lib/os-release': OS_RELEASE.replace('trixie', 'duke'),
        'var/lib/dpkg/status': dpkgEntry('bash', '5.2-1'),
      },
      'the list says nothing about Debian duke',
    ],
    [
      'of another distribution',
      {
        'usr/lib/os-release': 'ID=ubuntu\nPRETTY_NAME=Ubuntu\n',
        'var/lib/dpkg/status': dpkgEntry('bash', '5.2-1'),
      },
      "which Debian's list says nothing about",
    ],
    ['without packages', { 'usr/lib/os-release': OS_RELEASE }, 'no Debian packages were found in it'],
    [
      'without a name',
      { 'var/lib/dpkg/status': dpkgEntry('bash', '5.2-1') },
      'it does not tell which distribution it is',
    ],
  ])('skip packages of an image %s', async (_, files, reason) => {
    holds(ports, files);
    ports.files.put('/srv/json', JSON.stringify(TRACKER));
    const report = await lookAtAdvisories(ports, { folder: null, image: 'x', debianData: '/srv/json' });
    expect(report.images[0]?.debian).toMatchObject({ state: 'skipped' });
    expect(text(report)).toContain(reason);
  });

  test('judge what is inside, when the label says otherwise', async () => {
    holds(
      ports,
      {
        ...GATEWAY_FILES,
        'app/node_modules/openclaw/package.json': '{"name":"openclaw","version":"2026.5.22"}',
      },
      { 'org.opencontainers.image.version': '2026.9.6' },
    );
    const report = await lookAtAdvisories(ports, { folder: null, image: 'openclaw:2026.9.6' });
    expect(report.findings.map(({ id }) => id)).toEqual(['label-differs', 'name-differs']);
    expect(report.advisories.length).toBeGreaterThan(0);
    expect(report.fixedIn).toBe('2026.6.6');
    expect(text(report)).toContain("The image's label says OpenClaw 2026.9.6; what is in it is 2026.5.22.");
  });

  test('of which nobody can tell the version are no "none"', async () => {
    holds(ports, { 'usr/lib/os-release': OS_RELEASE });
    const report = await lookAtAdvisories(ports, { folder: null, image: 'x:2026.9.6' });
    expect(report.version).toBeNull();
    expect(text(report)).not.toContain('None of the');
    expect(report.skipped).toHaveLength(1);
  });

  test('of foreign words are shown without what would move the cursor', async () => {
    holds(ports, { ...GATEWAY_FILES, 'usr/lib/os-release': 'ID=debian\nPRETTY_NAME="\u001B[2Jevil"\n' });
    expect(text(await lookAtAdvisories(ports, { folder: null, image: 'x' }))).not.toContain('\u001B');
  });
});

describe('advisories of a folder', () => {
  let ports: FakePorts;
  beforeEach(async () => {
    ports = fakeDockerHost({
      unreachable:
        'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    });
    ports.files.put(
      `${FOLDER}/clawproof.yaml`,
      'version: 1\nname: openclaw\nopenclaw:\n  version: 2026.5.22\n',
    );
    ports.files.put(`${FOLDER}/compose.yaml`, '');
    await ports.files.makeDirectory(`${FOLDER}/.clawproof`, 0o700);
  });

  test('are those of clawproof.yaml where no engine answers, and that is said', async () => {
    const report = await lookAtAdvisories(ports, { folder: FOLDER });
    expect(report).toMatchObject({ version: '2026.5.22', from: 'policy', images: [] });
    expect(report.skipped).toHaveLength(1);
    expect(text(report)).toContain('no image was looked at');
  });

  test("keep Debian's list for the next time", async () => {
    ports.files.put('/srv/json', JSON.stringify(TRACKER));
    const first = await lookAtAdvisories(ports, { folder: FOLDER, debianData: '/srv/json' });
    expect((await lookAtAdvisories(ports, { folder: FOLDER })).debian).toEqual(first.debian);
    ports.files.put(`${FOLDER}/.clawproof/debian-flaws.json`, '{"schema":1');
    await expect(lookAtAdvisories(ports, { folder: FOLDER })).rejects.toMatchObject({
      id: 'debian-data-unreadable',
    });
  });

  test.each([
    ['absent', '/srv/absent', 'debian-data-unreachable'],
    ['of another kind', '/srv/other', 'debian-data-unreadable'],
    ['not encrypted on its way', 'http://example.com/json', 'debian-data-unreachable'],
    ['of another protocol', 'ftp://example.com/json', 'debian-data-unreachable'],
  ])('keep what was there when the new list is %s', async (_, debianData, id) => {
    ports.files.put('/srv/json', JSON.stringify(TRACKER)).put('/srv/other', '{"vulns":[]}');
    await lookAtAdvisories(ports, { folder: FOLDER, debianData: '/srv/json' });
    await expect(lookAtAdvisories(ports, { folder: FOLDER, debianData })).rejects.toMatchObject({ id });
    expect((await lookAtAdvisories(ports, { folder: FOLDER })).debian?.source).toBe('/srv/json');
  });

  test('take it from an address, with the day that it tells, and without what may be secret in the address', async () => {
    const address = 'https://user:secret@example.com/json?token=secret';
    ports.http.on(address, {
      status: 200,
      headers: { 'last-modified': 'Sun, 01 Nov 2026 10:00:00 GMT' },
      body: JSON.stringify(TRACKER),
    });
    const { debian } = await lookAtAdvisories(ports, { folder: FOLDER, debianData: address });
    expect(debian?.source).toBe('https://example.com/json');
    expect(await ports.files.read(`${FOLDER}/.clawproof/debian-flaws.json`)).not.toContain('secret');
  });

  test('of a version that was asked for need no engine and no image', async () => {
    const report = await lookAtAdvisories(ports, { folder: FOLDER, version: '2026.9.6' });
    expect(report).toMatchObject({ version: '2026.9.6', from: 'argument', advisories: [], skipped: [] });
  });
});
