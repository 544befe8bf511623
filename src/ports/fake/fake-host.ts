import { httpUnreachable } from '../../errors/engine-errors.ts';
import type { Clock, Http, HttpResponse, Random, System } from '../system.ts';

/** A Linux host with root, a home folder and nothing listening. Every property can be set. */
export class FakeSystem implements System {
  platform: System['platform'] = 'linux';
  arch = 'x64';
  uid: number | null = 0;
  gid: number | null = 0;
  homeDir = '/root';
  tempDir = '/tmp';
  hostName = 'workstation';
  processors = 1;
  pid = 4242;
  program = ['/usr/bin/node', '/usr/lib/clawproof/main.js'];
  cwd = '/srv';
  env: Record<string, string | undefined> = { PATH: '/usr/local/bin:/usr/bin:/bin' };
  /** Processes that are alive, with their start times. */
  readonly processes = new Map<number, string>([[4242, 'boot:1']]);
  /** "host:port" → why it cannot be bound; an empty string means that something listens. */
  readonly ports = new Map<string, string>();

  constructor(
    properties: Partial<
      Pick<
        System,
        'platform' | 'arch' | 'uid' | 'gid' | 'homeDir' | 'tempDir' | 'hostName' | 'pid' | 'cwd' | 'env'
      >
    > = {},
  ) {
    Object.assign(this, properties);
    this.processes.set(this.pid, 'boot:1');
  }

  async optimiseLess(): Promise<void> {}

  isAlive(pid: number): boolean {
    return this.processes.has(pid);
  }

  async processStart(pid: number): Promise<string | null> {
    return this.processes.get(pid) ?? null;
  }

  async portInUse(host: string, port: number): Promise<{ inUse: boolean; reason?: string }> {
    const reason = this.ports.get(`${host}:${port}`);
    if (reason === undefined) return { inUse: false };
    return reason === '' ? { inUse: true } : { inUse: true, reason };
  }
}

/** Time that passes only when someone sleeps or the test moves it on. */
export class FakeClock implements Clock {
  readonly sleeps: number[] = [];
  #ms: number;
  readonly #start: number;

  constructor(start = '2026-11-22T10:00:00.000Z') {
    this.#start = Date.parse(start);
    this.#ms = this.#start;
  }

  now(): Date {
    return new Date(this.#ms);
  }

  monotonicMs(): number {
    return this.#ms - this.#start;
  }

  advance(ms: number): void {
    this.#ms += ms;
  }

  /** Returns at once, with the time moved on. */
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) throw signal.reason;
    this.sleeps.push(ms);
    this.advance(ms);
  }
}

/** Values that are different each time and the same in each run. */
export class FakeRandom implements Random {
  #count = 0;

  hex(bytes: number): string {
    this.#count += 1;
    return this.#count
      .toString(16)
      .padStart(2, '0')
      .repeat(bytes)
      .slice(0, bytes * 2)
      .padEnd(bytes * 2, '0');
  }
}

export interface FakeRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
}

type HttpReply = Partial<HttpResponse> | null | ((request: FakeRequest) => Partial<HttpResponse> | null);

/** Scripted answers by URL; anything else is unreachable, as on a host where nothing listens. */
export class FakeHttp implements Http {
  readonly requests: FakeRequest[] = [];
  readonly #replies = new Map<string, HttpReply[]>();

  /** Several replies are given in turn, the last one stays; null = nobody answers. */
  on(url: string, ...replies: HttpReply[]): this {
    this.#replies.set(url, replies);
    return this;
  }

  async request(url: string, options: Parameters<Http['request']>[1] = {}): Promise<HttpResponse> {
    const request: FakeRequest = {
      method: options.method ?? 'GET',
      url,
      headers: options.headers ?? {},
      ...(options.body === undefined ? {} : { body: options.body }),
    };
    this.requests.push(request);
    const replies = this.#replies.get(url) ?? [];
    const next = replies.length > 1 ? replies.shift() : replies[0];
    const reply = typeof next === 'function' ? next(request) : next;
    if (reply === null || reply === undefined) throw httpUnreachable(url, 'connection refused');
    return { status: 200, headers: {}, body: '', ...reply };
  }

  /** Answers as `request` does for the same address, with the method "WEBSOCKET". */
  async webSocket(url: string): Promise<number> {
    return (await this.request(url, { method: 'WEBSOCKET' })).status;
  }
}
