import { LineCounter, parseDocument } from 'yaml';
import { composeNotUnderstood } from '../../errors/deployment-errors.ts';
import type { Deployment, Service, UnreadField } from '../deployment.ts';
import { presetLabel } from '../role.ts';
import { readNetworks } from './networks.ts';
import { readService } from './service.ts';
import { isMap, type YamlMap } from './values.ts';

/** What is known of a deployment beside its compose file. */
export type ComposeContext = Pick<
  Deployment,
  'preset' | 'execMode' | 'openclawVersion' | 'openclawConfig' | 'files'
>;

/**
 * Reads one fully resolved compose file: as clawproof renders it, or as `docker compose config` prints it. Variables,
 * `extends`, `include` and several files are not resolved here; a field that still depends on one is left undefined
 * and listed in `unread`.
 * @param file name used in errors
 * @throws AppError `compose-not-understood`
 */
export function deploymentFromCompose(text: string, file: string, context: ComposeContext = {}): Deployment {
  const root = parseRoot(text, file);
  const definitions = root['services'] ?? {};
  if (!isMap(definitions))
    throw composeNotUnderstood(file, '`services` is not a mapping of names to services.');
  const unread: UnreadField[] = [];
  const services = Object.entries(definitions).map(([name, definition]): Service => {
    if (!isMap(definition)) throw composeNotUnderstood(file, `the service \`${name}\` is not a mapping.`);
    return readService(name, definition, root, unread);
  });
  const deployment: Deployment = {
    evidence: 'declared',
    services,
    networks: readNetworks(root, services),
    ...context,
  };
  const preset = context.preset ?? presetOf(services);
  if (preset) deployment.preset = preset;
  if (unread.length > 0) deployment.unread = unread;
  return deployment;
}

function parseRoot(text: string, file: string): YamlMap {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    merge: true,
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
  });
  const error = document.errors[0];
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw composeNotUnderstood(file, `line ${line}, column ${col}: ${error.message}`, {
      file,
      line,
      column: col,
    });
  }
  const root: unknown = toData(() => document.toJS({ maxAliasCount: 100 }), file);
  if (!isMap(root)) throw composeNotUnderstood(file, 'it is not a mapping with `services`.');
  return root;
}

/** Aliases that multiply without end are refused by the library with an exception. */
function toData(convert: () => unknown, file: string): unknown {
  try {
    return convert();
  } catch (error) {
    throw composeNotUnderstood(file, error instanceof Error ? error.message : String(error));
  }
}

/** The preset that clawproof notes on its gateway. */
export function presetOf(services: readonly Service[]): Deployment['preset'] {
  const value = services.find((service) => service.role === 'gateway')?.labels?.[presetLabel];
  return value === 'baseline' || value === 'caged' ? value : undefined;
}
