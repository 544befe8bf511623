import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import {
  type AptSource,
  debianSources,
  isSourceFile,
  otherRelease,
  parseAptSources,
  renderAptSources,
} from './apt-sources.ts';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

const DEB822 = `# Debian
Types: deb deb-src
# moved: http://old.example/debian
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
 bookworm-backports
Components: main contrib
Signed-By: ${KEYRING}

types: deb
uris: http://mirror.example/debian-security
suites: bookworm-security
components: main

Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
Enabled: no


Types: deb-src
URIs: http://source.example/debian
Suites: bookworm
Components: main

Types: deb
URIs: https://vendor.example/linux/debian
Suites: bookworm
Components: stable
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
 -----END PGP PUBLIC KEY BLOCK-----
`;

describe('sources of apt', () => {
  it('are read from deb822 files', () => {
    const sources = parseAptSources(DEB822, 'sources');
    expect(sources).toHaveLength(3);
    expect(sources[0]).toEqual({
      uris: ['http://mirror.example/debian'],
      suites: ['bookworm', 'bookworm-updates', 'bookworm-backports'],
      components: ['main', 'contrib'],
      fields: { 'Signed-By': KEYRING },
    });
    expect(sources[2]?.fields['Signed-By']).toContain('\n .\n abc\n');
  });

  it('are read from one-line files', () => {
    const text = [
      'deb http://mirror.example/debian bookworm main contrib # own',
      `  deb [ arch=amd64,arm64 signed-by=${KEYRING} ] http://mirror.example/debian bookworm-updates main`,
      'deb-src http://mirror.example/debian bookworm main',
      '# deb http://off.example/debian bookworm main',
      'deb cdrom:[Debian GNU/Linux 12 _Bookworm_]/ bookworm main',
      'deb [trusted=yes] http://flat.example/ ./',
      '',
    ].join('\n');
    expect(parseAptSources(text, 'list')).toEqual([
      {
        uris: ['http://mirror.example/debian'],
        suites: ['bookworm'],
        components: ['main', 'contrib'],
        fields: {},
      },
      {
        uris: ['http://mirror.example/debian'],
        suites: ['bookworm-updates'],
        components: ['main'],
        fields: { Architectures: 'amd64 arm64', 'Signed-By': KEYRING },
      },
      { uris: ['http://flat.example/'], suites: ['./'], components: [], fields: {} },
    ]);
  });

  it('carry over nothing that switches signatures off', () => {
    const stanza =
      'Types: deb\nURIs: http://a.example/debian\nSuites: bookworm\nComponents: main\nTrusted: yes\nAllow-Insecure: yes\n';
    const line = 'deb [trusted=yes allow-insecure=yes allow-weak=yes] http://a.example/debian bookworm main';
    for (const source of [...parseAptSources(stanza, 'sources'), ...parseAptSources(line, 'list')])
      expect(source.fields).toEqual({});
  });

  it('are only in files that apt itself reads', () => {
    expect(
      ['debian.sources', 'a-b_c.list', 'x.list.disabled', 'y.save', 'z~.list', 'README'].filter(isSourceFile),
    ).toEqual(['debian.sources', 'a-b_c.list']);
  });

  const lines = fc.array(
    fc.oneof(
      fc.constantFrom(
        'Types: deb',
        'URIs: http://a.example/x',
        'Suites: s t',
        'Components: main',
        '',
        ' more',
        '# c',
        'Enabled: no',
        'deb http://a.example s main',
      ),
      fc.string(),
    ),
  );
  propertyTest.prop([lines])('are read from anything without an error', (parts) => {
    for (const format of ['list', 'sources'] as const)
      expect(Array.isArray(parseAptSources(parts.join('\n'), format))).toBe(true);
  });

  const word = fc.stringMatching(/^[a-z][a-z0-9/.:-]{0,12}$/);
  const source: fc.Arbitrary<AptSource> = fc.record({
    uris: fc.array(word, { minLength: 1, maxLength: 2 }),
    suites: fc.array(word, { minLength: 1, maxLength: 3 }),
    components: fc.array(word, { minLength: 1, maxLength: 3 }),
    fields: fc
      .dictionary(
        fc.constantFrom('Signed-By', 'Architectures', 'By-Hash'),
        word.map((value) => `${value}\n .\n ${value}`),
      )
      .map((fields) => ({ ...fields })),
  });
  propertyTest.prop([fc.array(source, { maxLength: 4 })])(
    'are what they were when they are written and read again',
    (sources) => {
      expect(parseAptSources(renderAptSources(sources), 'sources')).toEqual(sources);
    },
  );
});

describe("Debian's own sources", () => {
  it('are told from those of third parties, and without backports', () => {
    const vendors = parseAptSources(
      'deb [signed-by=/etc/apt/keyrings/vendor.gpg] http://vendor.example/debian bookworm main\ndeb http://pg.example/apt bookworm-pgdg main\ndeb http://mirror.example/debian trixie main',
      'list',
    );
    const own = debianSources([...vendors, ...parseAptSources(DEB822, 'sources')], 'bookworm');
    expect(own.map(({ uris, suites }) => [uris[0], ...suites])).toEqual([
      ['http://mirror.example/debian', 'bookworm', 'bookworm-updates'],
      ['http://mirror.example/debian-security', 'bookworm-security'],
    ]);
  });

  it('may be named by the alias of the release', () => {
    expect(
      debianSources(parseAptSources('deb http://mirror.example/debian stable main', 'list'), 'trixie'),
    ).toHaveLength(1);
    expect(debianSources([], 'trixie')).toEqual([]);
  });

  it('show where another release is, which must always be signed', () => {
    const own = debianSources(
      parseAptSources(
        'deb http://sec.example/debian-security bookworm-security main\ndeb [trusted=yes] http://mirror.example/debian bookworm main',
        'list',
      ),
      'bookworm',
    );
    expect(otherRelease(own, 'trixie', KEYRING)).toEqual({
      uris: ['http://mirror.example/debian'],
      suites: ['trixie'],
      components: ['main'],
      fields: { 'Signed-By': KEYRING },
    });
    expect(otherRelease(own.slice(0, 1), 'trixie', KEYRING)).toBeNull();
  });
});
