import { basename, dirname, join, resolve } from 'node:path';
import { parseDotenv } from '../documents/dotenv.ts';
import { isAppError } from '../errors/app-error.ts';
import type { FileStat } from '../ports/files.ts';
import { CONFIG_FOLDERS } from './gateway-config.ts';
import {
  COMPOSE_NAMES,
  CONFIG_NAMES,
  type FileKind,
  isComposeName,
  isDockerfileName,
  kindByContent,
  kindByName,
  OVERRIDE_NAMES,
} from './recognise.ts';
import type { AuditChoices, NoTarget, TargetRequest } from './request.ts';
import { shownPath } from './shown-path.ts';
import type { SourceReader } from './source-reader.ts';

type Found = TargetRequest | NoTarget;

const POLICY_NAME = 'clawproof.yaml';
/** Nothing that anybody deploys from here. */
const SKIPPED_FOLDERS = new Set(['.git', 'node_modules', '.clawproof']);
const MAX_DEPTH = 32;

/**
 * What there is to audit, one after the other, as the user named it. Each name is a deployment of its own; without any it
 * is the current folder, or ./openclaw when only that holds a clawproof.yaml.
 */
export async function* findTargets(
  reader: SourceReader,
  names: readonly string[],
  choices: AuditChoices,
): AsyncGenerator<Found> {
  if (names.length === 0) {
    yield* defaultTargets(reader, choices);
    return;
  }
  for (const name of names) {
    const path = resolve(choices.cwd, name);
    yield* guarded(name, () => targetsAt(reader, name, path, choices));
  }
}

/** What cannot be looked at is said, and the others are looked at. */
async function* guarded(name: string, find: () => AsyncGenerator<Found>): AsyncGenerator<Found> {
  try {
    yield* find();
  } catch (error) {
    if (!isAppError(error)) throw error;
    yield { name, problem: { id: error.id, message: error.entry.message } };
  }
}

async function* defaultTargets(reader: SourceReader, choices: AuditChoices): AsyncGenerator<Found> {
  const { cwd, composeFiles } = choices;
  const [first] = composeFiles;
  if (first !== undefined) {
    const folder = choices.projectDirectory ?? dirname(first);
    yield { name: shownPath(first, cwd), kind: 'compose', files: [...composeFiles], folder };
    return;
  }
  const own = join(cwd, 'openclaw');
  let isEmpty = true;
  for await (const found of guarded('.', () => targetsAt(reader, '.', cwd, choices))) {
    if (!('problem' in found)) isEmpty = false;
    else if (isEmpty && (await reader.stat(join(own, POLICY_NAME))) !== null) break;
    yield found;
  }
  if (isEmpty && (await reader.stat(join(own, POLICY_NAME))) !== null)
    yield* guarded('openclaw', () => targetsAt(reader, 'openclaw', own, choices));
}

async function* targetsAt(
  reader: SourceReader,
  name: string,
  path: string,
  choices: AuditChoices,
): AsyncGenerator<Found> {
  const found = await statThroughLinks(reader, path);
  if (found === null) {
    yield { name, problem: { id: 'target-missing', message: `${name} does not exist.` } };
  } else if (found.kind !== 'directory') {
    yield await fileTarget(reader, name, path, choices);
  } else if (choices.recursive) {
    let isEmpty = true;
    for await (const target of walk(reader, path, choices, 0)) {
      isEmpty = false;
      yield target;
    }
    if (isEmpty) yield nothingIn(name, 'or below it');
  } else {
    const targets = await folderTargets(reader, name, path, choices);
    if (targets.length > 0) yield* targets;
    else yield nothingIn(name, 'itself (-r looks below it, too)');
  }
}

/** Most targets are no links, and resolving a path asks for each folder on the way. */
async function statThroughLinks(reader: SourceReader, path: string): Promise<FileStat | null> {
  const found = await reader.stat(path);
  if (found?.kind !== 'symlink') return found;
  const real = await reader.realPath(path);
  return real === null ? null : reader.stat(real);
}

function nothingIn(name: string, where: string): NoTarget {
  const message = `${name} holds no compose file, Dockerfile or openclaw.json in the folder ${where}.`;
  return { name, problem: { id: 'nothing-to-audit', message } };
}

async function fileTarget(
  reader: SourceReader,
  name: string,
  path: string,
  { composeFiles, projectDirectory }: AuditChoices,
): Promise<Found> {
  const folder = dirname(path);
  if (basename(path) === POLICY_NAME) {
    const compose = join(folder, 'compose.yaml');
    return { name, kind: 'compose', files: [compose, ...composeFiles], folder };
  }
  const kind = kindByName(path) ?? (await kindOfText(reader, path));
  if (kind === undefined) {
    const message = `${name} is no compose file, Dockerfile, openclaw.json, daemon.json or file of variables, as far as its name and its text tell.`;
    return { name, problem: { id: 'file-not-recognised', message } };
  }
  const isProject = kind === 'compose';
  return {
    name,
    kind,
    files: isProject ? [path, ...composeFiles] : [path],
    folder: isProject ? (projectDirectory ?? folder) : folder,
  };
}

