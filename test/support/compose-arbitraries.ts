import fc from 'fast-check';

/** Files of a project by their names; those that `files` lists are given to Compose, in order. */
export interface GeneratedProject {
  files: string[];
  texts: Record<string, string>;
}

/** YAML that is written as it stands: tags, aliases, plain scalars in all their spellings. */
class Raw {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Value = null | boolean | number | string | Raw | Value[] | { [key: string]: Value };
type Fields = Record<string, Value>;

const raw = (...texts: string[]): fc.Arbitrary<Value> =>
  fc.constantFrom(...texts.map((text) => new Raw(text)));

const text = fc.constantFrom(
  'x',
  'two words',
  '${ONE}',
  'p-${TWO:-d}',
  '${NOPE-n${ONE}}',
  '${EMPTY:-e}',
  '${EMPTY-}',
  '${ONE:+yes}',
  '$$HOME',
  'a=b',
  '${FROM_FILE}',
);

const scalar: fc.Arbitrary<Value> = fc.oneof(
  { weight: 3, arbitrary: text },
  fc.integer({ min: -5, max: 99_999 }),
  fc.boolean(),
  raw('1.50', '0755', '0x1F', '1e3', 'yes', 'No', '0.00001', '~', '1_000', 'TRUE'),
);

const key = fc.constantFrom('A', 'B', 'C', 'ONE', 'NOPE', 'x.y-z');

/** `{A: 1}` or `["A=1"]`. */
const pairs: fc.Arbitrary<Value> = fc.oneof(
  fc.dictionary(key, scalar, { maxKeys: 4, noNullPrototype: true }),
  fc.array(
    fc.oneof(
      key,
      fc.tuple(key, text).map(([name, value]) => `${name}=${value}`),
    ),
    { minLength: 1, maxLength: 4 },
  ),
);

/** At least one of them: Compose 2.26 takes an empty list of an earlier file for none, and refuses it. */
function some<T>(...items: T[]): fc.Arbitrary<T[]> {
  return fc.subarray(items, { minLength: 1 });
}

/** Texts that hardly ever meet: the same one twice is refused where lists are only put together. */
function numbered(prefix: string): fc.Arbitrary<Value> {
  const item = fc.integer({ min: 1, max: 99_999 }).map((number) => `${prefix}${number}`);
  return fc.uniqueArray(item, { minLength: 1, maxLength: 3 });
}

const textOrTexts = (...items: string[]): fc.Arbitrary<Value> =>
  fc.oneof(fc.constantFrom(...items), some(...items));

const commandLine: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom('run now', 'echo "a b" c', "sh -c 'x y'", ''),
  fc.array(text, { maxLength: 3 }),
  fc.constant(null),
);

const ports: fc.Arbitrary<Value> = some<Value>(
  '80:80',
  '80:80/udp',
  81,
  '127.0.0.1:82:82',
  '9000-9002:9000-9002',
  '9001:9001',
  '${PORT:-83}:83',
  '[::1]:84:84',
  '90-95:99',
  { target: 85, published: '85' },
  { target: '86', published: 86, host_ip: '127.0.0.1', protocol: 'udp' },
  { target: 82, published: '82', host_ip: '127.0.0.1' },
);

const volumes: fc.Arbitrary<Value> = some<Value>(
  './data:/data',
  './other:/data:ro',
  'v:/v',
  'w:/v/',
  '/anonymous',
  '~/home:/home',
  '../up:/up:ro,z',
  { type: 'bind', source: './long', target: '/long', read_only: true },
  { type: 'volume', source: 'w', target: '/w', volume: { nocopy: true } },
  { type: 'tmpfs', target: '/t', tmpfs: { size: '10m', mode: 511 } },
  { type: 'bind', source: './data2', target: '/data' },
);

const networks: fc.Arbitrary<Value> = fc.oneof(
  some('n', 'm'),
  fc.dictionary(
    fc.constantFrom('n', 'm', 'default'),
    fc.constantFrom<Value>(null, { aliases: ['q', 'r'] }, { priority: 5, aliases: ['s'] }),
    { minKeys: 1, noNullPrototype: true },
  ),
);

function dependsOn(earlier: readonly string[]): fc.Arbitrary<Value> {
  const condition = fc.record(
    {
      condition: fc.constantFrom('service_started', 'service_healthy'),
      required: fc.boolean(),
      restart: fc.boolean(),
    },
    { requiredKeys: ['condition'], noNullPrototype: true },
  );
  return fc.oneof(
    fc.subarray([...earlier], { minLength: 1 }),
    fc.dictionary(fc.constantFrom(...earlier), condition, { noNullPrototype: true }),
  );
}

const envFile: fc.Arbitrary<Value> = fc.oneof(
  fc.constant('one.env'),
  some<Value>('one.env', './two.env', { path: 'two.env' }, { path: 'missing.env', required: false }),
);

