import { posix } from 'node:path';
import { createContainerReader } from '../../audit/live/container-files.ts';
import { maskSecrets } from '../../documents/mask-secrets.ts';
import { isAppError } from '../../errors/app-error.ts';
import { looksLikeSecret } from '../../measures/secret-patterns.ts';
import type { ContainerSpec } from '../container-spec.ts';
import { editedText } from '../edited-text.ts';
import type { LabContext } from '../lab/lab-engine.ts';
import type { MountSource, TextEdit, TwinSpec } from '../proof-target.ts';
import { readMountSource } from '../target/mount-source.ts';
import { OWN_SCRIPT, OWN_SCRIPT_TEXT } from './own-script.ts';
import { scriptNames, scriptsFolderOf } from './scripts-folder.ts';
import { type SourceKind, sourceMounts, type SourceMount } from './twin-mounts.ts';

/** Texts that are mounted in the target's containers, by role and then by path in the container. */
export interface MountedTexts {
  kinds: Map<string, Map<string, SourceKind>>;
  texts: Map<string, Map<string, string>>;
}

/** Names of files that hold nothing but secrets: they are never read. */
const SECRET_FILE =
  /(?:^|\/)(?:run\/secrets\/|\.env|\.ssh\/|\.npmrc$|\.netrc$|\.kube\/|auth-profiles)|(?:token|secret|passw|credential|\.pem$|\.key$|_key$|id_(?:rsa|ecdsa|ed25519)$|kubeconfig)/i;
/** Programs that are configured by a folder name their files so. */
const CONFIG_FILES = [
  'Caddyfile',
  'nginx.conf',
  'default.conf',
  'squid.conf',
  'traefik.yml',
  'traefik.yaml',
  'haproxy.cfg',
  'envoy.yaml',
];

/** Reads what the containers of the twin need of the target's mounts. Nothing runs in the target. */
export async function readMounts(spec: TwinSpec, context: LabContext): Promise<MountedTexts> {
  const scripts = scriptsFolderOf(spec);
  const containers: Source[] = [
    {
      role: 'gateway',
      container: spec.target.container.id,
      spec: spec.gateway,
      ...(spec.mountSources === undefined ? {} : { sources: spec.mountSources }),
      ...(scripts === undefined ? {} : { scripts: { folder: scripts, names: scriptNames(spec.config) } }),
    },
    ...spec.sidecars,
  ];
  const result: MountedTexts = { kinds: new Map(), texts: new Map() };
  await Promise.all(
    containers.map(async (source) => {
      const { kinds, texts } = await readOne(source, context);
      result.kinds.set(source.role, kinds);
      result.texts.set(source.role, texts);
    }),
  );
  if (scripts !== undefined)
    result.texts.get('gateway')?.set(posix.join(scripts, OWN_SCRIPT), OWN_SCRIPT_TEXT);
  return result;
}

interface Source {
  role: string;
  container: string;
  spec: ContainerSpec;
  sources?: ReadonlyMap<string, MountSource>;
  edits?: readonly TextEdit[];
  /** Folder from which the agent may run scripts, and their names. */
  scripts?: { folder: string; names: readonly string[] };
}

function scriptPaths(scripts: Source['scripts'], target: string): string[] {
  return scripts?.folder === target ? scripts.names.map((name) => posix.join(target, name)) : [];
}

async function readOne(
  { role, container, spec, sources, edits = [], scripts }: Source,
  { ports, engine }: LabContext,
): Promise<{ kinds: Map<string, SourceKind>; texts: Map<string, string> }> {
  const reader = createContainerReader(ports, engine.program, container);
  const kinds = new Map<string, SourceKind>();
  const texts = new Map<string, string>();
  for (const mount of sourceMounts(spec).filter(({ kind }) => kind === 'bind')) {
    const source =
      sources?.get(mount.target) ?? (await readMountSource(engine.connection, container, mount.target));
    const kind = kindOf(mount, source);
    kinds.set(mount.target, kind);
    for (const path of [...textPaths(role, kind, mount.target), ...scriptPaths(scripts, mount.target)]) {
      const text = await reader.text(path).catch(unlessExpected);
      if (text !== null && !(role === 'gateway' && showsSecret(text)))
        texts.set(path, editedText(text, path, edits));
    }
  }
  return { kinds, texts };
}

function textPaths(role: string, kind: SourceKind, target: string): string[] {
  const inFolder = kind === 'folder' && role !== 'gateway' ? CONFIG_FILES : [];
  const paths = kind === 'file' ? [target] : inFolder.map((name) => posix.join(target, name));
  return paths.filter((path) => !SECRET_FILE.test(path));
}

/** The agent of the twin is told by a hostile model to read all that it finds, and what it says is evidence. */
function showsSecret(text: string): boolean {
  return looksLikeSecret(text) || text.split('\n').some((line) => maskSecrets(line) !== line);
}

/** What is no text, or too long for one, stays out of the twin. */
function unlessExpected(error: unknown): null {
  if (!isAppError(error)) throw error;
  return null;
}

/** Of what could not be looked at, the name tells: files have an ending or stand among secrets. */
function kindOf({ source, target }: SourceMount, found: MountSource | undefined): SourceKind {
  if (found !== undefined) return found.kind === 'directory' ? 'folder' : found.kind;
  if (source.endsWith('.sock')) return 'other';
  return /^\/run\/secrets\/|\/[^./]+\.[a-z0-9]{1,5}$/i.test(target) ? 'file' : 'folder';
}
