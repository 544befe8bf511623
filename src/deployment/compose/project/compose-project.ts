import type { LocatedMap } from '../../../documents/located.ts';
import type { SourceText } from '../../../documents/source-text.ts';
import type { SourcePosition } from '../../../errors/app-error.ts';

/** What a user names when they start Compose. All paths are absolute and normal (no `..`). */
export interface ComposeInput {
  /** Compose files in order: each one overrides those before it. */
  files: readonly string[];
  /** `--project-directory`; the folder of the first file when absent. */
  projectDirectory?: string;
  /** `-p`; undefined = COMPOSE_PROJECT_NAME, `name:`, or the folder's name. */
  projectName?: string;
  /** Environment of whoever starts it. It wins over .env. */
  environment: Readonly<Record<string, string>>;
  /** `--env-file`; `.env` in the project directory when absent, and that one may be missing. */
  envFiles?: readonly string[];
  /** Active profiles; `*` is all of them. Audit looks at all services, so it passes `*`. */
  profiles: readonly string[];
  /**
   * What an unset variable without a default becomes: `mark` = a mark of `unknown-variable.ts`, for an audit;
   * `empty` = nothing, as Compose does it.
   */
  unset: 'mark' | 'empty';
}

/** Text of a file by its absolute path; null = it is not there; undefined = not read yet, ask again with it. */
export type TextLookup = (path: string) => string | null | undefined;

/** The files in `needs` must be read before the project can be loaded further. */
export interface ComposeNeeds {
  needs: string[];
}

export interface ComposeProject {
  name: string;
  /** Absolute path. */
  projectDirectory: string;
  /**
   * The merged and interpolated data: `include`, `extends`, `env_file`, anchors, merge keys, tags and inactive profiles
   * are resolved. Fields keep the syntax in which they were written (a short port stays a text) where no merge needs
   * another one; relative host paths stay as written in files of the project directory, and are made absolute where
   * they come from another folder.
   */
  root: LocatedMap;
  /** Every file that took part, by absolute path, in the order in which they were read. */
  sources: ReadonlyMap<string, SourceText>;
  /** What is wrong. With any of them the project cannot be trusted to be complete, and Compose would mostly refuse it. */
  problems: ComposeProblem[];
  /** Variables that are used, set nowhere, and have no default. */
  unset: UnsetVariable[];
  /**
   * env_file entries with the service that uses them; `isRequired: false` ones may be missing. A required one that is
   * missing is a problem, but not with `unset: 'mark'`: then its content is as unknown as that of an unset variable.
   */
  envFiles: { service: string; path: string; isRequired: boolean; isThere: boolean }[];
}

export interface ComposeProblem {
  /** One sentence. Never a value from an environment or an env file. */
  message: string;
  position: SourcePosition;
}

export interface UnsetVariable {
  name: string;
  position: SourcePosition;
}
