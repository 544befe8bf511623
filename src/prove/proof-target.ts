import type { Deployment, Service } from '../deployment/deployment.ts';
import type { ContainerSpec } from './container-spec.ts';

/** The deployment that is proved, as it was seen before anything was tried. Nothing here changes it. */
export interface ProofTarget {
  /** As the user named it, or the Compose project. */
  name: string;
  /** Name and id of the gateway's container. */
  container: { name: string; id: string };
  /** What runs, from the engine; `declared` in it is what its files say, where they can be read. */
  deployment: Deployment;
  /** The gateway in it. */
  gateway: Service;
  image: { reference: string; id: string; digest?: string; hasNode: boolean };
  /** Settings of the gateway that runs: openclaw.json, parsed. Undefined when it could not be read. */
  config?: Record<string, unknown>;
  /** Path of openclaw.json in the container. */
  configPath?: string;
  engine: ProofEngine;
}

/** What decides on this host how an attack ends. */
export interface ProofEngine {
  version: string;
  kernel: string;
  os: string;
  /** x64 or arm64, of the engine's host. */
  arch: 'x64' | 'arm64' | 'other';
  cgroup: 1 | 2;
  isRootless: boolean;
  usernsRemap: boolean;
  /** e.g. "name=seccomp,profile=default". */
  securityOptions: readonly string[];
  /** True when clawproof runs on the engine's own host. */
  isLocal: boolean;
}

/** A deployment like the target's that nobody depends on. Made of the target, weakened for controls, never started here. */
export interface TwinSpec {
  target: ProofTarget;
  gateway: ContainerSpec;
  /** Containers of the deployment that the gateway's traffic passes. */
  sidecars: readonly TwinSidecar[];
  /** Networks of these containers, as the engine describes them. */
  networks: readonly TwinNetwork[];
  /** openclaw.json of the twin; secrets in it are replaced. */
  config?: Record<string, unknown>;
  /** What is mounted in the target's gateway, by the path in the container. What could not be looked at is missing. */
  mountSources?: ReadonlyMap<string, MountSource>;
}

/** What is mounted at a path of a container, as the container sees it. */
export interface MountSource {
  /** other = socket, device, pipe. */
  kind: 'file' | 'directory' | 'other';
  uid: number;
  gid: number;
  mode: number;
  /** Bytes of a file; 0 for anything else. */
  size: number;
}

export interface TwinSidecar {
  role: 'egress' | 'ingress';
  spec: ContainerSpec;
  /** Name or id of the target's own, from which its mounted files are read. */
  container: string;
  /** How its mounted texts differ from the target's; only weakenings have any. */
  edits?: readonly TextEdit[];
}

/** Replaces every match in a mounted text. */
export interface TextEdit {
  /** Path in the container. */
  path: string;
  /** Source of a regular expression with the flags g and m. */
  find: string;
  replace: string;
}

export interface TwinNetwork {
  name: string;
  internal: boolean;
  driver: string;
  options: Record<string, string>;
  subnet?: string;
  hostAddress?: string;
  /** False = the one of the target is joined; true = a weakening made it differ, so it has to be made anew. */
  isChanged: boolean;
  /** Names of containers on it that are none of the deployment's; undefined when nobody looked. */
  neighbours?: readonly string[];
}

/** A twin that is weaker in one point. */
export interface Variant {
  /** Permanent kebab-case name. Where a measure's own `weaken` makes it, the measure's id. */
  id: string;
  /** What is different, as a statement: "The root filesystem can be written". */
  title: string;
  /** Pure. Null when this target cannot be weakened in that point. */
  weaken(spec: TwinSpec): TwinSpec | null;
}
