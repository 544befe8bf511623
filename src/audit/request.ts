import type { Exec } from '../ports/exec.ts';
import type { AuditProblem } from './audit-report.ts';
import type { FileKind } from './recognise.ts';
import type { SourceReader } from './source-reader.ts';

/** One deployment that is to be read. Paths are absolute. */
export interface TargetRequest {
  /** As the user named it, or as it was found. */
  name: string;
  kind: FileKind;
  /** Compose files in order, or the one file. */
  files: string[];
  /** Folder of the deployment. */
  folder: string;
  /** Standard compose file of the folder, which `files` may only add to: it is put in front when they do not stand alone. */
  base?: string;
  /** True when it is not worth a report of its own where a deployment of the same folder has read it. */
  isPart?: boolean;
}

/** What was to be looked at and is not there, or is nothing that can be audited. */
export interface NoTarget {
  name: string;
  problem: AuditProblem;
}

/** What the user says about how deployments are started. Paths are absolute. */
export interface AuditChoices {
  cwd: string;
  homeDir: string;
  /** Environment of whoever starts the deployment. */
  environment: Readonly<Record<string, string>>;
  /** `-f`, in order. */
  composeFiles: readonly string[];
  projectDirectory?: string;
  projectName?: string;
  envFiles?: readonly string[];
  /** Empty = services of all profiles. */
  profiles: readonly string[];
  /** Service that is the OpenClaw gateway, whatever it looks like. */
  service?: string;
  /** daemon.json of the engine that the deployments run on. */
  daemon?: string;
  recursive: boolean;
}

/** What deployments are read with. */
export interface ReadTools {
  reader: SourceReader;
  choices: AuditChoices;
  /** Asks Git which files it tracks; without it nobody is asked. */
  exec?: Pick<Exec, 'run'>;
}
