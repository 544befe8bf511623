import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const START_MS = 20_000;
const ANSWER_MS = 3000;

/** An image registry on loopback, behind a door that can be shut. */
export interface LoopbackRegistry {
  /** "127.0.0.1:PORT", as in an image's name. */
  address: string;
  /** Digest that the registry itself gives for a tag. */
  digestOf(repository: string, tag: string): Promise<string>;
  /** Dies after this many bytes more have been sent: connections break, new ones are refused. */
  dieAfter(bytes: number): void;
  /** Refuses connections from now on. */
  shut(): void;
  /** Serves again at the same address. */
  open(): Promise<void>;
  /** Ends it and removes all that it stored. */
  stop(): Promise<void>;
}

/**
 * Starts Debian's docker-registry. Its package is unpacked into a temporary folder: nothing is installed, no service runs.
 * @throws when the package cannot be had or the registry does not come up
 */
export async function startLoopbackRegistry(): Promise<LoopbackRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'clawproof-registry-'));
  try {
    const program = await unpackRegistry(folder);
    const port = await freePort();
    const child = startServer(program, folder, port);
    const door = new Door(port);
    await door.open();
    await waitUntilUp(`http://${door.address}/v2/`, child);
    return registryHandle(folder, child, door);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function registryHandle(folder: string, child: ChildProcess, door: Door): LoopbackRegistry {
  const manifest = (repository: string, reference: string): string =>
    `http://${door.address}/v2/${repository}/manifests/${reference}`;
  return {
    address: door.address,
    digestOf: async (repository, tag) => {
      const headers = {
        accept:
          'application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.index.v1+json',
      };
      const answer = await ask(manifest(repository, tag), { method: 'HEAD', headers });
      return answer.headers.get('docker-content-digest') ?? `HTTP ${answer.status}`;
    },
    dieAfter: (bytes) => door.breakAfter(bytes),
    shut: () => door.shut(),
    open: () => door.open(),
    stop: async () => {
      door.shut();
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.kill('SIGKILL')) await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * A connection that the pool kept may have been cut when the door was shut: then once more, on a new one. With an end, because
 * Node 20's `fetch` can wait for ever for a connection that was cut while it was made.
 */
async function ask(url: string, init: RequestInit = {}): Promise<Response> {
  const once = (): Promise<Response> => fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_MS) });
  try {
    return await once();
  } catch {
    return once();
  }
}

async function unpackRegistry(folder: string): Promise<string> {
  const download = (): Promise<unknown> =>
    run('apt-get', ['-q', '-o', 'APT::Sandbox::User=root', 'download', 'docker-registry'], { cwd: folder });
  await download().catch(async () => {
    await run('apt-get', ['-q', 'update']);
    await download();
  });
  const archive = readdirSync(folder).find((name) => name.endsWith('.deb'));
  if (archive === undefined) throw new Error('apt-get download left no package');
  await run('dpkg-deb', ['-x', join(folder, archive), join(folder, 'package')]);
  return join(folder, 'package/usr/bin/docker-registry');
}

function startServer(program: string, folder: string, port: number): ChildProcess {
  const config = join(folder, 'config.yml');
  const storage = { filesystem: { rootdirectory: join(folder, 'data') } };
  writeFileSync(
    config,
    JSON.stringify({ version: 0.1, log: { level: 'error' }, storage, http: { addr: `127.0.0.1:${port}` } }),
  );
  return spawn(program, ['serve', config], { stdio: 'ignore' });
}

async function waitUntilUp(url: string, child: ChildProcess): Promise<void> {
  const end = Date.now() + START_MS;
  while (Date.now() < end && child.exitCode === null) {
    const answer = await ask(url).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill('SIGKILL');
  throw new Error(`docker-registry did not come up (exit code ${child.exitCode})`);
}

/** A free TCP port on loopback. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Passes TCP connections on to a port, until it is shut. */
class Door {
  address = '';
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #port = 0;
  #left = Number.POSITIVE_INFINITY;

  constructor(target: number) {
    this.#target = target;
  }

  async open(): Promise<void> {
    this.#left = Number.POSITIVE_INFINITY;
    if (this.#server !== null) return;
    const server = createServer((client) => this.#pass(client));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    this.address = `127.0.0.1:${this.#port}`;
  }

  breakAfter(bytes: number): void {
    this.#left = bytes;
  }

  shut(): void {
    this.#server?.close();
    this.#server = null;
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  #pass(client: Socket): void {
    const upstream = connect(this.#target, '127.0.0.1');
    for (const socket of [client, upstream]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    upstream.on('data', (chunk: Buffer) => {
      this.#left -= chunk.length;
      if (this.#left < 0) this.shut();
    });
    client.pipe(upstream);
    upstream.pipe(client);
  }
}
