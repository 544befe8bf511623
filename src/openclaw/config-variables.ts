import type { LocatedMap, LocatedNode, LocatedScalar } from '../documents/located.ts';
import { unknownVariable } from '../documents/unknown-variable.ts';

type Environment = Readonly<Record<string, string>>;

/** `$${NAME}` stands for itself, `${NAME}` for a variable; other spellings, lower case among them, are plain text. */
const reference = /(\$)?\$\{([A-Z_][A-Z0-9_]*)\}/g;

export interface Substituted {
  root: LocatedMap;
  /** Texts with a variable that is set nowhere. */
  unset: { name: string; node: LocatedScalar }[];
}

/**
 * Puts the values of variables into all texts, as OpenClaw does after merging. A variable that is set nowhere becomes a
 * mark of `unknown-variable.ts`: the image or a .env file in the state folder may set it. One that is known to be empty
 * stays as written, which is what OpenClaw does with it.
 */
export function substituteVariables(root: LocatedMap, environment: Environment): Substituted {
  const values = { ...ownVariables(root), ...withoutEmpty(environment) };
  const isEmpty = new Set(Object.keys(environment).filter((name) => !Object.hasOwn(values, name)));
  const unset: Substituted['unset'] = [];

  function substitute(node: LocatedNode): LocatedNode {
    if (node.kind === 'list') return { ...node, items: node.items.map(substitute) };
    if (node.kind === 'map') {
      const entries = [...node.entries].map(([key, entry]): [string, LocatedNode] => [key, substitute(entry)]);
      return { ...node, entries: new Map(entries) };
    }
    if (typeof node.value !== 'string' || !node.value.includes('${')) return node;
    const value = node.value.replaceAll(reference, (written: string, escape: string | undefined, name: string) => {
      if (escape !== undefined) return written.slice(1);
      const known = Object.hasOwn(values, name) ? values[name] : undefined;
      if (known !== undefined) return known;
      if (isEmpty.has(name)) return written;
      unset.push({ name, node });
      return unknownVariable(name);
    });
    return { ...node, value };
  }

  return { root: substitute(root) as LocatedMap, unset };
}

/** Names of the variables that a text refers to. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(reference)].flatMap((match) => (match[1] === undefined ? [match[2] ?? ''] : []));
}

/** Variables that the document sets itself, for those that the environment does not. */
function ownVariables(root: LocatedMap): Record<string, string> {
  const env = root.entries.get('env');
  const vars = env?.kind === 'map' ? env.entries.get('vars') : undefined;
  const values = [env, vars].flatMap((map) =>
    map?.kind === 'map'
      ? [...map.entries].flatMap(([name, node]): [string, string][] =>
          node.kind === 'scalar' && typeof node.value === 'string' && variablesIn(node.value).length === 0
            ? [[name, node.value]]
            : [],
        )
      : [],
  );
  return withoutEmpty(Object.fromEntries(values));
}

function withoutEmpty(values: Environment): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}
