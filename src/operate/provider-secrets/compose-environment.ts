import { plainOf } from '../../documents/located.ts';
import { parseLocatedYaml } from '../../documents/located-yaml.ts';
import type { DocumentPath } from '../../documents/located.ts';
import { PATHS } from '../../render/layout.ts';

/** A variable of a service, as compose.yaml says it. */
export interface EnvironmentEntry {
  service: string;
  name: string;
  value: string;
  path: DocumentPath;
}

/** Variables of all services that have a value in the file; none for a text that is no compose file. */
export function environmentEntries(text: string): EnvironmentEntry[] {
  const { root } = parseLocatedYaml(text, PATHS.compose);
  const services = mapOf(mapOf(root === null ? null : plainOf(root))['services']);
  return Object.entries(services).flatMap(([service, settings]) => {
    const path = ['services', service, 'environment'];
    const environment = mapOf(settings)['environment'];
    if (Array.isArray(environment))
      return environment.flatMap((item: unknown, index): EnvironmentEntry[] => {
        const [, name, value] = typeof item === 'string' ? (/^([^=]+)=(.*)$/s.exec(item) ?? []) : [];
        return name === undefined || value === undefined
          ? []
          : [{ service, name, value, path: [...path, index] }];
      });
    return Object.entries(mapOf(environment)).flatMap(([name, value]): EnvironmentEntry[] =>
      typeof value === 'string' ? [{ service, name, value, path: [...path, name] }] : [],
    );
  });
}

function mapOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
