import {
  anything,
  bytes,
  duration,
  flag,
  integer,
  listOf,
  mapOf,
  number,
  orNull,
  orText,
  pairs,
  record,
  scalar,
  setOf,
  text,
  textOrTexts,
  words,
  type Shape,
} from './shape.ts';

const name = /^[a-zA-Z0-9._-]+$/;

const commandLine = orNull(orText(listOf(text(), { merge: 'replace' })));

const ulimits = mapOf({
  ...record({ hard: integer(), soft: integer() }, { required: ['soft', 'hard'] }),
  ...integer(),
  merge: 'replace',
});

const extraHosts: Shape = {
  ...mapOf(orText(listOf(text())), { keys: /./u }),
  ...setOf(text()),
  merge: 'hosts',
};

const grants = (itemKey: 'secret' | 'config' | undefined): Shape => {
  const grant = record({
    source: text(),
    target: text(),
    uid: text(),
    gid: text(),
    mode: scalar('number', 'text'),
  });
  return listOf(orText(grant), itemKey && { itemKey });
};

const build = orText(
  record(
    {
      context: text({ hostPath: 'context' }),
      dockerfile: text(),
      dockerfile_inline: text(),
      entitlements: listOf(text()),
      args: pairs({ merge: 'pairs', itemKey: 'pair' }),
      ssh: pairs({ hostPath: 'keys' }),
      labels: pairs({ merge: 'pairs', itemKey: 'pair' }),
      cache_from: listOf(text()),
      cache_to: listOf(text()),
      no_cache: flag(),
      no_cache_filter: textOrTexts(),
      additional_contexts: pairs({ merge: 'pairs', itemKey: 'pair', hostPath: 'contexts' }),
      network: text(),
      provenance: scalar('text', 'boolean'),
      pull: flag(),
      target: text(),
      sbom: scalar('text', 'boolean'),
      shm_size: bytes(),
      extra_hosts: extraHosts,
      isolation: text(),
      privileged: flag(),
      secrets: grants(undefined),
      tags: listOf(text(), { itemKey: 'pair' }),
      ulimits,
      platforms: listOf(text()),
    },
    {},
    { merge: 'build', hostPath: 'context' },
  ),
);

const hook = {
  command: commandLine,
  user: text(),
  privileged: flag(),
  working_dir: text(),
  environment: pairs(),
};
const hooks = listOf(record(hook, { required: ['command'] }));

const changeRules = record({
  parallelism: integer(),
  delay: duration(),
  failure_action: text(),
  monitor: duration(),
  max_failure_ratio: number(),
  order: words('start-first', 'stop-first'),
});

const device = {
  capabilities: setOf(text()),
  count: scalar('text', 'integer'),
  device_ids: setOf(text()),
  driver: text(),
  options: pairs(),
};

const deploy = orNull(
  record({
    mode: text(),
    endpoint_mode: text(),
    replicas: integer(),
    labels: pairs({ merge: 'pairs', itemKey: 'pair' }),
    rollback_config: changeRules,
    update_config: changeRules,
    resources: record({
      limits: record({ cpus: number(), memory: text({ cast: 'bytes' }), pids: integer() }),
      reservations: record({
        cpus: number(),
        memory: text({ cast: 'bytes' }),
        generic_resources: listOf(
          record({ discrete_resource_spec: record({ kind: text(), value: number() }) }),
        ),
        devices: listOf(record(device, { required: ['capabilities'] })),
      }),
    }),
    restart_policy: record({
      condition: text(),
      delay: duration(),
      max_attempts: integer(),
      window: duration(),
    }),
    placement: record({
      constraints: listOf(text()),
      preferences: listOf(record({ spread: text() })),
      max_replicas_per_node: integer(),
    }),
  }),
);

const volume = orText(
  record(
    {
      type: text(),
      source: text(),
      target: text(),
      read_only: flag(),
      consistency: text(),
      bind: record({
        propagation: text(),
        create_host_path: flag(),
        recursive: words('enabled', 'disabled', 'writable', 'readonly'),
        selinux: words('z', 'Z'),
      }),
      volume: record({ nocopy: flag(), subpath: text(), labels: pairs() }),
      tmpfs: record({
        size: { ...bytes(), scalar: ['integer', 'text'], minimum: 0 },
        mode: scalar('number', 'text'),
      }),
      image: record({ subpath: text() }),
    },
    { required: ['type'] },
    { hostPath: 'volume' },
  ),
);

