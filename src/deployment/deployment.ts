import type { EvidenceKind } from '../measures/measure.ts';

/**
 * The model that audit, render, proof and report share: what a deployment is, whichever source it was read from.
 * A field that the source cannot tell is `undefined`; a measure then answers `skipped`, never `pass`.
 */
export interface Deployment {
  evidence: EvidenceKind;
  services: Service[];
  networks: Network[];
  /** The gateway's openclaw.json as parsed data; undefined when it was not read. */
  openclawConfig?: Record<string, unknown>;
  /** Files with secrets and settings beside the compose file, by relative path. */
  files?: DeploymentFile[];
}

export interface Service {
  name: string;
  /** gateway = OpenClaw itself, egress/ingress = clawproof's sidecars, neighbour = anything else. */
  role: 'gateway' | 'egress' | 'ingress' | 'neighbour';
  image?: { reference: string; digest?: string };
  hostname?: string;
  /** As written: "1000:1000", "node", "" for the image's own. */
  user?: string;
  readOnlyRoot?: boolean;
  privileged?: boolean;
  init?: boolean;
  capDrop?: string[];
  capAdd?: string[];
  securityOptions?: string[];
  mounts?: Mount[];
  ports?: PublishedPort[];
  /** Names of networks → what is known of the attachment. */
  networks?: Record<string, { address?: string }>;
  networkMode?: string;
  pidMode?: string;
  ipcMode?: string;
  utsMode?: string;
  usernsMode?: string;
  devices?: string[];
  limits?: { memoryBytes?: number; memorySwapBytes?: number; cpus?: number; pids?: number; openFiles?: number };
  logging?: { driver?: string; maxSize?: string; maxFile?: string };
  restart?: string;
  stopGraceSeconds?: number;
  healthcheck?: { test: string[]; disabled: boolean; intervalSeconds?: number };
  environment?: Record<string, string>;
}

export interface Mount {
  kind: 'bind' | 'volume' | 'tmpfs';
  source?: string;
  target: string;
  readOnly: boolean;
  /** tmpfs options such as noexec, nosuid, nodev, size=…; propagation for binds. */
  options?: string[];
}

export interface PublishedPort {
  /** Address on the host; undefined = all of them. */
  hostAddress?: string;
  hostPort?: number;
  containerPort: number;
  protocol: 'tcp' | 'udp';
}

export interface Network {
  name: string;
  internal?: boolean;
  driver?: string;
  subnets?: string[];
}

export interface DeploymentFile {
  path: string;
  mode: number;
  uid: number;
  text?: string;
}
