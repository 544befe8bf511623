/** What clawproof asks of the host it runs on. */
export interface System {
  platform: 'linux' | 'darwin' | 'win32' | 'other';
  /** Node's name of the processor: x64, arm64, … */
  arch: string;
  /** Effective user and group; null where the platform has none. */
  uid: number | null;
  gid: number | null;
  homeDir: string;
  tempDir: string;
  /** Name of this host; of a container, where the program runs in one. */
  hostName: string;
  /** Threads that this process can run at the same time. */
  processors: number;
  pid: number;
  /** What this program was started with, up to its own file: to be started again by somebody else. */
  program: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  /**
   * From now on only what runs very often is optimised, in all threads: for work of a second or two, which ends before an
   * optimised function has paid for its making.
   */
  optimiseLess(): Promise<void>;
  /** True when a process with this id is alive. */
  isAlive(pid: number): boolean;
  /** Start time of a process as the kernel gives it (opaque); null when it is gone or unknown. */
  processStart(pid: number): Promise<string | null>;
  /** True when something listens on this TCP address, or it cannot be bound for another reason (then `reason`). */
  portInUse(host: string, port: number): Promise<{ inUse: boolean; reason?: string }>;
}

export interface Clock {
  now(): Date;
  /** Milliseconds of a clock that never goes back. */
  monotonicMs(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Random {
  /** `bytes` bytes from the operating system's random source as lower-case hex. */
  hex(bytes: number): string;
}

export interface HttpResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export interface Http {
  /**
   * One request, mostly to this host or a container that clawproof runs; redirects are not followed.
   * @throws AppError `http-unreachable` when no answer comes, or the signal ends it.
   */
  request(
    url: string,
    options?: {
      method?: string;
      headers?: Record<string, string>;
      body?: string;
      timeoutMs?: number;
      /** Of the answer's body; 16 MiB when absent. */
      maxBytes?: number;
      signal?: AbortSignal;
    },
  ): Promise<HttpResponse>;
  /**
   * Opens a WebSocket without sending anything over it, keeps it for `holdMs` and closes it; gives the status of the answer,
   * 101 when it was opened. `key` is 8 random bytes as hex.
   * @throws AppError `http-unreachable`
   */
  webSocket(
    url: string,
    options: { holdMs: number; key: string; timeoutMs?: number; signal?: AbortSignal },
  ): Promise<number>;
}
