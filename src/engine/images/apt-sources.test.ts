import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { fakePorts } from '../../ports/fake/fake-ports.ts';
import { FakeFiles } from '../../ports/fake/fake-files.ts';
import { readMirrors } from './apt-host.ts';
import { chooseMirrors, formatSources, parseDeb822Sources, parseOneLineSources } from './apt-sources.ts';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

const DEB822 = `# Comment
Types: deb deb-src
# http://old.example/debian
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: ${KEYRING}

Types: deb
URIs: https://mirror.example/debian-security/
Suites: bookworm-security
Components: main
Signed-By:
 ${KEYRING}

Types: deb
Enabled: no
URIs: http://off.example/debian
Suites: bookworm
Components: main

Types: deb-src
URIs: http://sources.example/debian
Suites: bookworm
Components: main
`;

describe('sources of apt', () => {
  test('stanzas: Debian main, updates and security are found', () => {
    expect(chooseMirrors(parseDeb822Sources(DEB822))).toEqual({
      main: 'http://mirror.example/debian',
      updates: 'http://mirror.example/debian',
      security: 'https://mirror.example/debian-security',
    });
  });

  test('one-line sources, with options, comments and old names of the security suite', () => {
    const text = `# deb http://commented.example/debian bookworm main
deb-src http://sources.example/debian bookworm main
deb [arch=amd64 signed-by=${KEYRING}] http://mirror.example/debian bookworm main contrib # mine
deb http://security.example buster/updates main
`;
    expect(chooseMirrors(parseOneLineSources(text))).toEqual({
      main: 'http://mirror.example/debian',
      updates: null,
      security: 'http://security.example',
    });
  });

  test.each([
    [
      'another vendor with its own key',
      'deb [signed-by=/etc/apt/keyrings/vendor.gpg] http://vendor.example/debian bookworm main',
    ],
    ['no component main', 'deb http://vendor.example/debian bookworm stable'],
    ['a suite that is not Debian’s', 'deb http://vendor.example/apt cloud-sdk-bookworm main'],
    ['Ubuntu', 'deb http://ubuntu.example/ubuntu noble main universe'],
    ['a CD', 'deb cdrom:[Debian]/ bookworm main'],
    ['nothing', ''],
  ])('%s is no mirror', (_, line) => {
    expect(chooseMirrors(parseOneLineSources(line))).toBeNull();
  });

  test('a mirror list in a file, as in cloud images, is followed', async () => {
    const files = new FakeFiles({
      '/etc/apt/sources.list.d/debian.sources':
        'Types: deb\nURIs: mirror+file:/etc/apt/mirrors/debian.list\nSuites: trixie trixie-updates\nComponents: main\n',
      '/etc/apt/mirrors/debian.list': 'https://mirror.example/debian\n',
    });
    expect(await readMirrors(fakePorts({ files }))).toEqual({
      main: 'https://mirror.example/debian',
      updates: 'https://mirror.example/debian',
      security: null,
    });
  });

  test('a base gets the same mirrors with its own suite, and reads them back', () => {
    const mirrors = {
      main: 'http://a.example/debian',
      updates: null,
      security: 'http://b.example/debian-security',
    };
    expect(formatSources(mirrors, 'trixie')).toBe(
      'deb http://a.example/debian trixie main\ndeb http://b.example/debian-security trixie-security main\n',
    );
    expect(chooseMirrors(parseOneLineSources(formatSources(mirrors, 'trixie')))).toEqual(mirrors);
  });

  test.prop([fc.string()])('no text makes the readers fail', (text) => {
    expect(Array.isArray(parseDeb822Sources(text))).toBe(true);
    expect(Array.isArray(parseOneLineSources(text))).toBe(true);
  });
});
