import { join } from 'node:path';
import { ONE_OFF_PREFIX } from '../../engine/one-off.ts';
import type { Docker } from '../../engine/docker.ts';
import type { ImageInspect } from '../../engine/docker-types.ts';
import { imageNotHere, imageNotReadable } from '../../errors/inventory-errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { PATHS } from '../../render/layout.ts';
import { TarStream } from '../provider-secrets/scan/tar-stream.ts';
import { InventoryCollector } from './collect.ts';
import { type ImageInventory, parseInventory } from './inventory.ts';

/** What reading an image works with. */
export interface ReadContext {
  ports: Pick<Ports, 'exec' | 'files' | 'random' | 'signal' | 'system'>;
  docker: Docker;
  /** The docker client. */
  program: string;
  /** Folder of a deployment, below which inventories are kept; null = nowhere. */
  folder: string | null;
}

/** An image of the engine, with what it holds. */
export interface ReadImage {
  /** As it was asked for. */
  reference: string;
  /** "sha256:…", of the image's configuration: the same for the same content. */
  id: string;
  inspect: ImageInspect;
  inventory: ImageInventory;
}

const READ_MS = 30 * 60_000;
const QUICK_MS = 60_000;
const STORED = `${PATHS.toolFolder}/images`;
const READER_LABEL = 'dev.clawproof.reader';
const MAX_COPIED = 4 * 1024 * 1024;

/**
 * Reads what an image holds, out of a container that is made of it and never started. An image never changes, so that it is
 * read once for each deployment.
 * @throws AppError `image-not-here`, `image-not-readable`
 */
export async function readImage(context: ReadContext, reference: string): Promise<ReadImage> {
  const inspect = await context.docker.inspectImage(reference);
  if (inspect === null) throw imageNotHere(reference);
  const id = inspect.Id;
  const known = await readStored(context, id);
  if (known !== null) return { reference, id, inspect, inventory: known };
  const inventory = await exportInventory(context, reference, id);
  await store(context, id, inventory);
  return { reference, id, inspect, inventory };
}

async function exportInventory(context: ReadContext, reference: string, id: string): Promise<ImageInventory> {
  const collector = new InventoryCollector();
  await withContainer(context, reference, id, async (name) => {
    const { ports, program } = context;
    const options = { timeoutMs: READ_MS, signal: ports.signal };
    const result = await ports.exec.stream(
      program,
      ['export', name],
      (bytes) => collector.push(bytes),
      options,
    );
    ports.signal.throwIfAborted();
    if (result.code !== 0)
      throw imageNotReadable(reference, lastLine(result.stderr) || 'the engine gave no reason');
  });
  if (collector.isBroken) throw imageNotReadable(reference, 'what the engine gave is no whole archive');
  return collector.finish();
}

/** A container is made only to have the layers put together; its command is never run. */
async function withContainer(
  { ports, docker, program }: ReadContext,
  reference: string,
  id: string,
  work: (name: string) => Promise<void>,
): Promise<void> {
  const { hostName, pid } = ports.system;
  const self = `${hostName}/`;
  for (const { name, labels } of await docker.listContainers([READER_LABEL])) {
    const reader = labels[READER_LABEL] ?? '';
    const isLeft = reader.startsWith(self) && !ports.system.isAlive(Number(reader.slice(self.length)));
    // An image may bring the label along.
    if (isLeft && name.startsWith(ONE_OFF_PREFIX)) await docker.removeContainer(name);
  }
  const name = `${ONE_OFF_PREFIX}${ports.random.hex(6)}`;
  const made = await ports.exec.run(
    program,
    ['create', '--name', name, '--label', `${READER_LABEL}=${self}${pid}`, '--network', 'none', '--pull', 'never', '--entrypoint', 'true', id],
    { timeoutMs: QUICK_MS, signal: ports.signal },
  ); // prettier-ignore
  try {
    ports.signal.throwIfAborted();
    if (made.code !== 0)
      throw imageNotReadable(reference, lastLine(made.stderr) || 'the engine gave no reason');
    await work(name);
  } finally {
    // No signal: this must happen after an abort, too.
    await ports.exec.run(program, ['rm', '--force', '--volumes', name], { timeoutMs: QUICK_MS });
  }
}

/**
 * A small file of a container as its processes see it, mounts included; null when it has none of that name.
 * @throws AppError `image-not-readable` when it cannot be read
 */
export async function readFromContainer(
  { ports, program }: Pick<ReadContext, 'ports' | 'program'>,
  container: string,
  path: string,
): Promise<string | null> {
  const parts: Uint8Array[] = [];
  const stream = new TarStream(({ size }) =>
    size > MAX_COPIED ? null : { push: (bytes) => void parts.push(Buffer.from(bytes)), end: () => undefined },
  );
  const result = await ports.exec.stream(
    program,
    ['cp', '--follow-link', `${container}:${path}`, '-'],
    (bytes) => stream.push(bytes),
    { timeoutMs: QUICK_MS, signal: ports.signal },
  );
  ports.signal.throwIfAborted();
  if (result.code === 0 && parts.length > 0) return Buffer.concat(parts).toString('utf8');
  if (/could not find the file|no such file/i.test(result.stderr)) return null;
  throw imageNotReadable(`${path} in ${container}`, lastLine(result.stderr) || 'it is no plain file');
}

async function readStored({ ports, folder }: ReadContext, id: string): Promise<ImageInventory | null> {
  if (folder === null) return null;
  const text = await ports.files.read(storedPath(folder, id)).catch(() => null);
  return text === null ? null : parseInventory(text);
}

/** Only saves time: where nothing can be written, the image is read again the next time. */
async function store({ ports, folder }: ReadContext, id: string, inventory: ImageInventory): Promise<void> {
  if (folder === null) return;
  const text = `${JSON.stringify(inventory)}\n`;
  await ports.files.writeAtomic(storedPath(folder, id), text, { mode: 0o600 }).catch(() => undefined);
}

/** Removes what is kept of images that a deployment has no more. */
export async function forgetOtherImages(
  { ports, folder }: ReadContext,
  ids: readonly string[],
): Promise<void> {
  if (folder === null) return;
  const kept = new Set(ids.map((id) => storedPath(folder, id)));
  for (const name of await ports.files.list(join(folder, STORED)).catch(() => [])) {
    const path = join(folder, STORED, name);
    if (!kept.has(path)) await ports.files.unlink(path).catch(() => undefined);
  }
}

function storedPath(folder: string, id: string): string {
  return join(folder, STORED, `${id.replace(/^sha256:/, '').replaceAll(/[^0-9a-f]/g, '')}.json`);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
