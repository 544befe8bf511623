import type { ComposeNeeds, TextLookup } from '../deployment/compose/project/compose-project.ts';
import { parseLocatedJson5 } from '../documents/located-json5.ts';
import type { LocatedMap, LocatedNode } from '../documents/located.ts';
import { createSourceText, type SourceText } from '../documents/source-text.ts';
import type { SourcePosition } from '../errors/app-error.ts';
import { mergeIncludes, type IncludeFile } from './config-includes.ts';
import { substituteVariables, variablesIn } from './config-variables.ts';

/** openclaw.json as OpenClaw reads it. */
export interface ConfigDocument {
  /** Absolute path of the file that was named. */
  file: string;
  /** Includes are merged, variables put in; a text keeps in `source` what was written. */
  root: LocatedMap;
  sources: ReadonlyMap<string, SourceText>;
  /** What is wrong. With any of them the settings are not complete, and OpenClaw mostly refuses them. */
  problems: ConfigProblem[];
  /** Variables that are used and set nowhere. */
  unset: { name: string; position: SourcePosition }[];
}

export interface ConfigProblem {
  /** One sentence, never a value. */
  message: string;
  position: SourcePosition;
}

/** Where the file is for OpenClaw, when that is in a container: paths of includes are meant there. */
export interface ConfigPlace {
  containerPath: string;
  /** Path on this host of a file in the container; undefined when it is not mounted. */
  hostPathOf(containerPath: string): string | undefined;
}

/**
 * Reads openclaw.json with its includes and variables. Pure: texts that it needs and that `lookup` does not know yet are
 * asked for.
 * @param environment of the gateway's process, as far as it is known
 */
export function loadOpenclawConfig(
  file: string,
  lookup: TextLookup,
  environment: Readonly<Record<string, string>>,
  place: ConfigPlace = { containerPath: file, hostPathOf: (path) => path },
): ConfigDocument | ComposeNeeds {
  const needs = new Set<string>();
  const files = new Map<string, IncludeFile>();
  const problems: ConfigProblem[] = [];

  function open(containerPath: string): IncludeFile | 'missing' | 'needed' | 'not-mounted' {
    const path = containerPath === place.containerPath ? file : place.hostPathOf(containerPath);
    if (path === undefined) return 'not-mounted';
    const known = files.get(path);
    if (known) return known;
    const text = lookup(path);
    if (text === undefined) {
      needs.add(path);
      return 'needed';
    }
    if (text === null) return 'missing';
    const parsed = parseLocatedJson5(text, path);
    problems.push(...parsed.problems);
    const opened = { source: parsed.source, root: parsed.root };
    files.set(path, opened);
    return opened;
  }

  const main = open(place.containerPath);
  const root = typeof main === 'string' ? null : main.root;
  const merged = root && mergeIncludes(root, place.containerPath, environment, open);
  if (needs.size > 0) return { needs: [...needs] };
  const source = typeof main === 'string' ? createSourceText('', file) : main.source;
  if (typeof main === 'string') problems.push({ message: 'There is no such file.', position: source.positionAt(0) });
  const positionOf = ({ origin }: LocatedNode): SourcePosition => {
    const owner = [...files.values()].find((candidate) => candidate.source.file === origin.file)?.source ?? source;
    return owner.positionAt(origin.range.start, origin.range.end);
  };
  if (merged && merged.root.kind !== 'map')
    problems.push({ message: 'openclaw.json holds no object.', position: source.positionAt(0) });
  for (const { message, node } of merged?.problems ?? []) problems.push({ message, position: positionOf(node) });
  const whole = merged?.root.kind === 'map' ? merged.root : emptyMap(file);
  const { root: substituted, unset } = substituteVariables(whole, environment);
  return {
    file,
    root: substituted,
    sources: new Map([...files].map(([path, opened]) => [path, opened.source])),
    problems,
    unset: unset.map(({ name, node }) => ({ name, position: positionOf(node) })),
  };
}

/**
 * Settings that are written with a variable, by dotted path, with the variables' names: their values came from elsewhere,
 * and do not stand in the file.
 */
export function variableSettings(document: ConfigDocument): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  const visit = (node: LocatedNode, path: string): void => {
    const below = (key: string): string => (path === '' ? key : `${path}.${key}`);
    if (node.kind === 'map') for (const [key, entry] of node.entries) visit(entry, below(key));
    else if (node.kind === 'list') for (const [index, item] of node.items.entries()) visit(item, below(String(index)));
    else if (typeof node.value === 'string' && node.source !== undefined) {
      const names = variablesIn(node.source);
      if (names.length > 0) found[path] = names;
    }
  };
  visit(document.root, '');
  return found;
}

function emptyMap(file: string): LocatedMap {
  return { kind: 'map', entries: new Map(), origin: { file, range: { start: 0, end: 0 }, path: [] } };
}
