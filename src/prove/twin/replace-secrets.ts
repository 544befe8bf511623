import { isWrittenSecret } from '../../measures/no-config-secrets/secret-settings.ts';
import { secretFileKind } from '../../measures/secret-files.ts';
import { isSecretName, looksLikeSecret } from '../../measures/secret-patterns.ts';
import type { Random } from '../../ports/system.ts';

/** A text that is as long and means nothing. */
export function randomText(random: Random, length: number): string {
  return random.hex(Math.ceil(length / 2)).slice(0, length);
}

/** Variables of a container; those that hold secrets get others of the same length, the same for the same. */
export function withoutSecrets(env: readonly string[], random: Random): string[] {
  const replaced = new Map<string, string>();
  return env.map((entry) => {
    const separator = entry.indexOf('=');
    if (separator < 0) return entry;
    const [name, value] = [entry.slice(0, separator), entry.slice(separator + 1)];
    if (value === '' || !(isSecretName(name) || looksLikeSecret(value))) return entry;
    const other = replaced.get(value) ?? randomText(random, value.length);
    replaced.set(value, other);
    return `${name}=${other}`;
  });
}

/** openclaw.json with other values in place of its secrets. References to secrets stay. */
export function configWithoutSecrets(
  config: Readonly<Record<string, unknown>>,
  random: Random,
): Record<string, unknown> {
  const replaced = new Map<string, string>();
  const visit = (value: unknown, steps: readonly (string | number)[]): unknown => {
    if (Array.isArray(value)) return value.map((item: unknown, index) => visit(item, [...steps, index]));
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(
        Object.entries(value).map(([key, each]) => [key, visit(each, [...steps, key])]),
      );
    if (typeof value !== 'string' || !isWrittenSecret(steps, value)) return value;
    const other = replaced.get(value) ?? randomText(random, value.length);
    replaced.set(value, other);
    return other;
  };
  return visit(config, []) as Record<string, unknown>;
}

const SECRET_FOLDER = /(?:^|\/)\.?(?:secrets|credentials)(?:\/|$)/i;

/** True when what is mounted there holds secrets, by its paths on the host and in the container. */
export function holdsSecrets(paths: readonly string[]): boolean {
  return paths.some(
    (path) =>
      SECRET_FOLDER.test(path) ||
      secretFileKind(path) !== undefined ||
      isSecretName(path.slice(path.lastIndexOf('/') + 1).replaceAll('-', '_')),
  );
}
