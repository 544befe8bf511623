import { join } from 'node:path';
import { bindMount } from '../../engine/bind-mount.ts';
import type { EngineReport } from '../../engine/engine-report.ts';
import { hostId } from '../../engine/host-id.ts';
import {
  backupEngineFar,
  backupStateOwner,
  backupStateUnread,
  stateNotRestored,
} from '../../errors/backup-errors.ts';
import type { ExecResult } from '../../ports/exec.ts';
import type { PipeReader } from '../../ports/pipes.ts';
import type { Ports } from '../../ports/ports.ts';
import { withTempFolder } from '../../ports/temp-folder.ts';
import { CONTAINER_UID } from '../../render/layout.ts';
import { ensureVolume, stateContainer, type StateContext, volumeMount } from '../state/state-volume.ts';
import { inBatches } from './batch.ts';
import { BLOCK } from './tar-header.ts';

const STREAM_MS = 6 * 60 * 60_000;
/** Blocks that tar reads or writes at once: 64 KiB, what a pipe holds. */
const RECORD_BLOCKS = 128;

export interface StreamContext extends StateContext {
  ports: Ports;
  engine: Pick<EngineReport, 'kind' | 'engine'>;
}

/** What was found in a volume before it is read. */
export interface StateSize {
  /** Of all contents, as far as they can be read. */
  bytes: number;
  /** Pipes, sockets and devices: they hold nothing, and are left out. */
  special: number;
}

/** Looks around, waits until the pipe is opened, and writes the state into it. */
const READ_SCRIPT = `
cd /state
odd=$(find . '(' '(' ! -uid 0 ! -uid 1000 ')' -o '(' ! -gid 0 ! -gid 1000 ')' ')' -print -quit)
if [ -n "$odd" ]; then printf 'owner %q\\n' "$odd"; exit 3; fi
special=$(find . ! -type f ! -type d ! -type l -printf . | wc -c)
printf 'ready %s %s\\n' "$(du -sb . | cut -f1)" "$special"
exec 3>/pipe
# A pipe that holds a megabyte keeps both sides at work; F_SETPIPE_SZ is 1031. Without perl it is slower, and all the same.
perl -e 'fcntl STDOUT, 1031, 1 << 20' >&3 2>/dev/null || true
find . '(' -type f -o -type d -o -type l ')' -print0 | tar --create --file - --format=gnu --numeric-owner \\
  --no-recursion --null --files-from - --blocking-factor=${RECORD_BLOCKS} --transform='flags=rh;s,^\\.,state,' >&3
`;

const WRITE_SCRIPT = `
find /state -mindepth 1 -delete
exec 3</pipe
echo ready
tar --extract --file - --directory /state --numeric-owner --same-owner --same-permissions \\
  --delay-directory-restore --blocking-factor=${RECORD_BLOCKS} --transform='flags=rh;s,^state,.,' <&3
sync -f /state
`;

/**
 * Reads a volume as a tar archive. The container that does it has started and looked around before `work` is called, so
 * that whoever is held up meanwhile is so for the reading alone.
 * @param work gets the size, and the function that gives the archive; it need not read behind the archive's end
 */
export async function readState<T>(
  context: StreamContext,
  volume: string,
  work: (size: StateSize, archive: () => Promise<AsyncIterable<Uint8Array>>) => Promise<T>,
): Promise<T> {
  return withPipe(context, async (pipe) => {
    const said = firstLine();
    const container = context.docker.runOneOff({
      ...stateContainer(context, 'backup', STREAM_MS),
      entrypoint: 'bash',
      args: ['-euo', 'pipefail', '-c', READ_SCRIPT],
      capabilities: ['DAC_READ_SEARCH'],
      mounts: [volumeMount(volume, '/state', true), bindMount(pipe, '/pipe', false)],
      onLine: (line, stream) => stream === 'stdout' && said.tell(line),
    });
    const ended = settled(container);
    const first = await Promise.race([said.line, ended.then(() => '')]);
    const size = parseReady(first);
    if (size === null) throw notReady(context, volume, first, await container);
    let reader: PipeReader | null = null;
    const archive = async (): Promise<AsyncIterable<Uint8Array>> => {
      const opened = await context.ports.pipes.openToRead(pipe);
      reader = opened;
      // Whoever waits for more from a dead container would wait for ever.
      void ended.then((result) => result?.code !== 0 && opened.close());
      return opened.pieces();
    };
    try {
      const value = await work(size, archive).catch(async (error: unknown) => {
        // The container's own words are nearer to the cause than an archive that is cut short.
        if (reader === null || !(await isOver(ended, context))) throw error;
        const result = await container;
        throw result.code === 0 ? error : backupStateUnread(volume, wordsOf(result));
      });
      const result = await container;
      if (result.code !== 0) throw backupStateUnread(volume, wordsOf(result));
      return value;
    } finally {
      if (reader === null) await readOut(context, pipe, ended);
      else (reader as PipeReader).close();
    }
  });
}

