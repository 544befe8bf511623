import { describe, expect, it } from 'vitest';
import { licencesIn, parseDpkgStatus } from './debian-packages.ts';

const STATUS = `Package: libc6
Status: install ok installed
Architecture: amd64
Source: glibc (2.41-12)
Version: 2.41-12+b1
Description: words
 Version: 9.9 is a word of the description

Package: bash
Status: install ok installed
Architecture: amd64
Version: 5.2.37-2

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1.0

Package: half
Status: install reinstreq half-installed
Architecture: all
Version: 1.0-1

Package: bad name
Version: 1

Package: ../../etc
Architecture: amd64
Version: 1
`;

describe("dpkg's list", () => {
  it('gives what is installed, with the source that flaws are listed under', () => {
    const { packages, broken } = parseDpkgStatus(STATUS);
    expect(
      packages.map(({ name, version, source, sourceVersion }) => [name, version, source, sourceVersion]),
    ).toEqual([
      ['libc6', '2.41-12+b1', 'glibc', '2.41-12'],
      ['bash', '5.2.37-2', 'bash', '5.2.37-2'],
      ['half', '1.0-1', 'half', '1.0-1'],
    ]);
    expect(broken).toBe(2);
  });

  it('is the same with other line ends, and may be empty', () => {
    expect(parseDpkgStatus(STATUS.replaceAll('\n', '\r\n'))).toEqual(parseDpkgStatus(STATUS));
    expect(parseDpkgStatus('')).toEqual({ packages: [], broken: 0 });
  });
});

describe('licences of a Debian package', () => {
  it('are the short names of a machine-readable file', () => {
    const text =
      'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: GPL-2+\n long text\n\nFiles: x\nLicense:  Expat\n\nLicense: GPL-2+\n';
    expect(licencesIn(text)).toEqual(['Expat', 'GPL-2+']);
  });

  it('are not guessed from prose', () => {
    expect(licencesIn('This is free software.\nLicense: whatever\n')).toEqual([]);
  });
});
