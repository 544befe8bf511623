/** The parts of the Docker Engine API's answers that clawproof reads. Everything that some engine leaves out is optional. */

export interface DockerInfo {
  ServerVersion: string;
  OperatingSystem: string;
  OSType: string;
  Architecture: string;
  KernelVersion: string;
  DockerRootDir: string;
  Driver: string;
  CgroupVersion?: string;
  CgroupDriver?: string;
  SecurityOptions?: string[] | null;
  MemoryLimit?: boolean;
  CpuCfsQuota?: boolean;
  PidsLimit?: boolean;
  Runtimes?: Record<string, unknown> | null;
  Warnings?: string[] | null;
  NCPU: number;
  MemTotal: number;
  Name: string;
  ServerErrors?: string[];
  ClientInfo?: { Plugins?: DockerPlugin[] | null; Context?: string };
}

export interface DockerPlugin {
  Name: string;
  Version?: string;
  Path?: string;
  /** Why the plugin cannot be used. */
  Err?: unknown;
}

export interface DockerVersion {
  Client: { Version: string; ApiVersion?: string };
  Server: {
    Version: string;
    ApiVersion?: string;
    MinAPIVersion?: string;
    Components?: { Name: string; Version: string }[] | null;
  } | null;
}

export interface ContainerInspect {
  Id: string;
  Name: string;
  Created: string;
  /** Id of the image that it was made from. */
  Image: string;
  RestartCount: number;
  AppArmorProfile?: string;
  State: ContainerState;
  Config: {
    Image: string;
    User: string;
    Hostname: string;
    Env: string[] | null;
    Labels: Record<string, string> | null;
    Cmd?: string[] | null;
    Entrypoint?: string[] | null;
    Healthcheck?: {
      Test?: string[];
      Interval?: number;
      Timeout?: number;
      StartPeriod?: number;
      Retries?: number;
    } | null;
    StopTimeout?: number | null;
    StopSignal?: string;
  };
  HostConfig: ContainerHostConfig;
  Mounts: {
    Type: string;
    Source?: string;
    Name?: string;
    Destination: string;
    Mode?: string;
    RW: boolean;
    Propagation?: string;
  }[];
  NetworkSettings: {
    Ports?: Record<string, { HostIp: string; HostPort: string }[] | null> | null;
    Networks: Record<
      string,
      {
        IPAddress: string;
        Gateway?: string;
        NetworkID?: string;
        Aliases?: string[] | null;
        IPAMConfig?: { IPv4Address?: string } | null;
      }
    >;
  };
}

export interface ContainerState {
  Status: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
  Running: boolean;
  Paused: boolean;
  Restarting: boolean;
  OOMKilled: boolean;
  Pid: number;
  ExitCode: number;
  Error: string;
  StartedAt: string;
  FinishedAt: string;
  Health?: {
    Status: 'none' | 'starting' | 'healthy' | 'unhealthy';
    FailingStreak: number;
    Log?: { ExitCode: number; Output: string; End?: string }[] | null;
  };
}

export interface ContainerHostConfig {
  NetworkMode: string;
  Privileged: boolean;
  ReadonlyRootfs: boolean;
  Init?: boolean | null;
  CapAdd?: string[] | null;
  CapDrop?: string[] | null;
  SecurityOpt?: string[] | null;
  Memory: number;
  MemorySwap: number;
  NanoCpus: number;
  PidsLimit?: number | null;
  PidMode?: string;
  IpcMode?: string;
  UTSMode?: string;
  UsernsMode?: string;
  Runtime?: string;
  Ulimits?: { Name: string; Hard: number; Soft: number }[] | null;
  Devices?: { PathOnHost: string; PathInContainer: string }[] | null;
  Tmpfs?: Record<string, string> | null;
  Binds?: string[] | null;
  PortBindings?: Record<string, { HostIp: string; HostPort: string }[] | null> | null;
  RestartPolicy?: { Name: string; MaximumRetryCount: number };
  LogConfig?: { Type: string; Config?: Record<string, string> | null };
  ExtraHosts?: string[] | null;
}

export interface ImageInspect {
  Id: string;
  RepoTags?: string[] | null;
  RepoDigests?: string[] | null;
  Created?: string;
  Architecture: string;
  Os: string;
  Size: number;
  Config: {
    User?: string;
    Env?: string[] | null;
    Labels?: Record<string, string> | null;
    Cmd?: string[] | null;
    Entrypoint?: string[] | null;
  };
  RootFS?: { Type: string; Layers?: string[] };
}

export interface NetworkInspect {
  Id: string;
  Name: string;
  Driver: string;
  Internal: boolean;
  Labels?: Record<string, string> | null;
  Options?: Record<string, string> | null;
  IPAM?: { Config?: { Subnet?: string; Gateway?: string }[] | null };
  Containers?: Record<string, { Name: string; IPv4Address?: string }> | null;
}

export interface VolumeInspect {
  Name: string;
  Driver: string;
  Mountpoint: string;
  Labels?: Record<string, string> | null;
  Options?: Record<string, string> | null;
}

/** One line of `docker ps --format '{{json .}}'`, with its labels read from their text form. */
export interface ContainerSummary {
  id: string;
  name: string;
  image: string;
  /** running, exited, … */
  state: string;
  /** "Up 3 minutes (healthy)" */
  status: string;
  labels: Record<string, string>;
}
