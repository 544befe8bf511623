import type { ServiceHook, WatchedPath } from '../deployment.ts';
import { asMap, asText, parseBoolean, type YamlMap } from './values.ts';

/** Commands that are run in a started container, or in one that is about to stop, with rights of their own. */
export function parseHooks(definition: YamlMap): ServiceHook[] {
  return (['post_start', 'pre_stop'] as const).flatMap((field) => {
    const value = definition[field];
    return (Array.isArray(value) ? value : []).map((entry: unknown, index): ServiceHook => {
      const { user, privileged } = asMap(entry);
      const name = asText(user);
      return {
        field,
        index,
        ...(name === undefined ? {} : { user: name }),
        privileged: parseBoolean(privileged) === true,
      };
    });
  });
}

/** Folders that `docker compose watch` copies into the container. */
export function parseWatchedPaths(definition: YamlMap): WatchedPath[] {
  const value = asMap(definition['develop'])['watch'];
  return (Array.isArray(value) ? value : []).flatMap((entry: unknown, index): WatchedPath[] => {
    const source = asText(asMap(entry)['path']);
    return source === undefined || asText(asMap(entry)['action']) === 'rebuild' ? [] : [{ source, index }];
  });
}
