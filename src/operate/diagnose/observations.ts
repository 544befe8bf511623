import type { Deployment } from '../../deployment/deployment.ts';
import type { ContainerInspect } from '../../engine/docker-types.ts';
import type { EngineReport } from '../../engine/engine-report.ts';

/** One thing that was looked at; why it could not be looked at; or why there is no such thing here. */
export type Seen<T> = { value: T } | { skipped: string } | { absent: string };

/** Everything that was looked at. Plain data: what follows from it is decided by the cases alone. */
export interface Observations {
  target: DiagnosisTarget;
  /** Milliseconds since 1970. */
  now: number;
  /** Only what was logged since then counts. */
  since: number;
  engine: Seen<EngineReport>;
  containers: Seen<ContainerSeen[]>;
  gatewayLog: Seen<LogLine[]>;
  egressLog: Seen<EgressRequest[]>;
  /** What the engine and the files say, as an audit reads them. */
  deployment: Seen<DeploymentSeen>;
  mounts: Seen<MountSeen[]>;
  answers: Seen<Answers>;
  change: Seen<ChangeSeen>;
  disks: Seen<DiskSeen[]>;
  clock: Seen<ClockSeen>;
  port: Seen<PortSeen>;
  firewall: Seen<FirewallSeen>;
  /** Name servers of this host, as /etc/resolv.conf names them. */
  nameServers: Seen<string[]>;
}

export type ObservationName = Exclude<keyof Observations, 'target' | 'now' | 'since'>;

export type DiagnosisTarget =
  /** `ingressPort` = port on 127.0.0.1 of this host. */
  | { kind: 'deployment'; folder: string; name: string; port: number; isCaged: boolean }
  | { kind: 'container'; name: string };

export type SeenRole = 'gateway' | 'egress' | 'ingress' | 'other';

export interface ContainerSeen {
  /** Compose service; the container's name where there is none. */
  service: string;
  role: SeenRole;
  name: string;
  /** Null = the deployment should have it, and there is none. */
  inspect: ContainerInspect | null;
  /** Ends and kills for memory that the engine still remembers. */
  events: { kind: 'die' | 'oom'; at: number; exitCode: number | null }[];
}

/** One line of a log, without escape sequences. `at` of the line before where it has no time of its own. */
export interface LogLine {
  at: number | null;
  text: string;
}

/** One line of the egress proxy's access log. */
export interface EgressRequest {
  at: number;
  /** TCP_DENIED, TCP_TUNNEL, … */
  result: string;
  status: number;
  host: string;
  port: number;
  text: string;
}

export interface DeploymentSeen {
  effective: Deployment | null;
  declared: Deployment | null;
  /** openclaw.json as data; null when there is none. */
  config: Record<string, unknown> | null;
  /** Where it was read. */
  configPlace: string;
  /** Why openclaw.json is no JSON5. */
  configProblem: string | null;
  /** What could not be read. */
  problems: string[];
}

/** A mount of the gateway as its user meets it: ids are those inside the container. */
export interface MountSeen {
  target: string;
  kind: 'file' | 'directory' | 'other';
  uid: number;
  gid: number;
  mode: number;
  /** What the gateway does with it. */
  use: 'state' | 'read';
  /** User that the gateway runs as; null = not known as a number. */
  user: { uid: number; gid: number } | null;
}

export interface Answers {
  healthz: number | null;
  readyz: number | null;
  readyzBody: string;
  /** Status of a call with the token on disk; null = not tried. */
  token: number | null;
  /** What is wrong with the token file; null = nothing. */
  tokenFile: string | null;
}

export interface ChangeSeen {
  /** The change that was begun and not ended. */
  open: { name: string; since: string; begun: string[] } | null;
  /** .clawproof/change.json cannot be understood. */
  unreadable: string | null;
  /** Last entry of the journal when it is neither done nor failed. */
  unfinishedRun: { command: string; at: string; detail: string } | null;
  /** A clawproof that is at work now. */
  running: string | null;
}

export interface DiskSeen {
  path: string;
  what: string;
  freeBytes: number;
}

export interface ClockSeen {
  /** Milliseconds that the engine's clock is ahead of this host's. Null = not told. */
  engineAheadMs: number | null;
  /** What happened in the future of this host's clock. */
  future: { what: string; at: number }[];
  /** Month in which the running OpenClaw was published, ms; null = not known. */
  publishedAt: number | null;
  version: string;
}

export interface PortSeen {
  port: number;
  /** Why it cannot be bound; null = it is ours, or free. */
  takenBy: string | null;
}

export interface FirewallSeen {
  /** Firewalls of the host that are on, each with how that is known. */
  active: string[];
  /** Rules in DOCKER-USER that drop or reject something: the one chain that published ports do not pass by. */
  dockerUser: string[];
  /** Addresses on which somebody listens, as "0.0.0.0:18789". */
  listening: string[];
}

/** The value when it was seen. */
export function valueOf<T>(seen: Seen<T>): T | undefined {
  return 'value' in seen ? seen.value : undefined;
}
