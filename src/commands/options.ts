import type { SandboxPlatform } from '../operate/host/sandbox-platform.ts';
import type { Severity } from '../measures/measure.ts';
import type { FirewallChoice } from '../policy/policy.ts';
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

/** A change of what the agent may run. */
export type ExecChangeOptions = FolderOptions & {
  /** Attack a twin of it before it counts as done. */
  prove: boolean;
} & (
    | { action: 'mode'; mode: 'deny' | 'allowlist' }
    | {
        action: 'mode';
        mode: 'full';
        accept: {
          /** Who accepts it; asked for when absent. */
          by?: string;
          days?: number;
          /** Last day, as the user wrote it. */
          until?: string;
        };
      }
    | {
        action: 'add';
        /** As the user wrote it. */
        file: string;
      }
    | { action: 'remove'; name: string }
  );

export type ExecOptions = ExecChangeOptions | (FolderOptions & { action: 'list' | 'status' });

export interface UpdateOptions extends FolderOptions {
  /** Exact version; absent = the newest one of the line that runs. */
  version?: string;
  /** Only tell whether there is one. */
  check: boolean;
  dryRun: boolean;
  /** Versions before their release, too. */
  beta: boolean;
  /** The same version on the base packages of today. */
  rebuild: boolean;
  /** Delete what was kept for a rollback. */
  prune: boolean;
  yes: boolean;
  /** Attack a twin of it in the end. */
  prove: boolean;
}

export interface RollbackOptions extends FolderOptions {
  yes: boolean;
}

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

export type SecretsOptions = FolderOptions &
  (
    | { action: 'list' }
    | {
        action: 'set';
        name: string;
        /** Dotted path of the setting that gets the reference. */
        setting?: string;
      }
    | {
        action: 'remove';
        name: string;
        /** Also remove the settings that refer to it. */
        withSettings: boolean;
        yes: boolean;
      }
    | {
        action: 'import';
        dryRun: boolean;
        /** Keep the former files, protected. */
        backup: boolean;
        yes: boolean;
      }
    | {
        action: 'scan';
        /** Also search the layers of the images. */
        images: boolean;
        /** Files or folders besides those of the deployment. */
        also: string[];
      }
  );

export interface TokenOptions extends FolderOptions {
  action: 'rotate' | 'show' | 'age';
}

export type EngineOptions =
  | { action: 'status' }
  | {
      action: 'install';
      /** Print the commands, run none. */
      dryRun: boolean;
      yes: boolean;
    };

/** A change of the engine's own settings. */
interface HostChangeOptions {
  /** Take it back. */
  undo: boolean;
  dryRun: boolean;
  yes: boolean;
}

export type HostOptions =
  | { action: 'status' }
  | ({
      action: 'harden';
      /** Also userns-remap, with images and volumes taken along. */
      withUserNamespace: boolean;
      restart: boolean;
    } & HostChangeOptions)
  | ({
      action: 'sandbox';
      /** Install runsc first. */
      install: boolean;
      /** How runsc catches system calls; absent = as it is registered, or its own default. */
      platform?: SandboxPlatform;
    } & HostChangeOptions);

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
  /** Evidence of a proof of what runs. */
  evidence?: string;
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

export interface TuneOptions extends FolderOptions {
  /** Seconds that the user's own use is watched; null = a load is run. */
  watch: number | null;
  /** Length of the load in seconds. */
  seconds: number;
  /** Calls of the load at the same time. */
  parallel: number;
  /** Write the suggestions into clawproof.yaml. */
  write: boolean;
}

export interface DiagnoseOptions {
  /** A deployment of ours, or any container. */
  target: { folder: string } | { container: string };
  /** Milliseconds that logs are read back. */
  sinceMs: number;
}

export type FirewallOptions = FolderOptions &
  (
    | {
        action: 'on' | 'show';
        /** Which back end; absent = as clawproof.yaml says. */
        tool?: FirewallChoice;
        dryRun: boolean;
      }
    | { action: 'off'; dryRun: boolean }
    | { action: 'status' }
  );

export interface PersonalizeOptions extends FolderOptions {
  action: 'show' | 'ask' | 'edit' | 'protect' | 'unprotect';
  /** Names of workspace files: one for edit, none or one for show, none for ask. */
  files: string[];
  /** Id of the agent; the default one when absent. */
  agent?: string;
  /** File with the answers, instead of asking. */
  answers?: string;
  /** Never ask; the diff is shown nevertheless. */
  yes: boolean;
}

/** For whom a backup is encrypted. */
export interface BackupLockOptions {
  recipients: string[];
  /** Absolute path. */
  passphraseFile?: string;
  /** False = nothing is encrypted. */
  encryption: boolean;
}

/** What opens a backup; absolute paths. */
export interface BackupKeyOptions {
  passphraseFile?: string;
  identity?: string;
}

export type BackupOptions = FolderOptions &
  (
    | ({
        action: 'create';
        /** File, or folder for one. */
        output?: string;
        /** Older ones than so many are removed. */
        keep?: number;
      } & BackupLockOptions)
    | { action: 'list' }
    | ({ action: 'verify'; file: string } & BackupKeyOptions)
    | ({
        action: 'schedule';
        every: 'daily' | 'weekly' | 'off';
        keep: number;
        dryRun: boolean;
        output?: string;
      } & BackupLockOptions)
  );

export interface RestoreOptions extends FolderOptions, BackupKeyOptions {
  file: string;
  yes: boolean;
}

export type SkillsOptions =
  | {
      action: 'scan';
      /** Null = outside of a deployment. */
      folder: string | null;
      /** A path, or the name of an installed skill. */
      given: string;
      format: 'text' | 'sarif';
    }
  | (FolderOptions &
      (
        | {
            action: 'install';
            given: string;
            /** Install it although somebody has to look at what was found. */
            acceptReview: boolean;
          }
        | { action: 'remove'; name: string }
        | { action: 'list' | 'verify' }
      ));

export interface SkillsDetonateOptions {
  /** Folder or archive of the skill, as it was written. */
  path: string;
  /** Image to use it in; that of the deployment when absent. */
  image?: string;
  /** Where the deployment is whose image is used. */
  folder?: string;
  /** Seconds to go on watching when all was done. */
  seconds: number;
  /** The whole timeline. */
  verbose: boolean;
}
