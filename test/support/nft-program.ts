import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './run-program.ts';

/** The packages that nft consists of; what else it needs, every Debian and Ubuntu has. */
const PACKAGES = ['nftables', 'libnftables1', 'libnftnl11', 'libjansson4', 'libedit2', 'libmnl0', 'libbsd0'];

/**
 * A folder for the PATH in which the program nft is; null = not to be had here. Where the host has none it is unpacked from
 * the distribution's packages, and nothing is installed.
 */
export async function nftFolder(): Promise<string | null> {
  if ((await runProgram('sh', ['-c', 'command -v nft'])).code === 0) return '';
  const folder = join(tmpdir(), 'clawproof-test-nft');
  const wrapper = join(folder, 'bin/nft');
  if (existsSync(wrapper)) return join(folder, 'bin');
  mkdirSync(join(folder, 'bin'), { recursive: true });
  const download = async (): Promise<boolean> =>
    (await runProgram('apt-get', ['download', ...PACKAGES], { cwd: folder })).code === 0;
  if (!(await download())) {
    await runProgram('apt-get', ['update']);
    if (!(await download())) return null;
  }
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb')))
    await runProgram('dpkg-deb', ['--extract', file, 'root'], { cwd: folder });
  const libraries = (await runProgram('find', [join(folder, 'root'), '-name', '*.so.*', '-printf', '%h\n']))
    .stdout;
  const path = [...new Set(libraries.trim().split('\n'))].join(':');
  const text = `#!/bin/sh\nLD_LIBRARY_PATH="${path}" exec "${join(folder, 'root/usr/sbin/nft')}" "$@"\n`;
  writeFileSync(wrapper, text);
  chmodSync(wrapper, 0o755);
  return join(folder, 'bin');
}
