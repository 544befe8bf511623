import type { ServiceBuild } from '../deployment.ts';
import { parseExtraHosts } from './hosts.ts';
import { asText, isMap, parseBoolean, parsePairs, parseTexts, type YamlMap } from './values.ts';

/** `build` in both syntaxes; undefined when nothing is built or it cannot be understood. Texts may hold marks. */
export function parseBuild(value: unknown): ServiceBuild | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isMap(value)) {
    const context = asText(value);
    return context === undefined ? undefined : { context };
  }
  const build: ServiceBuild = { context: asText(value['context']) ?? '.' };
  const texts = [
    ['dockerfile', 'dockerfile'],
    ['target', 'target'],
    ['network', 'network'],
  ] as const;
  for (const [member, key] of texts) {
    const text = asText(value[key]);
    if (text !== undefined) build[member] = text;
  }
  if (asText(value['dockerfile_inline']) !== undefined) build.isInline = true;
  const args = parsePairs(value['args']);
  if (args && args.length > 0) build.args = Object.fromEntries(args);
  if (parseBoolean(value['privileged']) === true) build.privileged = true;
  return { ...build, ...readLists(value) };
}

function readLists(value: YamlMap): Pick<ServiceBuild, 'ssh' | 'secrets' | 'extraHosts' | 'entitlements'> {
  const lists = {
    ssh: parsePairs(value['ssh'])?.map(([id, path]) => (path === undefined ? id : `${id}=${path}`)),
    secrets: Array.isArray(value['secrets'])
      ? value['secrets'].map((entry) => asText(isMap(entry) ? entry['source'] : entry) ?? '')
      : undefined,
    extraHosts: parseExtraHosts(value['extra_hosts'])?.map(([name, address]) => `${name}=${address}`),
    entitlements: parseTexts(value['entitlements']),
  };
  return Object.fromEntries(
    Object.entries(lists).filter(([, list]) => list !== undefined && list.length > 0),
  );
}
