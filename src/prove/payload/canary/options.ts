/** What a listener is told on its command line, as one JSON text. */
export interface CanaryOptions {
  /** TCP ports; each understands HTTP, TLS and lines of text. 0 = one that is free. */
  tcp: readonly number[];
  udp: readonly number[];
  /** True = datagrams are noted and not answered: an answer to an address that is nowhere could go anywhere. */
  silent?: boolean;
  /** True = port 53 answers DNS over UDP and TCP. */
  dns: boolean;
  /** Addresses that names lead to for which nothing else was said. */
  addresses: readonly string[];
  /** Port on the loopback address of its network namespace where it answers questions of ours; 0 = one that is free. */
  control: number;
  /** File that says what it got as soon as it listens; see `CanaryReady`. */
  readyFile: string;
}

/** What it listens on. */
export interface CanaryReady {
  /** Ports that it got, in the order of the options. */
  tcp: number[];
  udp: number[];
  control: number;
}

/** Names, lower case → addresses; each lookup of a family gets the next list, the last one stays. */
export type CanaryNames = Readonly<Record<string, readonly (readonly string[])[]>>;

/** A question of ours: a JSON line. */
export type ControlRequest = { ask: 'visits' } | { ask: 'answer'; names: CanaryNames };