const build: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom('.', './context', 'https://example.org/x.git'),
  fc.record(
    {
      context: fc.constantFrom('.', './context'),
      dockerfile: fc.constant('Other'),
      args: pairs,
      labels: pairs,
      target: text,
      tags: some('t:1', 't:2'),
      shm_size: fc.constantFrom('64m', 1024),
      additional_contexts: fc.constantFrom<Value>({ a: './a' }, ['a=./b', 'c=docker-image://d']),
    },
    { requiredKeys: [], noNullPrototype: true },
  ),
);

const size = fc.constantFrom<Value>('512m', '1.5g', 1_048_576, '${MEMORY:-1g}', '10 kb');

const deploy: fc.Arbitrary<Value> = fc.record(
  {
    replicas: fc.constantFrom<Value>(1, '1'),
    labels: pairs,
    resources: fc.record(
      {
        reservations: fc.constantFrom<Value>(
          { memory: '1g' },
          { devices: [{ capabilities: ['gpu'], driver: 'nvidia' }] },
        ),
      },
      { requiredKeys: [], noNullPrototype: true },
    ),
    restart_policy: fc.constantFrom<Value>({ condition: 'any' }, { delay: '5s', max_attempts: '3' }),
  },
  { requiredKeys: [], noNullPrototype: true },
);

const healthcheck: fc.Arbitrary<Value> = fc.record(
  {
    test: fc.constantFrom<Value>('curl x', ['CMD', 'x'], ['NONE']),
    interval: fc.constantFrom('1m30s', '90s', '500ms'),
    retries: fc.constantFrom<Value>(3, '5'),
    disable: fc.constantFrom<Value>(true, 'yes'),
  },
  { requiredKeys: [], noNullPrototype: true },
);

const logging: fc.Arbitrary<Value> = fc.record(
  {
    driver: fc.constantFrom('json-file', 'local'),
    options: fc.dictionary(fc.constantFrom('max-size', 'max-file'), fc.constantFrom<Value>('1m', 3, '5'), {
      noNullPrototype: true,
    }),
  },
  { requiredKeys: [], noNullPrototype: true },
);

const grants = (name: string): fc.Arbitrary<Value> =>
  some<Value>(name, { source: `${name}2` }, { source: name, target: '/else/where', uid: '5', mode: 256 });

const flag = fc.oneof(fc.boolean(), raw('yes', 'off', '"true"', '"${SWITCH:-false}"'));

function serviceFields(earlier: readonly string[]): Record<string, fc.Arbitrary<Value>> {
  return {
    environment: pairs,
    labels: pairs,
    sysctls: fc.constantFrom<Value>({ 'net.core.somaxconn': 5 }, ['net.core.somaxconn=6', 'kernel.x=1']),
    command: commandLine,
    entrypoint: commandLine,
    ports,
    volumes,
    networks,
    healthcheck,
    logging,
    deploy,
    build,
    env_file: envFile,
    ...(earlier.length > 0 && { depends_on: dependsOn(earlier) }),
    tmpfs: textOrTexts('/a', '/b:size=1m'),
    dns: textOrTexts('1.1.1.1', '8.8.8.8'),
    dns_search: textOrTexts('a.b', 'c.d'),
    cap_add: some('NET_ADMIN', 'SYS_TIME'),
    cap_drop: some('ALL', 'CHOWN'),
    security_opt: numbered('label=l'),
    group_add: numbered('g'),
    devices: some<Value>('/dev/a', '/dev/b:/dev/c:r', { source: '/dev/z', target: '/dev/c' }),
    expose: some<Value>(80, '80', '90'),
    extra_hosts: fc.constantFrom<Value>(
      ['a:1.1.1.1', 'b=2.2.2.2'],
      { a: '3.3.3.3', b: '2.2.2.2' },
      { c: ['4.4.4.4', '::1'] },
    ),
    ulimits: fc.constantFrom<Value>({ nofile: 5 }, { nofile: { soft: 1, hard: '2' }, nproc: '7' }),
    secrets: grants('s'),
    configs: grants('c'),
    profiles: some('p', 'q'),
    restart: fc.constantFrom('always', 'no', 'unless-stopped'),
    user: fc.constantFrom<Value>('1000:1000', '${NOPE:-root}'),
    hostname: text,
    read_only: flag,
    privileged: flag,
    init: flag,
    mem_limit: size,
    shm_size: size,
    pids_limit: fc.constantFrom<Value>(100, '200'),
    stop_grace_period: fc.constantFrom('1m', '330s'),
    pull_policy: fc.constantFrom('always', 'if_not_present'),
    'x-note': fc.constantFrom<Value>('x', { y: 1 }),
  };
}

/** Each field in about one of four services; where a file overrides others, some with a tag. */
function service(earlier: readonly string[], isOverride: boolean): fc.Arbitrary<Fields> {
  const fields = Object.entries(serviceFields(earlier)).map(([name, arbitrary]) => {
    const tagged = fc
      .tuple(fc.integer({ min: 0, max: isOverride ? 7 : 0 }), arbitrary)
      .map(([kind, value]) => {
        if (kind === 6) return new Raw('!reset null');
        return kind === 7 && isCollection(value) ? new Raw(`!override ${write(value)}`) : value;
      });
    return fc.option(tagged, { freq: 3, nil: undefined }).map((value) => [name, value] as const);
  });
  return fc
    .tuple(...fields)
    .map((entries) =>
      Object.fromEntries(entries.filter((entry): entry is [string, Value] => entry[1] !== undefined)),
    );
}

