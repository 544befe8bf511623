/** One thing that reached the sinkhole: everything that a skill in a twin sends ends there. */
export interface SinkRecord {
  /** Milliseconds since 1970. */
  at: number;
  kind: 'name' | 'http' | 'tcp' | 'udp' | 'tls' | 'shell' | 'program';
  /** Address that was asked for; "" for names and programs. */
  to: string;
  /** 0 for names and programs. */
  port: number;
  /** Name that was asked for: of DNS, TLS or HTTP; of a program. */
  name?: string;
  /** True for HTTP within TLS. */
  secure?: boolean;
  /** Method and path of HTTP, arguments of a program. */
  text?: string;
  /** Bytes that came, of which `sample` holds the first. */
  bytes: number;
  /** Base64 of what came: for HTTP with its headers. */
  sample: string;
  /** Number of what was served, when it was: a download that is run leaves it behind. */
  served?: number;
}

/** What the sinkhole is told, as JSON in a file. */
export interface SinkOptions {
  /** Its own address, to which every name leads. */
  address: string;
  /** Ports that are listened on first. */
  ports: readonly number[];
  udp: readonly number[];
  /** Most ports to listen on. */
  mostPorts: number;
  control: number;
  readyFile: string;
  /** PEM of the authority in which the twin trusts. */
  authority: { certificate: string; key: string };
}

export interface SinkReady {
  /** How many TCP ports are answered. */
  tcp: number;
  udp: number;
}

/** What the sinkhole says when it is asked. */
export interface SinkSeen {
  records: SinkRecord[];
  /** Records that did not fit. */
  dropped: number;
  /** Connections to ports on which nobody listens, and datagrams to such ports. */
  refused: number;
  /** When it says so, in milliseconds since 1970. */
  now: number;
}

/** Port, at the sinkhole's own address, where stand-ins for programs tell that they were started. */
export const PROGRAM_PORT = 5218;

/** Word in the answer to a question to which only a shell has an answer. */
export const SHELL_WORD = 'cp-42-shell';
