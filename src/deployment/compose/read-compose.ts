import { interpolate } from '../../documents/interpolate.ts';
import { plainOf } from '../../documents/located.ts';
import { parseLocatedYaml } from '../../documents/located-yaml.ts';
import { composeNotUnderstood } from '../../errors/deployment-errors.ts';
import type { Deployment } from '../deployment.ts';
import { deploymentFromRoot, type ComposeContext } from './read-project.ts';
import { isMap, type YamlMap } from './values.ts';

export { presetOf, type ComposeContext } from './read-project.ts';

/**
 * Reads one compose file alone: as clawproof renders it, or as `docker compose config` prints it. No variable is set;
 * `extends`, `include`, env files and several files are not resolved here.
 * @param file name used in errors
 * @throws AppError `compose-not-understood`
 */
export function deploymentFromCompose(text: string, file: string, context: ComposeContext = {}): Deployment {
  const root = parseRoot(text, file);
  const services = root['services'] ?? {};
  if (!isMap(services)) throw composeNotUnderstood(file, '`services` is not a mapping of names to services.');
  for (const [name, definition] of Object.entries(services))
    if (!isMap(definition)) throw composeNotUnderstood(file, `the service \`${name}\` is not a mapping.`);
  return deploymentFromRoot(root, context);
}

function parseRoot(text: string, file: string): YamlMap {
  const { root, problems } = parseLocatedYaml(text, file);
  const [problem] = problems;
  if (problem) {
    // Without the line itself, which may hold a secret.
    const { line, column } = problem.position;
    throw composeNotUnderstood(file, `line ${line}, column ${column}: ${problem.message}`, {
      file,
      line,
      column,
    });
  }
  const data = root?.kind === 'map' ? markUnknown(plainOf(root)) : undefined;
  if (!isMap(data)) throw composeNotUnderstood(file, 'it is not a mapping with `services`.');
  return data;
}

/** Puts marks of unknown variables into every text, and defaults where there are any. */
function markUnknown(value: unknown): unknown {
  if (typeof value === 'string')
    return value.includes('$') ? interpolate(value, () => undefined, 'mark').text : value;
  if (Array.isArray(value)) return value.map(markUnknown);
  // The data is nobody else's: it is changed in place.
  if (isMap(value)) for (const [key, inner] of Object.entries(value)) setOwn(value, key, markUnknown(inner));
  return value;
}

/** An assignment to `__proto__` would set the prototype. */
function setOwn(map: YamlMap, key: string, value: unknown): void {
  if (key !== '__proto__') map[key] = value;
}
