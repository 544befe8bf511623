import type { AdvisoriesOptions, SbomOptions } from './advisories-options.ts';
import type { ExposeOptions } from './expose-options.ts';
import type { CommandModule } from './context.ts';
import type {
  AuditOptions,
  BackupOptions,
  ConfigOptions,
  DashboardOptions,
  DiagnoseOptions,
  DownOptions,
  EngineOptions,
  ExecOptions,
  ExplainOptions,
  FirewallOptions,
  FixOptions,
  HostOptions,
  LogsOptions,
  OpenclawOptions,
  PersonalizeOptions,
  ProveOptions,
  RecoverOptions,
  RestoreOptions,
  RollbackOptions,
  SecretsOptions,
  SkillsDetonateOptions,
  SkillsOptions,
  StatusOptions,
  TokenOptions,
  TuneOptions,
  UpOptions,
  UpdateOptions,
  VerifyOptions,
} from './options.ts';

/** Options of each command by its name. */
export interface CommandOptions {
  up: UpOptions;
  down: DownOptions;
  audit: AuditOptions;
  firewall: FirewallOptions;
  fix: FixOptions;
  host: HostOptions;
  exec: ExecOptions;
  explain: ExplainOptions;
  prove: ProveOptions;
  verify: VerifyOptions;
  status: StatusOptions;
  logs: LogsOptions;
  dashboard: DashboardOptions;
  diagnose: DiagnoseOptions;
  openclaw: OpenclawOptions;
  engine: EngineOptions;
  config: ConfigOptions;
  recover: RecoverOptions;
  backup: BackupOptions;
  restore: RestoreOptions;
  expose: ExposeOptions;
  skills: SkillsOptions;
  tune: TuneOptions;
  skillsDetonate: SkillsDetonateOptions;
  personalize: PersonalizeOptions;
  secrets: SecretsOptions;
  token: TokenOptions;
  update: UpdateOptions;
  rollback: RollbackOptions;
  advisories: AdvisoriesOptions;
  sbom: SbomOptions;
}

export type CommandLoaders = {
  [Name in keyof CommandOptions]: () => Promise<CommandModule<CommandOptions[Name]>>;
};

/** Where each command is. A module is loaded only when its command runs, so that help and version stay quick. */
export const commandLoaders: CommandLoaders = {
  up: () => import('./up.ts'),
  down: () => import('./down.ts'),
  audit: () => import('./audit.ts'),
  firewall: () => import('./firewall.ts'),
  fix: () => import('./fix.ts'),
  host: () => import('./host.ts'),
  exec: () => import('./exec.ts'),
  explain: () => import('./explain.ts'),
  prove: () => import('./prove.ts'),
  verify: () => import('./verify.ts'),
  status: () => import('./status.ts'),
  logs: () => import('./logs.ts'),
  dashboard: () => import('./dashboard.ts'),
  diagnose: () => import('./diagnose.ts'),
  openclaw: () => import('./openclaw.ts'),
  engine: () => import('./engine.ts'),
  config: () => import('./config.ts'),
  recover: () => import('./recover.ts'),
  backup: () => import('./backup.ts'),
  restore: () => import('./restore.ts'),
  expose: () => import('./expose.ts'),
  skills: () => import('./skills.ts'),
  tune: () => import('./tune.ts'),
  skillsDetonate: () => import('./skills-detonate.ts'),
  personalize: () => import('./personalize.ts'),
  secrets: () => import('./secrets.ts'),
  token: () => import('./token.ts'),
  update: () => import('./update.ts'),
  rollback: () => import('./rollback.ts'),
  advisories: () => import('./advisories.ts'),
  sbom: () => import('./sbom.ts'),
};