const port: Shape = {
  ...record({
    name: text(),
    mode: text(),
    host_ip: text(),
    target: integer(),
    published: scalar('text', 'integer'),
    protocol: text(),
    app_protocol: text(),
  }),
  ...scalar('number', 'text'),
};

const networks: Shape = {
  ...mapOf(
    orNull(
      record({
        aliases: setOf(text(), { itemKey: 'pair' }),
        driver_opts: mapOf(scalar('text', 'number'), { isOpen: true }),
        gw_priority: scalar('number'),
        interface_name: text(),
        ipv4_address: text(),
        ipv6_address: text(),
        link_local_ips: setOf(text(), { itemKey: 'pair' }),
        mac_address: text(),
        priority: scalar('number'),
      }),
    ),
    { keys: name },
  ),
  ...setOf(text()),
  merge: 'names',
};

const dependsOn: Shape = {
  ...mapOf(
    record(
      {
        restart: flag(),
        required: scalar('boolean'),
        condition: words('service_started', 'service_healthy', 'service_completed_successfully'),
      },
      { required: ['condition'] },
    ),
    { keys: name },
  ),
  ...setOf(text()),
  merge: 'dependencies',
};

const envFile: Shape = orText(
  listOf(
    orText(
      record(
        { path: text({ hostPath: 'path' }), format: text(), required: flag() },
        { required: ['path'], isExtensible: false },
        { hostPath: 'path' },
      ),
    ),
    { merge: 'list', itemKey: 'env-file', hostPath: 'path' },
  ),
);

const healthcheck = record({
  disable: flag(),
  interval: duration(),
  retries: integer({ scalar: ['number', 'text'] }),
  test: { ...orText(listOf(text())), merge: 'replace' },
  timeout: duration(),
  start_period: duration(),
  start_interval: duration(),
});

const watch = record(
  {
    ignore: textOrTexts(),
    include: textOrTexts(),
    path: text({ hostPath: 'path' }),
    action: words('rebuild', 'sync', 'restart', 'sync+restart', 'sync+exec'),
    target: text(),
    exec: record(hook, { required: ['command'] }),
    initial_sync: flag(),
  },
  { required: ['path', 'action'] },
);

const rates = listOf(
  record({ path: text(), rate: { ...bytes(), scalar: ['integer', 'text'] } }, { isExtensible: false }),
);

const limits: Record<string, Shape> = {
  blkio_config: record(
    {
      device_read_bps: rates,
      device_read_iops: rates,
      device_write_bps: rates,
      device_write_iops: rates,
      weight: integer(),
      weight_device: listOf(record({ path: text(), weight: integer() }, { isExtensible: false })),
    },
    { isExtensible: false },
  ),
  cpu_count: integer({ minimum: 0 }),
  cpu_percent: { ...number({ minimum: 0, maximum: 100 }), scalar: ['integer', 'text'] },
  cpu_shares: integer({ scalar: ['number', 'text'] }),
  cpu_quota: integer({ scalar: ['number', 'text'] }),
  cpu_period: integer({ scalar: ['number', 'text'] }),
  cpu_rt_period: integer({ scalar: ['number', 'text'] }),
  cpu_rt_runtime: integer({ scalar: ['number', 'text'] }),
  cpus: number(),
  cpuset: text(),
  mem_limit: bytes(),
  mem_reservation: { ...bytes(), scalar: ['integer', 'text'] },
  mem_swappiness: { ...bytes(), scalar: ['integer', 'text'] },
  memswap_limit: bytes(),
  oom_kill_disable: flag(),
  oom_score_adj: integer({ minimum: -1000, maximum: 1000 }),
  pids_limit: integer({ scalar: ['number', 'text'] }),
  shm_size: bytes(),
  storage_opt: mapOf(anything),
  ulimits,
};

