import {
  flag,
  listOf,
  mapOf,
  orNull,
  orText,
  pairs,
  record,
  scalar,
  text,
  textOrTexts,
  type MapShape,
  type Shape,
} from './shape.ts';
import { serviceShape } from './service-shape.ts';

const named: Partial<MapShape> = { keys: /^[a-zA-Z0-9._-]+$/ };

const driverOptions = mapOf(scalar('text', 'number'), { isOpen: true });

const external: Shape = { ...record({ name: text() }), ...flag() };

const texts = mapOf(text());

const pool = record({ subnet: text(), ip_range: text(), gateway: text(), aux_addresses: texts });

const network = orNull(
  record({
    name: text(),
    driver: text(),
    driver_opts: driverOptions,
    ipam: record({ driver: text(), config: listOf(pool, { merge: 'subnets' }), options: texts }),
    external,
    internal: flag(),
    enable_ipv4: flag(),
    enable_ipv6: flag(),
    attachable: flag(),
    labels: pairs({ merge: 'pairs', itemKey: 'pair' }),
  }),
);

const volume = orNull(
  record(
    {
      name: text(),
      driver: text(),
      driver_opts: driverOptions,
      external,
      labels: pairs({ merge: 'pairs' }),
    },
    {},
    { hostPath: 'device-option' },
  ),
);

const secret = record({
  name: text(),
  environment: text(),
  file: text({ hostPath: 'path' }),
  external,
  labels: pairs(),
  driver: text(),
  driver_opts: driverOptions,
  template_driver: text(),
});

const config = record({
  name: text(),
  content: text(),
  environment: text(),
  file: text({ hostPath: 'path' }),
  external,
  labels: pairs(),
  template_driver: text(),
});

const model = record(
  { name: text(), model: text(), context_size: scalar('integer'), runtime_flags: listOf(text()) },
  { required: ['model'] },
);

const include = orText(
  record(
    { path: textOrTexts(), env_file: textOrTexts(), project_directory: text() },
    { isExtensible: false },
  ),
);

/** The whole of a compose file: what the Compose specification allows, and its rules for merging. */
export const composeShape: Shape = record({
  version: text(),
  name: text(),
  include: listOf(include),
  services: mapOf(serviceShape, named),
  networks: mapOf(network, { ...named, isOpen: true }),
  volumes: mapOf(volume, named),
  secrets: mapOf(secret, named),
  configs: mapOf(config, named),
  models: mapOf(model, { ...named, isOpen: true }),
});