function isCollection(value: Value): boolean {
  return typeof value === 'object' && value !== null && !(value instanceof Raw);
}

const NAMES = ['a', 'b', 'c'] as const;

function services(isOverride: boolean): fc.Arbitrary<Record<string, Fields>> {
  return fc.record(
    {
      a: service([], isOverride),
      b: service(['a'], isOverride),
      c: service(['a', 'b'], isOverride),
    },
    isOverride ? { requiredKeys: [], noNullPrototype: true } : { noNullPrototype: true },
  );
}

const resources: Fields = {
  networks: { n: null, m: { internal: true, labels: ['l=1'] } },
  volumes: { v: null, w: { driver: 'local', labels: { l: 1 } } },
  secrets: { s: { file: './s' }, s2: { environment: 'ONE' } },
  configs: { c: { content: 'x ${ONE}' }, c2: { file: '~/c' } },
};

const overridingResources = fc.constantFrom<Fields>(
  {},
  { networks: { n: { internal: 'true', driver_opts: { a: 1 } }, m: { labels: { k: 'v' } } } },
  { volumes: { w: { labels: ['m=2', 'l=3'], driver_opts: { type: 'none', o: 'bind', device: './d' } } } },
  { networks: { m: new Raw('!reset null') }, volumes: { v: new Raw('!override {driver: other}') } },
);

const extension = fc.constantFrom<Value | undefined>(
  undefined,
  undefined,
  'a',
  { service: 'a' },
  { file: 'sub/base.yaml', service: 'd' },
  { file: 'sub/base.yaml', service: 'e' },
);

/** A project of one to three files, beside a file that services extend, one that is included, and env files. */
export const composeProject: fc.Arbitrary<GeneratedProject> = fc
  .record({
    base: services(false),
    overrides: fc.array(fc.tuple(services(true), overridingResources), { maxLength: 2 }),
    extensions: fc.tuple(extension, extension),
    foreign: fc.tuple(service([], false), service([], false)),
    included: service([], false),
    shared: service([], false),
    usesAnchor: fc.constantFrom(...NAMES, undefined),
    name: fc.constantFrom(undefined, 'named', 'named-${ONE}'),
  })
  .map(({ base, overrides, extensions, foreign, included, shared, usesAnchor, name }) => {
    const [bExtends, cExtends] = extensions;
    const full: Record<string, Fields> = {};
    for (const letter of NAMES) full[letter] = { image: `i-${letter}`, ...base[letter] };
    if (bExtends !== undefined) full['b'] = { ...full['b'], extends: bExtends };
    if (cExtends !== undefined) full['c'] = { ...full['c'], extends: cExtends };
    if (usesAnchor) full[usesAnchor] = { '<<': new Raw('*shared'), ...full[usesAnchor] };
    const [d, e] = foreign;
    const texts: Record<string, string> = {
      'compose.yaml': writeFile({
        ...(name !== undefined && { name }),
        'x-shared': new Raw(`&shared ${write(shared)}`),
        include: ['other/included.yaml'],
        services: full,
        ...resources,
      }),
      'sub/base.yaml': writeFile({ services: { d: { image: 'd', ...d }, e: { ...e, extends: 'd' } } }),
      'other/included.yaml': writeFile({
        services: { f: { image: 'f${IN_INCLUDE}', ...included, networks: ['own'] } },
        networks: { own: null },
      }),
      ...envFiles,
    };
    const files = ['compose.yaml'];
    for (const [index, [changed, more]] of overrides.entries()) {
      const file = `override-${index}.yaml`;
      files.push(file);
      texts[file] = writeFile({ services: changed, ...more });
    }
    return { files, texts };
  });

const envFiles = {
  '.env': 'FROM_FILE=file\nPORT=8083\nSWITCH=true\n',
  'one.env': "A=one\nB='quoted $ONE'\nONE=own\nQ=${A}-${ONE}\n",
  'two.env': '# comment\nexport B="two\\n" # more\nNOPE\nR=${NOPE:-none}\n',
  'sub/one.env': 'A=sub\nS=${ONE}\n',
  'sub/two.env': 'T=t\n',
  'other/one.env': 'A=other\n',
  'other/two.env': 'U=u\n',
  'other/.env': 'IN_INCLUDE=-inner\nFROM_FILE=inner\n',
};

function writeFile(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}: ${write(value)}\n`)
    .join('');
}

/** Flow style: JSON with the raw parts as they stand. */
function write(value: Value): string {
  if (value instanceof Raw) return value.text;
  if (Array.isArray(value)) return `[${value.map(write).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([name, part]) => `${name === '<<' ? name : JSON.stringify(name)}: ${write(part)}`,
  );
  return `{${entries.join(', ')}}`;
}
