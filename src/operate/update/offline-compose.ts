import { isAbsolute, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { LABELS } from '../../render/layout.ts';

/** Where the containers of an offline project have their things. */
export interface OfflinePlaces {
  /** Name of the Compose project. */
  project: string;
  /** Volume with the state that they work on. */
  state: string;
  /** The deployment's folder: secrets, and all else that they only read. */
  folder: string;
  /** Folder that holds the `config` that they may change. */
  configFrom: string;
}

interface ComposeDocument {
  services: Record<string, Record<string, unknown>>;
  volumes?: unknown;
  secrets?: Record<string, { file?: string }>;
}

/** What a container without a network cannot have, and what only makes sense for the one that runs for good. */
const LEFT_OUT = [
  'networks',
  'network_mode',
  'ports',
  'dns',
  'dns_opt',
  'sysctls',
  'depends_on',
  'extra_hosts',
  'healthcheck',
];

/**
 * A deployment's compose.yaml made into one whose gateway and `cli` have no network at all, publish nothing and work on
 * another volume: for trying a version, and for its doctor. All other protections stay as they are. Pure.
 */
export function offlineCompose(compose: string, places: OfflinePlaces): string {
  const document = parse(compose) as ComposeDocument;
  const { gateway = {}, cli = {} } = document.services;
  const secrets = Object.entries(document.secrets ?? {}).map(([name, secret]) => [
    name,
    secret.file === undefined ? secret : { ...secret, file: absolute(secret.file, places) },
  ]);
  return stringify(
    {
      name: places.project,
      services: { gateway: offline(gateway, places), cli: offline(cli, places) },
      volumes: { state: { external: true, name: places.state } },
      secrets: Object.fromEntries(secrets) as Record<string, unknown>,
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}

function offline(service: Record<string, unknown>, places: OfflinePlaces): Record<string, unknown> {
  const kept = Object.fromEntries(Object.entries(service).filter(([key]) => !LEFT_OUT.includes(key)));
  const volumes = Array.isArray(service['volumes']) ? (service['volumes'] as unknown[]) : [];
  return {
    ...kept,
    network_mode: 'none',
    restart: 'no',
    volumes: volumes.map((volume) => moved(volume, places)),
    // Whoever looks for the deployment's containers must not find these.
    labels: { [LABELS.role]: 'update' },
  };
}

/** Bind mounts are given as objects; the state volume is a text. */
function moved(volume: unknown, places: OfflinePlaces): unknown {
  if (typeof volume !== 'object' || volume === null || !('source' in volume)) return volume;
  const { source } = volume;
  return typeof source === 'string' && (source.startsWith('.') || isAbsolute(source))
    ? { ...volume, source: absolute(source, places) }
    : volume;
}

function absolute(path: string, { folder, configFrom }: OfflinePlaces): string {
  if (isAbsolute(path)) return path;
  const relative = path.replace(/^\.\//, '');
  return join(relative.startsWith('config/') ? configFrom : folder, relative);
}
