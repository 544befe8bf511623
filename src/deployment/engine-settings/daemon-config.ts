import { plainOf, type LocatedMap, type LocatedNode } from '../../documents/located.ts';
import { parseLocatedJson5 } from '../../documents/located-json5.ts';
import type { SourceText } from '../../documents/source-text.ts';
import type { SourcePosition } from '../../errors/app-error.ts';
import type { EngineSettings, SettingPlace } from '../deployment.ts';

/** daemon.json as the engine reads it at its start. */
export interface DaemonConfig {
  source: SourceText;
  /** Undefined when the engine would refuse it. */
  engine?: EngineSettings;
  problems: { message: string; position: SourcePosition }[];
}

/**
 * Reads a daemon.json. Never throws.
 * @param file absolute path
 */
export function readDaemonConfig(text: string, file: string): DaemonConfig {
  const { source, root, problems } = parseLocatedJson5(text, file);
  if (problems.length > 0 || root === null) return { source, problems };
  if (root.kind !== 'map')
    return { source, problems: [problem(source, 'daemon.json holds no object of settings')] };
  if (!isStrictJson(text))
    return {
      source,
      problems: [problem(source, 'this is no JSON: the engine allows neither comments nor trailing commas')],
    };
  const settings = plainOf(root) as Record<string, unknown>;
  const engine: EngineSettings = {
    source: file,
    settings,
    places: placesOf(text, root),
    firstMember: root.origin.range.start + 1,
    usernsRemap: typeof settings['userns-remap'] === 'string' && settings['userns-remap'] !== '',
    insecureRegistries: textsOf(settings['insecure-registries']),
    liveRestore: settings['live-restore'] === true,
  };
  if (typeof settings['seccomp-profile'] === 'string') engine.seccomp = settings['seccomp-profile'];
  return { source, engine, problems: [] };
}

function problem(source: SourceText, message: string): DaemonConfig['problems'][number] {
  return { message, position: source.positionAt(0) };
}

function isStrictJson(text: string): boolean {
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''));
    return true;
  } catch {
    return false;
  }
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Top-level members, and items of those that are lists. */
function placesOf(text: string, root: LocatedMap): Map<string, SettingPlace> {
  const places = new Map<string, SettingPlace>();
  for (const [name, node] of root.entries) {
    places.set(name, placeOf(text, node));
    if (node.kind !== 'list') continue;
    node.items.forEach((item, index) => places.set(`${name}.${index}`, placeOf(text, item)));
  }
  return places;
}

function placeOf(text: string, { origin }: LocatedNode): SettingPlace {
  const start = origin.key?.start ?? origin.range.start;
  const behind = /\s*,/y;
  behind.lastIndex = origin.range.end;
  if (behind.test(text)) return { value: origin.range, whole: { start, end: behind.lastIndex } };
  // The last one takes the comma in front of it along.
  let before = start;
  while (/\s/.test(text[before - 1] ?? '')) before -= 1;
  const from = text[before - 1] === ',' ? before - 1 : start;
  return { value: origin.range, whole: { start: from, end: origin.range.end } };
}
