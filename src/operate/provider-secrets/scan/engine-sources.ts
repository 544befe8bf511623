import { posix } from 'node:path';
import { bindMount } from '../../../engine/bind-mount.ts';
import { type OneOff, oneOffArguments } from '../../../engine/one-off.ts';
import { scanSourceFailed } from '../../../errors/secret-errors.ts';
import type { Ports } from '../../../ports/ports.ts';
import { containerName, services } from '../../up/start.ts';
import type { Session } from '../../session.ts';
import type { Collector } from './collector.ts';
import { ImageArchive } from './image-archive.ts';
import { type TarSearch, TarSearcher, type TarSummary } from './search-tar.ts';

/** What the sources work with. */
export interface ScanContext extends Session {
  ports: Ports;
  collector: Collector;
  /** Image with tar. */
  image: string;
}

const ARCHIVE_MS = 60 * 60_000;
const LOG_MS = 120_000;

/** Searches a folder or a volume, by a container that reads it: no network, nothing writable, nothing of it is run. */
export async function searchMount(
  context: ScanContext,
  mount: { kind: 'folder' | 'volume'; source: string; isFile?: boolean },
  search: TarSearch,
): Promise<TarSummary> {
  const target = '/searched';
  const at = mount.isFile === true ? `${target}/${posix.basename(mount.source)}` : target;
  const searcher = new TarSearcher(context.collector, search);
  await streamOneOff(context, mount.source, (bytes) => searcher.push(bytes), {
    image: context.image,
    entrypoint: 'tar',
    // A file that grows or goes away while it is read is no failure; one that cannot be read is.
    args: [
      '--create',
      '--file=-',
      '--warning=no-file-changed',
      '--warning=no-file-removed',
      '--directory',
      target,
      '.',
    ],
    user: '0:0',
    capabilities: ['DAC_OVERRIDE'],
    mounts: [
      mount.kind === 'folder'
        ? bindMount(mount.source, at, true)
        : `type=volume,source=${mount.source},target=${target},readonly`,
    ],
    timeoutMs: ARCHIVE_MS,
  });
  await searcher.finish();
  if (searcher.isBroken) throw scanSourceFailed(mount.source, 'what tar wrote cannot be understood');
  return searcher.summary;
}

async function streamOneOff(
  { ports, engine }: ScanContext,
  what: string,
  onData: (bytes: Uint8Array) => void,
  options: OneOff,
): Promise<void> {
  const program = engine.docker?.path ?? 'docker';
  const name = `clawproof-once-${ports.random.hex(6)}`;
  const { timeoutMs } = options;
  const settings = { timeoutMs, signal: ports.signal };
  const result = await ports.exec.stream(program, oneOffArguments(name, options), onData, settings);
  if (result.killed !== undefined)
    await ports.exec.run(program, ['rm', '--force', name], { timeoutMs: 30_000 });
  ports.signal.throwIfAborted();
  // 1: files changed while they were read.
  if (result.code !== 0 && result.code !== 1)
    throw scanSourceFailed(what, result.stderr.trim().split('\n').at(-1) || `exit code ${result.code}`);
}

/** Logs of all containers, as the engine keeps them, and the gateway's own log file. */
export async function searchLogs({ collector, docker, policy, compose }: ScanContext): Promise<string> {
  let bytes = 0;
  const found: string[] = [];
  for (const service of services({ policy })) {
    const name = containerName({ policy }, service);
    if ((await docker.inspectContainer(name)) === null) continue;
    const text = await docker.logs(name);
    collector.text(`log of ${service}`, text);
    bytes += text.length;
    found.push(service);
  }
  const gateway = await docker.inspectContainer(containerName({ policy }, 'gateway'));
  if (gateway?.State.Running === true) {
    const script = 'for f in /tmp/openclaw/*.log; do [ -f "$f" ] && cat "$f"; done; true';
    const own = await compose.exec('gateway', ['sh', '-c', script], { timeoutMs: LOG_MS });
    if (own.code !== 0) throw scanSourceFailed("the gateway's own log", own.stderr.trim());
    collector.text("OpenClaw's own log in the gateway", own.stdout);
    bytes += own.stdout.length;
  }
  return found.length === 0 ? 'there are none' : `${found.join(', ')}; ${size(bytes)}`;
}

/** Everything that `docker inspect` shows of the containers: environment, command line, labels. */
export async function searchInspect({ collector, docker, policy }: ScanContext): Promise<string> {
  const found: string[] = [];
  for (const service of services({ policy })) {
    const container = await docker.inspectContainer(containerName({ policy }, service));
    if (container === null) continue;
    for (const entry of container.Config.Env ?? [])
      collector.text(`environment of ${service}, ${entry.split('=', 1)[0] ?? ''}`, entry);
    collector.text(
      `docker inspect of ${service}`,
      JSON.stringify({ ...container, Config: { ...container.Config, Env: [] } }),
    );
    found.push(service);
  }
  return found.length === 0 ? 'there are no containers' : found.join(', ');
}

/** History and all layers of the images, as `docker save` writes them. */
export async function searchImages(
  { collector, ports, engine, policy, docker }: ScanContext,
  report: (text: string) => void,
): Promise<string | { skipped: string }> {
  const containers = await Promise.all(
    services({ policy }).map((service) => docker.inspectContainer(containerName({ policy }, service))),
  );
  const images = [
    ...new Set(containers.flatMap((container) => (container === null ? [] : [container.Image]))),
  ];
  if (images.length === 0) return { skipped: 'no container runs, so that nobody knows from which images' };
  const archive = new ImageArchive(collector);
  let bytes = 0;
  const program = engine.docker?.path ?? 'docker';
  const onData = (part: Uint8Array): void => {
    archive.push(part);
    bytes += part.length;
    report(size(bytes));
  };
  const options = { timeoutMs: ARCHIVE_MS, signal: ports.signal };
  const result = await ports.exec.stream(program, ['image', 'save', ...images], onData, options);
  ports.signal.throwIfAborted();
  if (result.code !== 0)
    throw scanSourceFailed('the images', result.stderr.trim() || `exit code ${result.code}`);
  await archive.finish();
  if (archive.isBroken) throw scanSourceFailed('the images', 'what docker save wrote cannot be understood');
  if (archive.packed > 0) throw scanSourceFailed('the images', `${archive.packed} layers are packed`);
  return `${images.length} images, ${archive.layers.length} layers, ${size(bytes)}; known keys everywhere, what looks like one in descriptions and settings`;
}

export function size(bytes: number): string {
  return bytes < 1024 ** 2 ? `${Math.ceil(bytes / 1024)} KiB` : `${Math.round(bytes / 1024 ** 2)} MiB`;
}
