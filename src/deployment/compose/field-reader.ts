import type { Service, UnreadField } from '../deployment.ts';
import { variablesIn, type YamlMap } from './values.ts';

type Field = keyof Service;
type Path = readonly (string | number)[];

/** Reads the fields of one service and keeps book of what could not be read, and why. */
export interface FieldReader {
  /** Fields that depend on variables that are set nowhere. */
  unknown: NonNullable<Service['unknown']>;
  /**
   * A field that is known as a whole or not at all.
   * @param key in the definition of the service; its value is handed to `parse`, which gives undefined for what it does
   *   not understand
   */
  whole<Name extends Field>(
    field: Name,
    key: string,
    parse: (value: unknown) => Service[Name] | undefined,
  ): Service[Name] | undefined;
  /** The same for a field that is undefined when nothing is written, for then the image or the engine decides. */
  optional<Name extends Field>(
    field: Name,
    key: string,
    parse: (value: unknown) => Service[Name] | undefined,
  ): Service[Name] | undefined;
  /** A list or map whose texts keep the marks of unknown variables. */
  marked<Name extends Field>(
    field: Name,
    key: string,
    parse: (value: unknown) => Service[Name] | undefined,
  ): Service[Name] | undefined;
  /** Notes that a field, or the part of it at a path below the service, depends on variables. */
  dependsOn(field: Field, variables: readonly string[]): void;
  /** Notes that what stands at a path below the service could not be read. */
  notRead(path: Path, variables?: readonly string[]): void;
}

const NOT_UNDERSTOOD = 'not in a form that Compose documents';
const NOT_SET = 'it depends on a variable that is set nowhere';

export function createFieldReader(name: string, definition: YamlMap, unread: UnreadField[]): FieldReader {
  const unknown: FieldReader['unknown'] = {};
  function notRead(path: Path, variables: readonly string[] = []): void {
    const at = ['services', name, ...path];
    unread.push(
      variables.length > 0
        ? { path: at, reason: NOT_SET, variables: [...variables] }
        : { path: at, reason: NOT_UNDERSTOOD },
    );
  }
  function dependsOn(field: Field, variables: readonly string[]): void {
    if (variables.length > 0) unknown[field] = [...new Set([...(unknown[field] ?? []), ...variables])];
  }
  const whole: FieldReader['whole'] = (field, key, parse) => {
    const value = definition[key];
    if (value === undefined) return parse(value);
    const variables = variablesIn(value);
    const parsed = variables.length === 0 ? parse(value) : undefined;
    if (parsed === undefined) notRead([key], variables);
    dependsOn(field, variables);
    return parsed;
  };
  return {
    unknown,
    whole,
    optional: (field, key, parse) =>
      definition[key] === undefined || definition[key] === null ? undefined : whole(field, key, parse),
    marked: (field, key, parse) => {
      const value = definition[key];
      const parsed = parse(value);
      if (value === undefined || value === null) return parsed;
      const variables = variablesIn(value);
      if (parsed === undefined) notRead([key], variables);
      dependsOn(field, variables);
      return parsed;
    },
    dependsOn,
    notRead,
  };
}
