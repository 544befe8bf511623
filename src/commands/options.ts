import type { Severity } from '../measures/measure.ts';
import type { Ring } from '../prove/probe.ts';
import type { AuditFormat } from '../report/audit/create-report-writer.ts';
import type { ProofFormat } from '../report/proof/proof-formats.ts';

/** The options of each command as its `run` gets them: parsed, checked, with every default filled in. */

export interface FolderOptions {
  /** Absolute path of the deployment folder. For every command but `up` it holds a clawproof.yaml. */
  folder: string;
}

export interface UpOptions extends FolderOptions {
  /** Show what would change, change nothing. */
  dryRun: boolean;
  /** Never ask; take the answer that goes on. */
  yes: boolean;
  /** Attack a twin of it in the end. */
  prove: boolean;
}

export interface DownOptions extends FolderOptions {
  /** Also delete the volumes, that is all that OpenClaw has stored. */
  volumes: boolean;
  yes: boolean;
}

export type StatusOptions = FolderOptions;

export type RecoverOptions = FolderOptions;

export interface LogsOptions extends FolderOptions {
  follow: boolean;
  /** Lines to show per service. */
  tail: number | 'all';
  /** Services to show; empty = all of them. */
  services: string[];
}

export interface DashboardOptions extends FolderOptions {
  /** Open the address in the browser as well as print it. */
  open: boolean;
}

export interface OpenclawOptions extends FolderOptions {
  /** Arguments for OpenClaw's own command line, untouched. */
  args: string[];
}

export type EngineOptions =
  | { action: 'status' }
  | {
      action: 'install';
      /** Print the commands, run none. */
      dryRun: boolean;
      yes: boolean;
    };

export type ConfigOptions = { action: 'schema' } | ({ action: 'validate' } & FolderOptions);

/** Which deployment is meant, and how it is started; paths as the user gave them. */
export interface DeploymentChoices {
  /** Folder that all other paths start from, instead of the current one. */
  folder?: string;
  /** Empty = the folder itself. */
  targets: string[];
  /** Compose files that are merged into the target; without a target they are it. */
  files: string[];
  envFiles: string[];
  profiles: string[];
  projectName?: string;
  projectDirectory?: string;
  /** Service that is the OpenClaw gateway. */
  service?: string;
  /** daemon.json of the engine. */
  daemon?: string;
}

export interface AuditOptions extends DeploymentChoices {
  recursive: boolean;
  /** Container or Compose project to look at through the engine. */
  live?: string;
  format: AuditFormat;
  /** File for the report, instead of stdout. */
  output?: string;
  /** Least severity of findings that make the exit code 1. */
  failOn: Severity;
  /** False = what is suppressed counts, too. */
  ignores: boolean;
  baseline?: string;
  writeBaseline?: string;
  verbose: boolean;
}

export interface FixOptions extends DeploymentChoices {
  write: boolean;
  unsafe: boolean;
  /** Ids of measures; empty = all of them. */
  only: string[];
  /** Ask the registries for the digests of image tags. */
  pin: boolean;
  verify: boolean;
  /** Id of the run to undo, or "last". */
  undo?: string;
}

export interface ExplainOptions {
  /** Id of a measure; absent = list all of them. */
  measure?: string;
}

export interface ProveOptions {
  /** Folder that all other paths start from, instead of the current one. */
  folder?: string;
  /** Folder of a deployment, or name of a Compose project. */
  target?: string;
  /** Name of a container. */
  container?: string;
  rings: Ring[];
  controls: boolean;
  format: ProofFormat;
  /** File for the result, instead of stdout. */
  output?: string;
  /** File for the evidence. */
  evidence?: string;
  /** SSH key to sign with; true = the one that SSH would use. */
  sign?: string | true;
  verbose: boolean;
}

export interface VerifyOptions {
  folder?: string;
  evidence: string;
  signature?: string;
  signers?: string;
}
