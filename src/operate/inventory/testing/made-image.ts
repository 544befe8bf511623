import type { ImageInspect } from '../../../engine/docker-types.ts';
import { TAR_END, tarEntry } from '../../backup/testing/hostile-tar.ts';
import { InventoryCollector } from '../collect.ts';
import type { ReadImage } from '../read-image.ts';

export const IMAGE_ID = `sha256:${'1a'.repeat(32)}`;
export const OS_RELEASE =
  'ID=debian\nVERSION_ID="13"\nVERSION_CODENAME=trixie\nPRETTY_NAME="Debian GNU/Linux 13 (trixie)"\n';
export const INTEGRITY = `sha512-${'A'.repeat(86)}==`;

/** Files of an image as the engine gives them: path without the first slash → text. */
export function archiveOf(files: Readonly<Record<string, string>>): Buffer {
  return Buffer.concat([...Object.entries(files).map(([name, text]) => tarEntry({ name, text })), TAR_END]);
}

export function dpkgEntry(name: string, version: string, more = ''): string {
  return `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n${more}\n`;
}

/** A gateway image in small. */
export const GATEWAY_FILES: Readonly<Record<string, string>> = {
  'usr/lib/os-release': OS_RELEASE,
  'var/lib/dpkg/status':
    dpkgEntry('zlib1g', '1:1.3-1', 'Source: zlib\n') +
    dpkgEntry('bash', '5.2-1+b1', 'Source: bash (5.2-1)\n'),
  'usr/share/doc/zlib1g/copyright':
    'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nLicense: Zlib\n',
  'usr/share/doc/bash/copyright': 'Written by hand.\n',
  'usr/local/bin/node': `${'\0'.repeat(1_100_000)}https://nodejs.org/download/release/v24.21.0/node-v24.21.0.tar.gz\0`,
  'app/node_modules/openclaw/package.json': '{"name":"openclaw","version":"2026.9.6","license":"MIT"}',
  'app/node_modules/openclaw/dist/package.json': '{"type":"module"}',
  'app/node_modules/@scope/a/package.json': '{"name":"@scope/a","version":"1.0.0","license":{"type":"ISC"}}',
  'app/node_modules/b/package.json':
    '{"name":"b","version":"2.0.0","licenses":[{"type":"MIT"},{"type":"Apache-2.0"}]}',
  'app/node_modules/.package-lock.json': JSON.stringify({
    packages: {
      'node_modules/openclaw': { version: '2026.9.6', integrity: INTEGRITY },
      'node_modules/b': { version: '1.9.9', integrity: INTEGRITY },
    },
  }),
};

/** An image as it is after it was read. */
export function madeImage(
  files: Readonly<Record<string, string>> = GATEWAY_FILES,
  inspect: Partial<ImageInspect> = {},
): ReadImage {
  const collector = new InventoryCollector();
  collector.push(archiveOf(files));
  const image = {
    Id: IMAGE_ID,
    Architecture: 'amd64',
    Os: 'linux',
    Size: 1,
    Created: '2026-11-22T04:02:48.81Z',
    Config: {},
    ...inspect,
  };
  return { reference: 'openclaw:local', id: image.Id, inspect: image, inventory: collector.finish() };
}
