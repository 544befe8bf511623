import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { InventoryCollector } from './collect.ts';
import { parseInventory } from './inventory.ts';
import {
  archiveOf,
  dpkgEntry,
  GATEWAY_FILES,
  INTEGRITY,
  madeImage,
  OS_RELEASE,
} from './testing/made-image.ts';

describe('what is in an image', () => {
  const { inventory } = madeImage();

  it('are its packages, with their sources, licences and hashes', () => {
    expect(inventory.os).toEqual({
      id: 'debian',
      versionId: '13',
      codename: 'trixie',
      name: 'Debian GNU/Linux 13 (trixie)',
    });
    expect(inventory.debian).toEqual([
      {
        name: 'bash',
        version: '5.2-1+b1',
        architecture: 'amd64',
        source: 'bash',
        sourceVersion: '5.2-1',
        licences: [],
      },
      {
        name: 'zlib1g',
        version: '1:1.3-1',
        architecture: 'amd64',
        source: 'zlib',
        sourceVersion: '1:1.3-1',
        licences: ['Zlib'],
      },
    ]);
    expect(inventory.npm.map(({ name, licence, integrity }) => [name, licence, integrity])).toEqual([
      ['@scope/a', 'ISC', null],
      // The lock names another version at its place.
      ['b', '(MIT OR Apache-2.0)', null],
      ['openclaw', 'MIT', INTEGRITY],
    ]);
    expect(inventory.openclaw).toEqual([
      { name: 'openclaw', version: '2026.9.6', path: '/app/node_modules/openclaw' },
    ]);
    expect(inventory.node).toEqual([{ path: '/usr/local/bin/node', version: '24.21.0' }]);
    expect([inventory.unreadable, inventory.otherDatabases]).toEqual([[], []]);
  });

  it('is read back as it was stored, and not when it was damaged', () => {
    expect(parseInventory(JSON.stringify(inventory))).toEqual(inventory);
    expect(parseInventory(JSON.stringify({ ...inventory, schema: 2 }))).toBeNull();
    expect(parseInventory('{')).toBeNull();
  });

  it("finds OpenClaw where upstream's own image has it, and under its former names", () => {
    const files = {
      'app/package.json': '{"name":"openclaw","version":"2026.7.1-2"}',
      'opt/node_modules/clawdbot/package.json': '{"name":"clawdbot","version":"2026.1.20"}',
    };
    expect(madeImage(files).inventory.openclaw.map(({ version, path }) => [version, path])).toEqual([
      ['2026.7.1-2', '/app'],
      ['2026.1.20', '/opt/node_modules/clawdbot'],
    ]);
  });

  it('is read of images without a package manager, a shell or Node', () => {
    const { inventory: small } = madeImage({
      'etc/os-release': OS_RELEASE,
      'var/lib/dpkg/status.d/base': dpkgEntry('base-files', '13.8'),
      'var/lib/dpkg/status.d/base.md5sums': 'x',
    });
    expect(small.debian.map(({ name }) => name)).toEqual(['base-files']);
    expect([small.unreadable, small.node]).toEqual([[], []]);
  });

  it('is read of images with more packages than fit on the stack', () => {
    const text = Array.from({ length: 150_000 }, (_, at) => dpkgEntry(`p${at}`, '1')).join('');
    expect(madeImage({ 'var/lib/dpkg/status': text }).inventory.debian).toHaveLength(150_000);
  });

  it('tells what it cannot read, and never leaves it out', () => {
    const { inventory: odd } = madeImage({
      'lib/apk/db/installed': 'P:musl\n',
      'var/lib/dpkg/status': 'Package: broken\n\n',
      'usr/bin/node': 'x'.repeat(1_100_000),
      'app/node_modules/x/package.json': '{"name":"../../x","version":"1.0.0"}',
      'app/node_modules/.package-lock.json': '[]',
    });
    expect(odd.otherDatabases).toEqual(["Alpine's packages"]);
    expect(odd.unreadable.map(({ path }) => path)).toEqual([
      '/app/node_modules/.package-lock.json',
      '/app/node_modules/x/package.json',
      '/usr/bin/node',
      '/var/lib/dpkg/status',
    ]);
  });

  test.prop(
    [
      fc.integer({ min: 500, max: 9000 }),
      fc.shuffledSubarray(Object.keys(GATEWAY_FILES), { minLength: Object.keys(GATEWAY_FILES).length }),
    ],
    { numRuns: 8 },
  )('does not depend on how the archive comes, or in which order', (size, order) => {
    const collector = new InventoryCollector();
    const bytes = archiveOf(Object.fromEntries(order.map((name) => [name, GATEWAY_FILES[name] ?? ''])));
    for (let at = 0; at < bytes.length; at += size) collector.push(bytes.subarray(at, at + size));
    expect(collector.isBroken).toBe(false);
    expect(collector.finish()).toEqual(inventory);
  });

  test.prop([fc.jsonValue(), fc.string()])(
    'any package.json and any list is read without an error',
    (value, text) => {
      madeImage({
        'app/node_modules/x/package.json': JSON.stringify(value),
        'var/lib/dpkg/status': text,
        'usr/lib/os-release': text,
        'app/node_modules/.package-lock.json': JSON.stringify({ packages: value }),
      });
    },
  );
});
