import type { EvidenceKind } from '../measures/measure.ts';
import type { TextRange } from '../documents/text-edit.ts';
import type { ExecMode, PresetName } from '../policy/policy.ts';

/**
 * The model that audit, render, proof and report share: what a deployment is, whichever source it was read from.
 * A field that the source cannot tell is `undefined`; a measure then answers `skipped`, never `pass`. What is absent
 * and has a default in Compose or the engine is filled in by the reader (no `read_only` is `readOnlyRoot: false`); what
 * the image may decide (user, health check) stays undefined until the engine or the Dockerfile tells it.
 */
export interface Deployment {
  evidence: EvidenceKind;
  /** Isolation that the owner chose in clawproof.yaml; undefined for a deployment that clawproof did not render. */
  preset?: PresetName;
  /** Execution of commands that the owner chose in clawproof.yaml. */
  execMode?: ExecMode;
  /** OpenClaw version that the configuration is for, e.g. "2026.9.6". */
  openclawVersion?: string;
  /** Fields that the reader found and could not understand; the model has `undefined` in their place. */
  unread?: UnreadField[];
  services: Service[];
  networks: Network[];
  /** The gateway's openclaw.json as parsed data; undefined when it was not read. */
  openclawConfig?: Record<string, unknown>;
  /** Settings of openclaw.json that are written with variables, by dotted path, with the names of the variables. */
  openclawConfigVariables?: Record<string, string[]>;
  /** Files with secrets and settings beside the compose file, by relative path. */
  files?: DeploymentFile[];
  /** Dockerfiles of services that are built here, and those that were audited by themselves. */
  dockerfiles?: DockerfileFacts[];
  /** Folders on this host that are handed to a builder; undefined when nobody looked into them. */
  buildContexts?: BuildContext[];
  /** daemon.json as parsed data, or what the engine says of itself; undefined when neither was looked at. */
  engine?: EngineSettings;
  /** For effective evidence: what the files declare, to be compared. */
  declared?: Deployment;
}

/**
 * Where a text of a service depends on a variable that is set nowhere, it holds the variable's mark (see
 * `documents/unknown-variable.ts`), and what it means is not known. Only images and mounts, whose other parts tell a lot,
 * show it as `${NAME}`.
 */
export interface Service {
  name: string;
  /**
   * Fields that depend on variables that are set nowhere → the names of these. Such a field is undefined, or has what is
   * known of it: the other entries of a list, a map with marks in its values, a mount without what its source is. So a
   * rule that holds for what is there is not known to hold.
   */
  unknown?: { [Field in keyof Service]?: string[] };
  role: ServiceRole;
  /** What the role was recognised by, in words. */
  roleReason?: string;
  /** `digest` = sha256:… of the registry's manifest, `id` = sha256:… of the local image. */
  image?: { reference: string; digest?: string; id?: string };
  /** True when the service is built from a Dockerfile of the project. */
  isBuilt?: boolean;
  /** Compose profiles; empty = always started. */
  profiles?: string[];
  labels?: Record<string, string>;
  /** Undefined when the image's own is used and not known. */
  command?: string[];
  entrypoint?: string[];
  /** "" = the engine's random name. */
  hostname?: string;
  /** As written: "1000:1000", "node"; undefined when the image decides and is not known. */
  user?: string;
  groupAdd?: string[];
  readOnlyRoot?: boolean;
  privileged?: boolean;
  init?: boolean;
  capDrop?: string[];
  capAdd?: string[];
  securityOptions?: string[];
  mounts?: Mount[];
  /** True when `unknown.mounts` is about what is mounted only, and where is known of every mount. */
  areMountTargetsKnown?: boolean;
  ports?: PublishedPort[];
  /** Names of networks → what is known of the attachment. */
  networks?: Record<string, { address?: string }>;
  /** "" when the service is attached to networks. The modes below are "" when the namespace is the container's own. */
  networkMode?: string;
  pidMode?: string;
  ipcMode?: string;
  utsMode?: string;
  usernsMode?: string;
  devices?: string[];
  /** A missing member is "no limit". */
  limits?: {
    memoryBytes?: number;
    memorySwapBytes?: number;
    cpus?: number;
    pids?: number;
    openFiles?: number;
  };
  logging?: { driver?: string; maxSize?: string; maxFile?: string };
  restart?: string;
  stopGraceSeconds?: number;
  /** Undefined when the image decides and is not known; null when there is none. `test` is empty for the image's own. */
  healthcheck?: {
    test: string[];
    disabled: boolean;
    intervalSeconds?: number;
    timeoutSeconds?: number;
    retries?: number;
  } | null;
  environment?: Record<string, string>;
  /** Names that are handed through from the environment of whoever starts the deployment. */
  environmentFromHost?: string[];
  /** Files of variables that it needs and that are not there, relative to the project directory. */
  missingEnvironmentFiles?: string[];
  /** Variable → env_file that it comes from, relative to the project directory. */
  environmentFiles?: Record<string, string>;
  /** `name=address` pairs, in the form `["host.docker.internal", "host-gateway"]`. */
  extraHosts?: [name: string, address: string][];
  sysctls?: Record<string, string>;
  cgroupParent?: string;
  /** "host" or "private"; "" = the engine's default. */
  cgroupMode?: string;
  dns?: string[];
  /** "" = Compose's default. */
  pullPolicy?: string;
  /** OCI runtime, e.g. "runsc"; "" = the engine's default. */
  runtime?: string;
  platform?: string;
  build?: ServiceBuild;
  hooks?: ServiceHook[];
  watchedPaths?: WatchedPath[];
  /** What the engine says of the running container. */
  state?: { status: string; health?: string; oomKilled: boolean; restartCount: number };
}

