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
}

export interface DownOptions extends FolderOptions {
  /** Also delete the volumes, that is all that OpenClaw has stored. */
  volumes: boolean;
  yes: boolean;
}

export type StatusOptions = FolderOptions;

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