async function kindOfText(reader: SourceReader, path: string): Promise<FileKind | undefined> {
  return kindByContent((await reader.text(path)) ?? '');
}

async function folderTargets(
  reader: SourceReader,
  name: string,
  folder: string,
  choices: AuditChoices,
): Promise<TargetRequest[]> {
  const names = await reader.list(folder);
  const files = (await filesOfVariables(reader, folder, names, choices)) ?? standardFiles(folder, names);
  const targets: TargetRequest[] = [];
  if (files.length > 0)
    targets.push({ name, kind: 'compose', files: [...files, ...choices.composeFiles], folder });
  targets.push(...parts(folder, names, choices.cwd));
  if (targets.some((target) => target.kind !== 'dockerfile')) return targets;
  for (const below of CONFIG_FOLDERS.slice(1)) {
    const inside = await reader.list(join(folder, below));
    const config = CONFIG_NAMES.find((candidate) => inside.includes(candidate));
    if (config !== undefined) targets.push(part('openclaw-config', join(folder, below, config), choices.cwd));
  }
  return targets;
}

/** Dockerfiles and an openclaw.json that stand beside a compose file are mostly parts of its deployment. */
function parts(folder: string, names: readonly string[], cwd: string): TargetRequest[] {
  return names.flatMap((name) => {
    if (CONFIG_NAMES.includes(name)) return [part('openclaw-config', join(folder, name), cwd)];
    return isDockerfileName(name) ? [part('dockerfile', join(folder, name), cwd)] : [];
  });
}

function part(kind: FileKind, path: string, cwd: string): TargetRequest {
  return { name: shownPath(path, cwd), kind, files: [path], folder: dirname(path), isPart: true };
}

function standardFiles(folder: string, names: readonly string[]): string[] {
  const compose = COMPOSE_NAMES.find((name) => names.includes(name));
  const override = OVERRIDE_NAMES.find((name) => names.includes(name));
  if (compose === undefined) return [];
  return [compose, ...(override === undefined ? [] : [override])].map((name) => join(folder, name));
}

/** COMPOSE_FILE, in the environment for the current folder, or in the folder's .env. */
async function filesOfVariables(
  reader: SourceReader,
  folder: string,
  names: readonly string[],
  { cwd, environment }: AuditChoices,
): Promise<string[] | undefined> {
  const own = folder === cwd ? environment : {};
  const text = names.includes('.env') ? await reader.text(join(folder, '.env')).catch(() => null) : null;
  const isNamed = own['COMPOSE_FILE'] !== undefined || text?.includes('COMPOSE_FILE') === true;
  if (!isNamed) return undefined;
  const { variables } = parseDotenv(text ?? '', join(folder, '.env'), (name) => own[name]);
  const lookup = (name: string): string | undefined =>
    own[name] ?? variables.findLast((variable) => variable.name === name)?.value;
  const value = lookup('COMPOSE_FILE');
  if (value === undefined || value === '') return undefined;
  const separator = lookup('COMPOSE_PATH_SEPARATOR') || ':';
  return value
    .split(separator)
    .filter(Boolean)
    .map((file) => resolve(folder, file));
}

/** Every deployment below a folder; links are not followed. */
async function* walk(
  reader: SourceReader,
  folder: string,
  choices: AuditChoices,
  depth: number,
): AsyncGenerator<Found> {
  const shown = shownPath(folder, choices.cwd);
  const names = await reader.list(folder);
  const standard = standardFiles(folder, names);
  if (standard.length > 0) yield { name: shown, kind: 'compose', files: standard, folder };
  for (const name of names) {
    const path = join(folder, name);
    if (!standard.includes(path) && !OVERRIDE_NAMES.includes(name) && (await isCompose(reader, path))) {
      const [base] = standard;
      const target: TargetRequest = {
        name: shownPath(path, choices.cwd),
        kind: 'compose',
        files: [path],
        folder,
      };
      yield base === undefined ? target : { ...target, base };
    }
  }
  yield* parts(folder, names, choices.cwd);
  if (depth >= MAX_DEPTH) return;
  for (const name of names) {
    const path = join(folder, name);
    if (SKIPPED_FOLDERS.has(name) || (await reader.stat(path))?.kind !== 'directory') continue;
    yield* guarded(shownPath(path, choices.cwd), () => walk(reader, path, choices, depth + 1));
  }
}

/** Named like one, or YAML with services that speaks of OpenClaw. */
async function isCompose(reader: SourceReader, path: string): Promise<boolean> {
  const name = basename(path);
  if (!/\.ya?ml$/i.test(name) || name === POLICY_NAME) return false;
  if (isComposeName(name)) return true;
  const text = await reader.text(path).catch(() => null);
  return text !== null && /^services\s*:/m.test(text) && /openclaw|clawdbot|moltbot/i.test(text);
}