const relations: Record<string, Shape> = {
  depends_on: dependsOn,
  extends: orText(record({ service: text(), file: text() }, { required: ['service'], isExtensible: false })),
  external_links: setOf(text()),
  extra_hosts: extraHosts,
  links: setOf(text(), { itemKey: 'pair' }),
  models: {
    ...mapOf(orNull(record({ endpoint_var: text(), model_var: text() })), { keys: name }),
    ...setOf(text()),
    merge: 'names',
  },
  network_mode: text(),
  networks,
  provider: record({ type: text(), options: mapOf(anything) }, { required: ['type'] }),
  volumes_from: setOf(text()),
};

const isolation: Record<string, Shape> = {
  cap_add: setOf(text(), { itemKey: 'pair' }),
  cap_drop: setOf(text(), { itemKey: 'pair' }),
  cgroup: words('host', 'private'),
  cgroup_parent: text(),
  credential_spec: record({ config: text(), file: text(), registry: text() }),
  device_cgroup_rules: setOf(text()),
  devices: listOf(
    orText(record({ source: text(), target: text(), permissions: text() }, { required: ['source'] })),
    { itemKey: 'device' },
  ),
  gpus: { ...listOf(mapOf(anything, { fields: new Map(Object.entries(device)) })), ...words('all') },
  group_add: setOf(scalar('text', 'number')),
  ipc: text(),
  isolation: text(),
  pid: scalar('text', 'null'),
  privileged: flag(),
  read_only: flag(),
  runtime: text(),
  security_opt: setOf(text()),
  sysctls: pairs({ merge: 'pairs', itemKey: 'pair' }),
  use_api_socket: flag(),
  user: text(),
  userns_mode: text(),
  uts: text(),
};

const storage: Record<string, Shape> = {
  configs: grants('config'),
  secrets: grants('secret'),
  tmpfs: textOrTexts({ merge: 'list', itemKey: 'pair' }),
  volumes: setOf(volume, { itemKey: 'volume' }),
};

const running: Record<string, Shape> = {
  annotations: pairs({ merge: 'pairs', itemKey: 'pair' }),
  attach: flag(),
  build,
  command: commandLine,
  container_name: text(),
  deploy,
  develop: orNull(record({ watch: listOf(watch) })),
  dns: textOrTexts({ merge: 'list', itemKey: 'pair' }),
  dns_opt: setOf(text(), { merge: 'list', itemKey: 'pair' }),
  dns_search: textOrTexts({ merge: 'list', itemKey: 'pair' }),
  domainname: text(),
  entrypoint: commandLine,
  env_file: envFile,
  environment: pairs({ merge: 'pairs', itemKey: 'pair' }),
  expose: setOf(scalar('text', 'number'), { itemKey: 'text' }),
  healthcheck,
  hostname: text(),
  image: text(),
  init: flag(),
  label_file: orText(listOf(text({ hostPath: 'path' }), { merge: 'list', hostPath: 'path' })),
  labels: pairs({ merge: 'pairs', itemKey: 'pair' }),
  logging: record(
    { driver: text(), options: mapOf(scalar('text', 'number', 'null'), { isOpen: true }) },
    {},
    { merge: 'logging' },
  ),
  mac_address: text(),
  platform: text(),
  ports: setOf(port, { itemKey: 'port' }),
  post_start: hooks,
  pre_start: listOf(record({ ...hook, image: text(), per_replica: flag() })),
  pre_stop: hooks,
  profiles: setOf(text(), { itemKey: 'pair' }),
  pull_policy: text({
    pattern: /always|never|build|if_not_present|missing|refresh|daily|weekly|every_(?:[0-9]+[wdhms])+/,
  }),
  pull_refresh_after: text(),
  restart: text(),
  scale: integer(),
  stdin_open: flag(),
  stop_grace_period: duration(),
  stop_signal: text(),
  tty: flag(),
  working_dir: text(),
};

/** All keys of a service that Compose knows. */
export const serviceShape: Shape = record({
  ...running,
  ...limits,
  ...relations,
  ...isolation,
  ...storage,
});
