/** What the user wants: the content of clawproof.yaml with every default filled in. Types only; see schema.ts. */
import type { Acceptance } from './acceptance.ts';
import type { HttpsAccess } from './https-access.ts';
import type { TailscaleAccess } from './tailscale-access.ts';
import type { WorkspaceFile } from './workspace-file.ts';

export type PresetName = 'baseline' | 'caged' | 'sandboxed';
/** What preset sandboxed may lack on a host, and is then accepted by name. */
export type SandboxRisk = 'native-paths' | 'memory-limit' | 'process-limit';
export type FirewallChoice = 'auto' | 'nft' | 'iptables-nft' | 'iptables-legacy';
export type ExecMode = 'deny' | 'allowlist' | 'full';

/** One destination that the agent may reach through egress. */
export interface EgressRule {
  /** Lower-case DNS name; a leading dot means the name and everything below it. */
  host: string;
  /** TCP ports, ascending. */
  ports: number[];
  /** CIDR blocks of private addresses that this name may resolve to; otherwise private addresses are refused. */
  privateAddresses: string[];
}

export interface Policy {
  version: 1;
  preset: PresetName;
  /** Compose project name: [a-z0-9][a-z0-9_-]*. */
  name: string;
  openclaw: { version: string };
  image: {
    /** auto = registry when it answers, else build; registry = only pull; build = only build. */
    source: 'auto' | 'registry' | 'build';
    /** Repository of the gateway image, without tag. */
    gateway: string;
    /** Repository and tag of the Debian base that builds start from where a registry answers. */
    base: string;
    /** Images to pull instead of building the sidecars; null = build from Debian's packages. */
    egress: string | null;
    ingress: string | null;
  };
  access: {
    /** TCP port on 127.0.0.1 of the host. */
    port: number;
    /** Additional exact origins that may use the Control UI, beside http://127.0.0.1:PORT and http://localhost:PORT. */
    allowedOrigins: string[];
    /** Days after which the gateway token counts as too old. */
    tokenMaxAgeDays: number;
    /** Null = only this host has a way in. */
    https: HttpsAccess | null;
    /** Null = no Tailscale of its own. */
    tailscale: TailscaleAccess | null;
  };
  resources: {
    /** Bytes. */
    memory: number;
    /** Node's heap in MiB; below the memory limit. */
    heapMiB: number;
    cpus: number;
    pids: number;
    openFiles: number;
  };
  exec: {
    mode: ExecMode;
    /** Names of files in the folder of scripts that the agent may run in mode allowlist; without repetition. */
    scripts: string[];
    /** Of mode full; null = by nobody. */
    accepted: Acceptance | null;
  };
  egress: { allow: EgressRule[] };
  /** Of preset sandboxed: what is accepted not to hold; without repetition. */
  sandbox: { accept: SandboxRisk[] };
  firewall: {
    /** Rules on this host for the deployment's networks. */
    enabled: boolean;
    /** auto = nft where it is, else the iptables that Docker uses. */
    tool: FirewallChoice;
    /** TCP ports of the host that the containers may use, ascending. */
    hostPorts: number[];
  };
  skills: {
    /** Names of folders in the folder skills that OpenClaw loads; without repetition. */
    use: string[];
    /** OpenClaw asks clawproof's scanner before it installs a skill. */
    judgeInstalls: boolean;
  };
  workspace: {
    /** Files that the agent may read and not change; without repetition. */
    readOnly: WorkspaceFile[];
  };
}
