import type { CommandModule } from './context.ts';
import type {
  AuditOptions,
  ConfigOptions,
  DashboardOptions,
  DownOptions,
  EngineOptions,
  ExplainOptions,
  FixOptions,
  LogsOptions,
  OpenclawOptions,
  ProveOptions,
  RecoverOptions,
  StatusOptions,
  UpOptions,
  VerifyOptions,
} from './options.ts';

/** Options of each command by its name. */
export interface CommandOptions {
  up: UpOptions;
  down: DownOptions;
  audit: AuditOptions;
  fix: FixOptions;
  explain: ExplainOptions;
  prove: ProveOptions;
  verify: VerifyOptions;
  status: StatusOptions;
  logs: LogsOptions;
  dashboard: DashboardOptions;
  openclaw: OpenclawOptions;
  engine: EngineOptions;
  config: ConfigOptions;
  recover: RecoverOptions;
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
  explain: () => import('./explain.ts'),
  prove: () => import('./prove.ts'),
  verify: () => import('./verify.ts'),
  status: () => import('./status.ts'),
  logs: () => import('./logs.ts'),
  dashboard: () => import('./dashboard.ts'),
  openclaw: () => import('./openclaw.ts'),
  engine: () => import('./engine.ts'),
  config: () => import('./config.ts'),
  recover: () => import('./recover.ts'),
};