/** Lets a container that waits for a reader run to its end: nobody wants what it says. */
async function readOut(context: StreamContext, pipe: string, ended: Promise<unknown>): Promise<void> {
  const reader = await context.ports.pipes.openToRead(pipe);
  const all = (async () => {
    for await (const _ of reader.pieces());
  })().catch(() => undefined);
  await ended;
  reader.close();
  await all;
}

/**
 * Fills a volume with the state of an archive; what it held is deleted first. On disk when it resolves.
 * @param work gets what writes the state's part of the archive, as it stands there
 */
export async function writeState<T>(
  context: StreamContext,
  volume: string,
  work: (write: (bytes: Uint8Array) => Promise<void>) => Promise<T>,
): Promise<T> {
  await ensureVolume(context, volume);
  return withPipe(context, async (pipe) => {
    const writer = await context.ports.pipes.openToWrite(pipe);
    const said = firstLine();
    const container = context.docker.runOneOff({
      ...stateContainer(context, 'restore', STREAM_MS),
      entrypoint: 'bash',
      args: ['-euo', 'pipefail', '-c', WRITE_SCRIPT],
      capabilities: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID'],
      mounts: [volumeMount(volume, '/state', false), bindMount(pipe, '/pipe', false)],
      onLine: (line, stream) => stream === 'stdout' && said.tell(line),
    });
    let isEnded = false;
    const ended = settled(container).then((result) => {
      isEnded = true;
      writer.close();
      return result;
    });
    let length = 0;
    const batch = inBatches(RECORD_BLOCKS * BLOCK, (bytes) => writer.write(bytes));
    try {
      const value = await work(async (bytes) => {
        length += bytes.length;
        await batch.push(bytes);
      });
      const record = RECORD_BLOCKS * BLOCK;
      const filled = Math.ceil((length + 2 * BLOCK) / record) * record;
      await batch.push(Buffer.alloc(filled - length));
      await batch.finish();
      const result = await container;
      if (result.code !== 0) throw stateNotRestored(volume, wordsOf(result));
      return value;
    } catch (error) {
      // Where the container ended first, its words are nearer to the cause than a pipe that was closed.
      if (isEnded) {
        const result = await container;
        throw result.code === 0 ? error : stateNotRestored(volume, wordsOf(result));
      }
      // A container that has not opened the pipe yet would wait for ever for somebody to open the other end.
      await Promise.race([said.line, ended]);
      writer.close();
      await ended;
      throw error;
    }
  });
}

/** A pipe in a folder that only this user may enter; the pipe itself is for the container's root, whoever that is here. */
async function withPipe<T>(context: StreamContext, work: (pipe: string) => Promise<T>): Promise<T> {
  const { ports, engine } = context;
  if (engine.kind !== 'local' && engine.kind !== 'rootless') throw backupEngineFar(engine.kind);
  return withTempFolder(ports, 'backup', async (folder) => {
    const pipe = join(folder, 'pipe');
    const made = await ports.exec.run('mkfifo', ['-m', '666', pipe], { timeoutMs: 10_000 });
    if (made.code !== 0) throw backupStateUnread(pipe, made.stderr.trim());
    return work(pipe);
  });
}

function firstLine(): { line: Promise<string>; tell: (line: string) => void } {
  let tell: (line: string) => void = () => undefined;
  const line = new Promise<string>((resolve) => {
    tell = resolve;
  });
  return { line, tell };
}

/** The result, or null for an error: for those who only want to know that it is over. */
function settled(container: Promise<ExecResult>): Promise<ExecResult | null> {
  return container.catch(() => null);
}

async function isOver(ended: Promise<unknown>, { ports }: StreamContext): Promise<boolean> {
  return Promise.race([ended.then(() => true), ports.clock.sleep(500).then(() => false)]);
}

function parseReady(line: string): StateSize | null {
  const found = /^ready (\d+) (\d+)$/.exec(line);
  return found === null ? null : { bytes: Number(found[1]), special: Number(found[2]) };
}

function notReady({ engine }: StreamContext, volume: string, line: string, result: ExecResult): Error {
  if (line.startsWith('owner '))
    return backupStateOwner(volume, line.slice('owner '.length), hostId(CONTAINER_UID, engine));
  return backupStateUnread(volume, wordsOf(result));
}

function wordsOf(result: ExecResult): string {
  return result.stderr.trim().split('\n').slice(-3).join('; ') || `exit code ${result.code}`;
}