/** A command that Compose runs in the container, beside its own process. */
export interface ServiceHook {
  field: 'post_start' | 'pre_stop';
  index: number;
  /** Undefined = the user of the container. */
  user?: string;
  privileged: boolean;
}

/** A file or folder that `docker compose watch` copies into the container. */
export interface WatchedPath {
  source: string;
  hostPaths?: string[];
  index: number;
}

/** How a service is built; paths are relative to the project directory. */
export interface ServiceBuild {
  /** Folder, Git URL or tar URL. */
  context: string;
  /** Undefined = `Dockerfile` in the context. */
  dockerfile?: string;
  isInline?: boolean;
  args?: Record<string, string | undefined>;
  target?: string;
  privileged?: boolean;
  network?: string;
  ssh?: string[];
  secrets?: string[];
  extraHosts?: string[];
  entitlements?: string[];
}

/** A folder that a build may take everything from that its ignore file does not leave out. */
export interface BuildContext {
  /** Relative to the deployment folder; "." for the folder itself. */
  path: string;
  services: string[];
  /** The ignore file that counts, relative to the deployment folder; undefined = there is none. */
  ignoreFile?: string;
  /** Files in it that hold secrets and are not left out, relative to the deployment folder. */
  secretFiles: string[];
  /** Why not all of it was looked at; undefined when all was. */
  unseen?: string;
}

/** Kinds of limits of a container. */
export type EngineLimit = 'memory' | 'cpus' | 'pids';

/** Settings of the engine that decide about every container. */
export interface EngineSettings {
  /** Path of daemon.json, or "docker info". */
  source: string;
  /** daemon.json; undefined for a running engine. */
  settings?: Record<string, unknown>;
  /** Where its members and the items of their lists stand, by dotted path: `hosts`, `hosts.0`. */
  places?: ReadonlyMap<string, SettingPlace>;
  /** Offset behind its opening brace. */
  firstMember?: number;
  /** Registries that the engine reaches without checking their certificate; networks of the engine's own host left out. */
  insecureRegistries?: string[];
  version?: string;
  rootless?: boolean;
  usernsRemap?: boolean;
  seccomp?: string;
  appArmor?: boolean;
  selinux?: boolean;
  cgroupVersion?: number;
  liveRestore?: boolean;
  /** Limits that a running engine takes, shows, and does not enforce; absent = it did not say. */
  unenforced?: EngineLimit[];
}

/** Where a member of a JSON object or an item of a list is written. */
export interface SettingPlace {
  /** The value alone. */
  value: TextRange;
  /** With its key, and with the comma that goes when it is removed. */
  whole: TextRange;
}

