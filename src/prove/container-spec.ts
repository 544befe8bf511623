/** JSON object of the engine's API. */
export interface EngineObject {
  [key: string]: unknown;
}

/**
 * What the engine is asked for to make a container: the body of POST /containers/create, with every setting of the
 * target's container as `docker inspect` gives it. What is not known here is kept as it is: that makes a twin a twin.
 */
export interface ContainerSpec extends EngineObject {
  Image: string;
  Hostname?: string;
  User?: string;
  Env: string[];
  Entrypoint?: string[] | null;
  Cmd?: string[] | null;
  Labels: Record<string, string>;
  HostConfig: HostConfigSpec;
  /** Networks to join before the start: name → its endpoint settings. Not part of the create body. */
  networks: Record<string, EndpointSpec>;
}

/** The members that clawproof changes; all others are handed through. */
export interface HostConfigSpec extends EngineObject {
  NetworkMode: string;
  Privileged?: boolean;
  ReadonlyRootfs?: boolean;
  CapAdd?: string[] | null;
  CapDrop?: string[] | null;
  SecurityOpt?: string[] | null;
  Memory?: number;
  MemorySwap?: number;
  NanoCpus?: number;
  PidsLimit?: number | null;
  PidMode?: string;
  IpcMode?: string;
  UTSMode?: string;
  UsernsMode?: string;
  CgroupnsMode?: string;
  Runtime?: string;
  Ulimits?: { Name: string; Soft: number; Hard: number }[] | null;
  Devices?: { PathOnHost: string; PathInContainer: string; CgroupPermissions: string }[] | null;
  Tmpfs?: Record<string, string> | null;
  Binds?: string[] | null;
  Mounts?: MountSpec[] | null;
  Dns?: string[] | null;
  DnsOptions?: string[] | null;
  ExtraHosts?: string[] | null;
  Sysctls?: Record<string, string> | null;
  PortBindings?: Record<string, { HostIp: string; HostPort: string }[]> | null;
  LogConfig?: { Type: string; Config?: Record<string, string> | null };
  MaskedPaths?: string[] | null;
  ReadonlyPaths?: string[] | null;
  Init?: boolean | null;
}

export interface MountSpec extends EngineObject {
  Type: 'bind' | 'volume' | 'tmpfs';
  Source?: string;
  Target: string;
  ReadOnly?: boolean;
}

export interface EndpointSpec extends EngineObject {
  Aliases?: string[];
  IPAMConfig?: { IPv4Address?: string } | null;
}
