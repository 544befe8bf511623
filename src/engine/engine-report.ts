import type { Missing } from './requirements.ts';

/** local = Docker on this host as root, rootless = as a user, desktop = in Docker Desktop's machine. */
export type EngineKind = 'local' | 'remote' | 'rootless' | 'desktop' | 'podman';

/** A docker program on the PATH. */
export interface DockerProgram {
  path: string;
  /** "20.10.24+dfsg1" */
  version: string;
}

/** The engine that answered. */
export interface EngineFacts {
  version: string;
  apiVersion: string | null;
  operatingSystem: string;
  /** x86_64, aarch64, … */
  architecture: string;
  kernel: string;
  rootDir: string;
  /** Bytes free where the engine keeps its data; null when that is not on this host. */
  rootDirFree: number | null;
  storageDriver: string;
  cgroupVersion: string | null;
  seccomp: boolean;
  apparmor: boolean;
  /** userns-remap is on. */
  userNamespaces: boolean;
  /** Names of OCI runtimes: runc, runsc, … */
  runtimes: string[];
  /** Limits that the engine can enforce. */
  limits: { memory: boolean; cpu: boolean; pids: boolean };
  cpus: number;
  memoryBytes: number;
}

/** The program that builds images with BuildKit. */
export interface Builder {
  /** Path of the docker program to call `build` on. */
  program: string;
  version: string;
  /** built-in = DOCKER_BUILDKIT=1 on an older client, buildx = through the plugin. */
  kind: 'built-in' | 'buildx';
  /** To be set for `docker build`. */
  env: Record<string, string>;
}

/** What there is of Docker on this host. */
export interface EngineReport {
  /** True when deployments can be brought up here: engine and Compose answer. A missing builder does not count. */
  ok: boolean;
  kind: EngineKind;
  /** Where the docker program looks for the engine: "unix:///var/run/docker.sock", "ssh://…". */
  endpoint: string;
  /** The docker program to use: the first on the PATH. */
  docker?: DockerProgram;
  /** All docker programs on the PATH, first one first. */
  programs: DockerProgram[];
  engine?: EngineFacts;
  compose?: { version: string };
  builder?: Builder;
  missing: Missing[];
  /** What differs here from the usual engine, a line each; nothing to mend. */
  notes: string[];
}
