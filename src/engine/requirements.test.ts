import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { DEBIAN_12, DEBIAN_13 } from './fake/fake-docker-host.ts';
import {
  hasBuiltInBuildKit,
  installCommands,
  isAtLeast,
  isInstallable,
  parseOsRelease,
} from './requirements.ts';

describe('versions', () => {
  it.each([
    ['20.10.24+dfsg1', true],
    ['20.10', true],
    ['v28.2.2', true],
    ['20.9.1', false],
    ['19.03.8', false],
    ['dev', false],
    ['', false],
  ])('%s is at least 20.10: %s', (version, expected) => expect(isAtLeast(version, [20, 10])).toBe(expected));

  propertyTest.prop([fc.nat(60), fc.nat(30), fc.nat(60), fc.nat(30)])(
    'compares by number, not by letter',
    (major, minor, wantedMajor, wantedMinor) => {
      expect(isAtLeast(`${major}.${minor}.7-x`, [wantedMajor, wantedMinor])).toBe(
        major * 100 + minor >= wantedMajor * 100 + wantedMinor,
      );
    },
  );

  it.each([
    ['18.06.3', false],
    ['18.09.1', true],
    ['20.10.24+dfsg1', true],
    ['22.06.0-beta', true],
    ['23.0.0', false],
    ['28.2.2', false],
  ])('client %s builds with BuildKit by itself: %s', (version, expected) =>
    expect(hasBuiltInBuildKit(version)).toBe(expected),
  );
});

describe('os-release', () => {
  it('reads values with and without quotes', () => {
    const text = `# comment\nNAME='A "b"'\nID_LIKE="ubuntu  debian"\nID=Mint\nVERSION_ID="21.3"\nPRETTY_NAME="It\\"s \\$5"\nbroken line\n`;
    expect(parseOsRelease(text)).toEqual({
      id: 'mint',
      like: ['ubuntu', 'debian'],
      versionId: '21.3',
      codename: '',
      name: 'It"s $5',
    });
  });

  it('takes Debian 12 and 13 and nothing else', () => {
    expect(isInstallable(parseOsRelease(DEBIAN_12))).toBe(true);
    expect(isInstallable(parseOsRelease(DEBIAN_13))).toBe(true);
    for (const text of [
      '',
      'ID=debian\nVERSION_ID="11"',
      'ID=debian\nPRETTY_NAME="Debian sid"',
      'ID=ubuntu\nVERSION_ID="12"',
    ])
      expect(isInstallable(parseOsRelease(text))).toBe(false);
  });

  propertyTest.prop([fc.string()])('reads anything', (text) => {
    expect(parseOsRelease(text).name).not.toBe('');
  });
});

describe('commands to install', () => {
  it('calls clawproof where it can do it, with sudo for others than root', () => {
    expect(installCommands(parseOsRelease(DEBIAN_12), 'npx clawproof', false)).toEqual([
      'sudo npx clawproof engine install',
    ]);
    expect(installCommands(parseOsRelease(DEBIAN_13), 'clawproof', true)).toEqual([
      'clawproof engine install',
    ]);
  });

  it.each([
    ['ID=ubuntu', 'apt-get install'],
    ['ID=linuxmint\nID_LIKE="ubuntu debian"', 'docker-compose-v2'],
    ['ID=fedora', 'dnf install'],
    ['ID=manjaro\nID_LIKE=arch', 'pacman'],
    ['ID=alpine', 'apk add'],
    ['ID="opensuse-leap"', 'zypper'],
    ['ID=gentoo', 'https://docs.docker.com/engine/install/'],
  ])('%s: %s', (text, expected) => {
    expect(installCommands(parseOsRelease(text), 'clawproof', false).join('\n')).toContain(expected);
    expect(installCommands(parseOsRelease(text), 'clawproof', true).join('\n')).not.toContain('sudo');
  });
});
