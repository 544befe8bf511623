import { join, relative } from 'node:path';
import type { BuildContext } from '../../deployment/deployment.ts';
import { createDockerignore, type Dockerignore } from '../../documents/dockerignore.ts';
import { createSourceText, type SourceText } from '../../documents/source-text.ts';
import { secretFileKind } from '../../measures/secret-files.ts';
import type { SourceReader } from '../source-reader.ts';
import { describeFile, ifAllowed } from './describe-file.ts';

const MAX_ENTRIES = 2000;
const MAX_DEPTH = 12;
const MAX_SECRETS = 50;
/** Folders with thousands of files, none of which a person wrote. */
const skippedFolders = new Set([
  'node_modules',
  '.git',
  '.venv',
  'venv',
  '__pycache__',
  '.pnpm-store',
  '.cache',
  'vendor',
]);

/** A folder that is handed to a builder, and by which services. Paths are absolute. */
export interface ContextRequest {
  context: string;
  dockerfile: string;
  services: string[];
}

export interface LookedInto {
  facts: BuildContext;
  /** The ignore file, for findings. */
  source?: SourceText;
}

interface Walk {
  reader: SourceReader;
  context: string;
  ignores: Dockerignore;
  /** Files with secrets that get in, relative to the context. */
  paths: string[];
  entries: number;
  unseen?: string;
}

/** Finds out which files with secrets a build could take in. */
export async function lookIntoContext(
  reader: SourceReader,
  folder: string,
  request: ContextRequest,
): Promise<LookedInto> {
  const found = await ignoreFile(reader, request);
  const shown = (path: string): string => relative(folder, path) || '.';
  const facts: BuildContext = { path: shown(request.context), services: request.services, secretFiles: [] };
  if ((await ifAllowed(reader.realPath(request.context))) === null)
    return { facts: { ...facts, unseen: 'the folder is not there' } };
  if (found) facts.ignoreFile = shown(found.file);
  let ignores: Dockerignore;
  try {
    ignores = createDockerignore(found?.text ?? '');
  } catch {
    return { facts: { ...facts, unseen: `${facts.ignoreFile} has too many patterns` } };
  }
  const walk: Walk = { reader, context: request.context, ignores, paths: [], entries: 0 };
  await walkFolder(walk, '', 0);
  if (!ignores('.git/config', false) && (await kindOf(walk, '.git/config')) === 'file')
    walk.paths.push('.git/config');
  facts.secretFiles = walk.paths.map((path) => shown(join(request.context, path)));
  if (walk.unseen !== undefined) facts.unseen = walk.unseen;
  return { facts, ...(found ? { source: createSourceText(found.text, found.file) } : {}) };
}

/** `<Dockerfile>.dockerignore` beside the Dockerfile wins over `.dockerignore` in the context. */
async function ignoreFile(
  reader: SourceReader,
  { context, dockerfile }: ContextRequest,
): Promise<{ file: string; text: string } | undefined> {
  for (const file of [`${dockerfile}.dockerignore`, join(context, '.dockerignore')]) {
    const text = await ifAllowed(reader.text(file));
    if (typeof text === 'string') return { file, text };
  }
  return undefined;
}

async function walkFolder(walk: Walk, path: string, depth: number): Promise<void> {
  if (depth > MAX_DEPTH) {
    walk.unseen = `folders deeper than ${MAX_DEPTH} were not looked at`;
    return;
  }
  const folders: string[] = [];
  for (const name of (await ifAllowed(walk.reader.list(join(walk.context, path)))) ?? []) {
    if (walk.entries >= MAX_ENTRIES || walk.paths.length >= MAX_SECRETS) {
      walk.unseen = `only the first ${walk.entries} entries of it were looked at`;
      return;
    }
    walk.entries += 1;
    const inner = path === '' ? name : `${path}/${name}`;
    if (await isFolderToEnter(walk, inner, name)) folders.push(inner);
  }
  for (const inner of folders) await walkFolder(walk, inner, depth + 1);
}

/** Notes a file with secrets that gets in; true for a folder of which something may get in. */
async function isFolderToEnter(walk: Walk, path: string, name: string): Promise<boolean> {
  const secretKind = secretFileKind(path);
  const isSecret = secretKind !== undefined && !walk.ignores(path, false);
  if (!isSecret && (!mayBeFolder(name) || skippedFolders.has(name) || walk.ignores(path, true))) return false;
  const kind = await kindOf(walk, path);
  if (isSecret && kind === 'file' && (secretKind !== 'config' || (await holdsSecrets(walk, path))))
    walk.paths.push(path);
  return kind === 'directory';
}

/** A configuration without a secret may be in an image. */
async function holdsSecrets({ reader, context }: Walk, path: string): Promise<boolean> {
  const file = await describeFile(reader, context, path, 'config');
  return file?.secretNames?.length !== 0;
}

async function kindOf({ reader, context }: Walk, path: string): Promise<string | undefined> {
  return (await ifAllowed(reader.stat(join(context, path))))?.kind;
}

/** Sources and pictures are no folders; everything else is asked for. */
function mayBeFolder(name: string): boolean {
  return !/\.(?:[cm]?[jt]sx?|json|md|png|jpe?g|gif|svg|css|html?|ya?ml|toml|lock|txt|map|snap|swift|kt|py|go|rs|sh)$/i.test(
    name,
  );
}
