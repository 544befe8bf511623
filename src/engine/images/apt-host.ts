import { join } from 'node:path';
import { chooseMirrors, parseDeb822Sources, parseOneLineSources } from './apt-sources.ts';
import type { AptSource, DebianMirrors } from './apt-sources.ts';
import type { ImagePorts } from './image-engine.ts';

const APT = '/etc/apt';

/** Debian's archives as this machine's apt knows them; null when it knows none. */
export async function readMirrors(ports: Pick<ImagePorts, 'files'>): Promise<DebianMirrors | null> {
  const { files } = ports;
  const folder = join(APT, 'sources.list.d');
  const names = await files.list(folder);
  const oneLine = [
    join(APT, 'sources.list'),
    ...names.filter((name) => name.endsWith('.list')).map((name) => join(folder, name)),
  ];
  const stanzas = names.filter((name) => name.endsWith('.sources')).map((name) => join(folder, name));
  const sources = [
    ...(
      await Promise.all(stanzas.map(async (path) => parseDeb822Sources((await files.read(path)) ?? '')))
    ).flat(),
    ...(
      await Promise.all(oneLine.map(async (path) => parseOneLineSources((await files.read(path)) ?? '')))
    ).flat(),
  ];
  return chooseMirrors((await Promise.all(sources.map((source) => withoutMirrorList(files, source)))).flat());
}

/** Cloud images of Debian name a file with mirrors, "mirror+file:/path", in place of a mirror. */
async function withoutMirrorList(files: ImagePorts['files'], source: AptSource): Promise<AptSource[]> {
  const path = /^mirror\+file:(?:\/\/)?(\/.+)$/.exec(source.uri)?.[1];
  if (path === undefined) return [source];
  const listed = ((await files.read(path)) ?? '').split(/\s+/).filter((word) => /^https?:\/\//.test(word));
  return listed.map((uri) => ({ ...source, uri }));
}

/** Proxy variables for programs that do not read apt's settings: the environment's own, else what apt is told. */
export async function aptProxies(
  ports: Pick<ImagePorts, 'exec' | 'system' | 'signal'>,
): Promise<Record<string, string>> {
  const { env } = ports.system;
  const result = await ports.exec.run('apt-config', ['dump', '--format', '%f=%v%n', 'Acquire'], {
    timeoutMs: 20_000,
    signal: ports.signal,
  });
  const proxies: Record<string, string> = {};
  for (const scheme of ['http', 'https']) {
    const configured = new RegExp(`^Acquire::${scheme}::Proxy=(\\S+)$`, 'im').exec(result.stdout)?.[1];
    const value =
      env[`${scheme}_proxy`] ??
      env[`${scheme.toUpperCase()}_PROXY`] ??
      (configured === 'DIRECT' ? undefined : configured);
    if (value) proxies[`${scheme}_proxy`] = value;
  }
  const none = env['no_proxy'] ?? env['NO_PROXY'];
  if (none && Object.keys(proxies).length > 0) proxies['no_proxy'] = none;
  return proxies;
}
