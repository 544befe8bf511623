import { createHash } from 'node:crypto';
import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { cyclonedxErrors } from '../../../test/support/cyclonedx-schema.ts';
import { GATEWAY_FILES, IMAGE_ID, madeImage } from '../inventory/testing/made-image.ts';
import { type BomSubject, createBom } from './cyclonedx.ts';
import { npmLicences } from './licences.ts';
import { debPurl, npmPurl, ociPurl } from './purl.ts';

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const egress = madeImage(
  {
    'usr/lib/os-release': GATEWAY_FILES['usr/lib/os-release'] ?? '',
    'var/lib/dpkg/status': GATEWAY_FILES['var/lib/dpkg/status'] ?? '',
  },
  {
    Id: `sha256:${'2b'.repeat(32)}`,
    Created: '2026-11-23T00:00:00Z',
    Config: { Labels: { 'dev.clawproof.image': 'egress' } },
  },
);

function bom(change: Partial<BomSubject> = {}): ReturnType<typeof createBom> {
  return createBom({
    toolVersion: '0.1.0',
    deployment: 'openclaw',
    lockHash: 'c'.repeat(64),
    images: [egress, madeImage()],
    hash,
    ...change,
  });
}

describe('the document', () => {
  test("is valid by CycloneDX's own schema, of a deployment and of one image", () => {
    expect(cyclonedxErrors(bom())).toEqual([]);
    expect(cyclonedxErrors(bom({ deployment: null, lockHash: null, images: [madeImage({})] }))).toEqual([]);
    expect(cyclonedxErrors({ ...bom(), specVersion: 1.6 })).not.toEqual([]);
    expect(
      cyclonedxErrors({
        ...bom(),
        components: [{ type: 'library', licenses: [{ license: { id: 'No-Such' } }] }],
      }),
    ).not.toEqual([]);
  });

  test('stays the same when somebody pushes an image that was built here', () => {
    const RepoDigests = [`registry.example/openclaw@sha256:${'3c'.repeat(32)}`];
    const pushed = { ...egress, inspect: { ...egress.inspect, RepoDigests } };
    expect(bom({ images: [pushed] })).toEqual(bom({ images: [egress] }));
    const pulled = { ...pushed, inspect: { ...pushed.inspect, Config: {} } };
    expect(bom({ images: [pulled] }).components.find(({ type }) => type === 'container')?.purl).toContain(
      'pkg:oci/openclaw@',
    );
  });

  test('names every package once, with what each image holds', () => {
    const { components, dependencies, metadata } = bom();
    const refs = components.map((one) => one['bom-ref']);
    expect(refs).toEqual([...new Set(refs)].toSorted());
    expect(refs).toEqual([
      'os:debian:13',
      'pkg:deb/debian/bash@5.2-1%2Bb1?arch=amd64&distro=debian-13',
      'pkg:deb/debian/zlib1g@1:1.3-1?arch=amd64&distro=debian-13',
      'pkg:github/nodejs/node@v24.21.0',
      'pkg:npm/%40scope/a@1.0.0#unlocked',
      'pkg:npm/b@2.0.0#unlocked',
      'pkg:npm/openclaw@2026.9.6',
      IMAGE_ID,
      egress.id,
    ]);
    expect(dependencies[0]).toEqual({ ref: 'deployment', dependsOn: [IMAGE_ID, egress.id] });
    expect(dependencies.find(({ ref }) => ref === egress.id)?.dependsOn).toHaveLength(3);
    const known = new Set(['deployment', ...refs]);
    expect(
      dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]).filter((ref) => !known.has(ref)),
    ).toEqual([]);
    expect(metadata.timestamp).toBe('2026-11-23T00:00:00.000Z');
    // The egress image keeps no copyright files; what is known from the other one is the same package.
    expect(components.find(({ name }) => name === 'zlib1g')?.licenses).toEqual([
      { license: { name: 'Zlib' } },
    ]);
    expect(components.find(({ name }) => name === 'openclaw')?.hashes?.[0]).toEqual({
      alg: 'SHA-512',
      content: '0'.repeat(128),
    });
  });

  test('is the same for the same images, and another for others', () => {
    expect(JSON.stringify(bom())).toBe(JSON.stringify(bom()));
    const serials = [bom(), bom({ lockHash: 'd'.repeat(64) }), bom({ images: [egress] })].map(
      (one) => one.serialNumber,
    );
    expect(new Set(serials).size).toBe(3);
    for (const serial of serials)
      expect(serial).toMatch(
        /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
  });

  propertyTest.prop(
    [fc.string({ unit: 'binary', maxLength: 60 }), fc.stringMatching(/^[A-Za-z0-9.+-]{1,20}$/)],
    { numRuns: 20 },
  )('is valid whatever a package says of its licence', (licence, build) => {
    const files = {
      'app/node_modules/b/package.json': JSON.stringify({
        name: 'b',
        version: `1.0.0-${build}`,
        license: licence,
      }),
    };
    expect(cyclonedxErrors(bom({ images: [madeImage(files)] }))).toEqual([]);
  });
});

describe('licences', () => {
  test.each([
    ['MIT', [{ license: { id: 'MIT' } }]],
    ['(MIT OR (Apache-2.0 AND ISC))', [{ expression: '(MIT OR (Apache-2.0 AND ISC))' }]],
    ['MIT OR Apache', [{ license: { name: 'MIT OR Apache' } }]],
    ['SEE LICENSE IN LICENSE.md', [{ license: { name: 'SEE LICENSE IN LICENSE.md' } }]],
    ['(MIT', [{ license: { name: '(MIT' } }]],
    ['MIT ()', [{ license: { name: 'MIT ()' } }]],
    ['MIT(ISC)', [{ license: { name: 'MIT(ISC)' } }]],
    [null, []],
  ])('%s', (written, expected) => {
    expect(npmLicences(written)).toEqual(expected);
  });
});

describe('package URLs', () => {
  test('are written as their specification says', () => {
    expect(npmPurl('@openclaw/ai', '2026.9.6')).toBe('pkg:npm/%40openclaw/ai@2026.9.6');
    expect(
      debPurl(
        { name: 'libstdc++6', version: '1:14~rc1+b1', architecture: 'amd64' },
        { id: 'debian', versionId: '13' },
      ),
    ).toBe('pkg:deb/debian/libstdc%2B%2B6@1:14~rc1%2Bb1?arch=amd64&distro=debian-13');
    expect(ociPurl(`ghcr.io/openclaw/openclaw@sha256:${'a'.repeat(64)}`)).toBe(
      `pkg:oci/openclaw@sha256%3A${'a'.repeat(64)}?repository_url=ghcr.io/openclaw/openclaw`,
    );
  });
});
