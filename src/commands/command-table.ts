import type { CommandModule } from './context.ts';
import type {
  AdvisoriesOptions,
  AuditOptions,
  BackupOptions,
  ConfigOptions,
  DashboardOptions,
  DiagnoseOptions,
  DownOptions,
  EngineOptions,
  ExecOptions,
  ExplainOptions,
  FixOptions,
  LogsOptions,
  OpenclawOptions,
  PersonalizeOptions,
  ProveOptions,
  RecoverOptions,
  RestoreOptions,
  RollbackOptions,
  SecretsOptions,
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
  fix: FixOptions;
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
  tune: TuneOptions;
  personalize: PersonalizeOptions;
  secrets: SecretsOptions;
  token: TokenOptions;
  update: UpdateOptions;
  rollback: RollbackOptions;
  advisories: AdvisoriesOptions;
}

export type CommandLoaders = {
  [Name in keyof CommandOptions]: () => Promise<CommandModule<CommandOptions[Name]>>;
};

/** Where each command is. A module is loaded only when its command runs, so that help and version stay quick. */
export const commandLoaders: CommandLoaders = {
  up: () => import('./up.ts'),
  down: () => import('./down.ts'),
  audit: () => import('./audit.ts'),
  fix: () => import('./fix.ts'),
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
  tune: () => import('./tune.ts'),
  personalize: () => import('./personalize.ts'),
  secrets: () => import('./secrets.ts'),
  token: () => import('./token.ts'),
  update: () => import('./update.ts'),
  rollback: () => import('./rollback.ts'),
  advisories: () => import('./advisories.ts'),
};