/** What a Dockerfile says; made by `deployment/dockerfile/`. */
export interface DockerfileFacts {
  /** Relative to the project directory. */
  path: string;
  /** Service in whose `dockerfile_inline` it stands; ranges are then those of that text. */
  inlineOf?: string;
  /** Line end that it uses. */
  lineEnd: '\n' | '\r\n';
  /** Services that are built from it. */
  services: string[];
  stages: DockerfileStage[];
  instructions: DockerfileInstruction[];
}

export interface DockerfileStage {
  /** As written behind FROM, with build arguments put in where they have a default. */
  image: string;
  name?: string;
  /** True when the base is an earlier stage. */
  isStage: boolean;
  /** Last USER of the stage, or that of the stage it is based on; undefined = the base image decides. */
  user?: string;
  /** True for the stage that becomes the image. */
  isFinal: boolean;
  /** True when an image that is built here is based on it; what only hands files over is not part of any image. */
  isInImage: boolean;
  /** The FROM instruction. */
  range: TextRange;
  /** The image as it is written in it. */
  imageRange: TextRange;
}

export interface DockerfileInstruction {
  /** Upper case: RUN, COPY, ENV … */
  keyword: string;
  /** Text behind the keyword, continuation lines joined, comments within them left out, heredocs added. */
  text: string;
  /** Index of its stage; -1 before the first FROM. */
  stage: number;
  /** From the keyword to the end of the last line. */
  range: TextRange;
  /** Where the lines of `text` come from: offset in `text`, offset in the file; in rising order. */
  pieces: readonly (readonly [text: number, file: number])[];
}

/**
 * gateway = OpenClaw itself, cli = a one-off OpenClaw container for the operator, egress/ingress = clawproof's
 * sidecars, edge = its door for other machines and what gets the certificate for it, neighbour = anything else.
 */
export type ServiceRole = 'gateway' | 'cli' | 'egress' | 'ingress' | 'edge' | 'neighbour';

export interface UnreadField {
  /** Keys from the root of the document to the field. */
  path: (string | number)[];
  reason: string;
  /** Names of unset variables that it depends on. */
  variables?: string[];
}

export interface Mount {
  kind: 'bind' | 'volume' | 'tmpfs';
  /** Path on the host, or name of the volume; undefined for an anonymous volume or a tmpfs. */
  source?: string;
  /**
   * What else the source of a bind mount stands for: without `.` and `..`, and where symbolic links lead. Relative to the
   * project directory for what lies in it, `~` for the home folder, absolute elsewhere. Absent where the source says it all.
   */
  hostPaths?: string[];
  /** Why nobody here can tell what is mounted; undefined when the paths do. */
  unseen?: string;
  target: string;
  /** `secret` or `config` when it was declared as such rather than as a volume. */
  from?: 'secret' | 'config';
  readOnly: boolean;
  /** Field and index of the entry in the compose file. */
  entry?: { field: 'volumes' | 'tmpfs' | 'secrets' | 'configs'; index: number };
  /** tmpfs options such as noexec, nosuid, nodev, size=…; propagation for binds. */
  options?: string[];
}

export interface PublishedPort {
  /** Address on the host; undefined = all of them. */
  hostAddress?: string;
  /** Undefined = the engine picks one. */
  hostPort?: number;
  containerPort: number;
  protocol: 'tcp' | 'udp';
  /** "host" = published on the node itself in a swarm; as written. */
  mode?: string;
  /** Index of the entry in `ports`; several ports come from one entry with a range. */
  entry?: number;
}

export interface Network {
  name: string;
  /** Undefined for an external network that was not looked at. */
  internal?: boolean;
  /** Made outside of this deployment. */
  external?: boolean;
  driver?: string;
  subnets?: string[];
}

export interface DeploymentFile {
  /** Relative to the deployment folder, with forward slashes. */
  path: string;
  /** `file` when absent. */
  kind?: 'file' | 'directory' | 'symlink';
  mode: number;
  uid: number;
  /** Bytes. */
  size?: number;
  /** Never filled in for a file that may hold a secret. */
  text?: string;
  /** True when Git tracks it; undefined when nobody looked. */
  isTracked?: boolean;
  /** What it is, where the name does not tell. */
  use?: 'env' | 'secret' | 'config' | 'state' | 'backup';
  /** For files of variables: names whose values look like secrets. The values are nowhere in the model. */
  secretNames?: string[];
  /** True when `.dockerignore` lets it into a build context. */
  isInBuildContext?: boolean;
}
