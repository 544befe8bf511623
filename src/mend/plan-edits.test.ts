import { expect, test } from 'vitest';
import type { DocumentPath } from '../documents/located.ts';
import type { Change, PlainValue } from '../measures/fix.ts';
import { planEdits, type PlanOptions } from './plan-edits.ts';
import { changedTexts, fakeProject } from './testing/fake-target.ts';

function set(path: string, value: PlainValue): Change {
  return { kind: 'set', document: 'compose', path: steps(path), value };
}
function add(path: string, value: PlainValue): Change {
  return { kind: 'add', document: 'compose', path: steps(path), value };
}
function remove(path: string): Change {
  return { kind: 'remove', document: 'compose', path: steps(path) };
}
/** `gateway.ports.0` → ["services", "gateway", "ports", 0]; `/networks.x` is a path from the root. */
function steps(path: string): DocumentPath {
  const words = path
    .replace(/^\//, '')
    .split('.')
    .map((word) => (/^\d+$/.test(word) ? Number(word) : word));
  return path.startsWith('/') ? words : ['services', ...words];
}

async function plan(
  texts: Record<string, string>,
  changes: Change[],
  options: PlanOptions & { files?: string[] } = {},
): Promise<Record<string, string> | string> {
  const project = await fakeProject(texts, options.files);
  const planned = planEdits(await project.read(), changes, options);
  return 'why' in planned ? planned.why : changedTexts(project, planned);
}

const simple = `services:
  gateway:
    image: openclaw/openclaw:1
    build: .
    environment: # names
      - A=1
      - B=two # second
    extra_hosts: ["a:1.2.3.4"]
    sysctls: [net.x=1]
    tmpfs: /run
    networks: [front]
    ports: ["18789:18789", "1:1", "2:2"]
    labels:
      x: y
networks:
  front: {}
`;

test.each<[string, Change[], [string, string][]]>([
  ['an entry of a list of variables', [set('gateway.environment.B', 'three')], [['B=two', 'B=three']]],
  ['a new one', [set('gateway.environment.C', '${C:-x}')], [['# second\n', '# second\n      - C=${C:-x}\n']]],
  ['a new one in a map', [set('gateway.labels.z', 'true')], [['x: y\n', 'x: y\n      z: "true"\n']]],
  ['a host', [set('gateway.extra_hosts.b', '5.6.7.8')], [['["a:1.2.3.4"]', '["a:1.2.3.4", "b:5.6.7.8"]']]],
  ['a host that is there', [set('gateway.extra_hosts.a', '9')], [['a:1.2.3.4', 'a:9']]],
  ['no more variable', [remove('gateway.environment.A')], [['      - A=1\n', '']]],
  ['several items of one list', [remove('gateway.ports.0'), remove('gateway.ports.2'), add('gateway.ports', '3:3')], [['["18789:18789", "1:1", "2:2"]', '["1:1", "3:3"]']]],
  ['a list that was a text', [add('gateway.tmpfs', '/tmp')], [['tmpfs: /run\n', 'tmpfs:\n      - /run\n      - /tmp\n']]],
  ['a short build', [set('gateway.build.target', 'x')], [['build: .\n', 'build:\n      context: .\n      target: x\n']]],
  ['networks by name', [set('gateway.networks.front.ipv4_address', '10.0.0.4')], [['networks: [front]\n', 'networks:\n      front:\n        ipv4_address: 10.0.0.4\n']]],
  ['a network of the project', [set('/networks.front.internal', true)], [['front: {}', 'front: { internal: true }']]],
  ['another section', [set('/volumes.state', null)], [['front: {}\n', 'front: {}\nvolumes:\n  state:\n']]],
  ['a limit', [set('gateway.deploy.resources.limits.memory', '2g'), set('gateway.deploy.resources.limits.cpus', '2.0')], [['x: y\n', 'x: y\n    deploy:\n      resources:\n        limits:\n          memory: 2g\n          cpus: "2.0"\n']]],
])('%s', async (_name, changes, replacements) => {
  const expected = replacements.reduce((text, [from, to]) => text.replace(from, () => to), simple);
  expect(await plan({ 'compose.yaml': simple }, changes)).toEqual({ 'compose.yaml': expected });
}); // prettier-ignore

const anchors = `x-base: &base
  image: openclaw/openclaw:1
  environment:
    A: 1
  cap_add: [SYS_ADMIN, NET_RAW]
  privileged: true
services:
  gateway:
    <<: *base
    command: [openclaw, gateway]
  cli:
    <<: *base
    command: openclaw
`;

test.each<[string, Change[], [string, string][]]>([
  ['a new key', [set('gateway.read_only', true)], [['gateway]\n', 'gateway]\n    read_only: true\n']]],
  ['a key of the shared part', [set('gateway.image', 'x')], [['gateway]\n', 'gateway]\n    image: x\n']]],
  ['an entry of a shared map', [set('gateway.environment.B', '2')], [['environment:\n', 'environment: &base-environment\n'], ['gateway]\n', 'gateway]\n    environment:\n      <<: *base-environment\n      B: "2"\n']]],
  ['an item of a shared list', [remove('gateway.cap_add.0')], [['gateway]\n', 'gateway]\n    cap_add:\n      - NET_RAW\n']]],
  ['a new item', [add('gateway.cap_add', 'CHOWN')], [['gateway]\n', 'gateway]\n    cap_add:\n      - SYS_ADMIN\n      - NET_RAW\n      - CHOWN\n']]],
  ['an entry less', [remove('gateway.environment.A')], [['gateway]\n', 'gateway]\n    environment: {}\n']]],
  ['a whole list less', [remove('gateway.cap_add')], [['gateway]\n', 'gateway]\n    cap_add: []\n']]],
  ['what is on', [remove('gateway.privileged')], [['gateway]\n', 'gateway]\n    privileged: false\n']]],
])('behind a merge key, only the service itself: %s', async (_name, changes, replacements) => {
  const expected = replacements.reduce((text, [from, to]) => text.replace(from, () => to), anchors);
  expect(await plan({ 'compose.yaml': anchors }, changes)).toEqual({ 'compose.yaml': expected });
}); // prettier-ignore

test('a shared part that only one service uses is edited itself', async () => {
  const single = anchors.replace(/ {2}cli:[^]*/, '');
  expect(
    await plan({ 'compose.yaml': single }, [set('gateway.image', 'x'), remove('gateway.cap_add.0')]),
  ).toEqual({
    'compose.yaml': single.replace('openclaw/openclaw:1', 'x').replace('SYS_ADMIN, ', ''),
  });
});

test('a service that others take over changes only when they want it, too', async () => {
  const text = `services:
  gateway: &gateway
    image: openclaw/openclaw:1
    ports: ["18789:18789"]
  cli:
    <<: *gateway
    ports: []
`;
  const change = set('gateway.read_only', true);
  expect(await plan({ 'compose.yaml': text }, [change])).toMatch(
    /^cli takes over what is written for gateway/,
  );
  expect(await plan({ 'compose.yaml': text }, [set('gateway.image', 'x')])).toMatch(/^cli takes over/);
  expect(
    await plan({ 'compose.yaml': text }, [change], { alsoWanted: [set('cli.read_only', true)] }),
  ).toEqual({
    'compose.yaml': text.replace('["18789:18789"]\n', '["18789:18789"]\n    read_only: true\n'),
  });
  expect(await plan({ 'compose.yaml': text }, [set('gateway.ports.0', '127.0.0.1:1:1')])).toEqual({
    'compose.yaml': text.replace('"18789:18789"', '"127.0.0.1:1:1"'),
  });
  expect(await plan({ 'compose.yaml': text }, [set('cli.image', 'x')])).toEqual({
    'compose.yaml': text.replace('    ports: []\n', '    ports: []\n    image: x\n'),
  });
});

test('a service of which others only use a part gets new keys of its own', async () => {
  const text = `services:
  gateway:
    build: &build
      context: .
    environment: &environment
      A: "1"
  cli:
    build: *build
    environment: *environment
`;
  expect(await plan({ 'compose.yaml': text }, [set('gateway.hostname', 'gateway')])).toEqual({
    'compose.yaml': text.replace('A: "1"\n', 'A: "1"\n    hostname: gateway\n'),
  });
  expect(await plan({ 'compose.yaml': text }, [set('gateway.environment.B', '2')])).toMatch(
    /^cli takes over/,
  );
  expect(await plan({ 'compose.yaml': text }, [set('gateway.build.target', 'x')])).toMatch(/^cli takes over/);
});

const base = `services:
  gateway:
    image: openclaw/openclaw:1
    ports:
      - "18789:18789"
    environment:
      A: 1
`;
const override = `services:
  gateway:
    environment:
      - B=2
    # the end
`;

test('each part is edited in the file in which it stands, what is new comes into the last', async () => {
  const texts = { 'compose.yaml': base, 'compose.override.yaml': override };
  expect(
    await plan(texts, [
      set('gateway.ports.0', '127.0.0.1:18789:18789'),
      set('gateway.environment.A', '3'),
      set('gateway.environment.B', '4'),
      set('gateway.environment.C', '5'),
      set('gateway.init', true),
    ]),
  ).toEqual({
    'compose.yaml': base.replace('"18789', '"127.0.0.1:18789').replace('A: 1', 'A: "3"'),
    'compose.override.yaml': override.replace('- B=2\n', '- B=4\n      - C=5\n    init: true\n'),
  });
});

test('extends from another file: the service gets its own key, list items say why', async () => {
  const texts = {
    'common.yaml':
      'services:\n  base:\n    image: openclaw/openclaw:1\n    cap_add: [NET_RAW]\n    environment: {A: 1}\n',
    'compose.yaml': 'services:\n  gateway:\n    extends:\n      file: common.yaml\n      service: base\n',
  };
  const own = (more: string): object => ({ 'compose.yaml': `${texts['compose.yaml']}${more}` });
  expect(await plan(texts, [set('gateway.image', 'x')])).toEqual(own('    image: x\n'));
  expect(await plan(texts, [set('gateway.environment.B', '1')])).toEqual(
    own('    environment:\n      B: "1"\n'),
  );
  expect(await plan(texts, [add('gateway.cap_drop', 'ALL')])).toEqual(own('    cap_drop:\n      - ALL\n'));
  expect(await plan(texts, [remove('gateway.cap_add.0')])).toMatch(/other services/);
});

test('what an env_file says is said in the service', async () => {
  const text = 'services:\n  gateway:\n    image: openclaw/openclaw:1\n    env_file: [a.env]\n';
  expect(await plan({ 'compose.yaml': text, 'a.env': 'X=1\n' }, [set('gateway.environment.X', '2')])).toEqual(
    {
      'compose.yaml': `${text}    environment:\n      X: "2"\n`,
    },
  );
});

test('files without keys, and modes', async () => {
  const texts = { 'compose.yaml': base, '.dockerignore': 'a\r\nb' };
  const project = await fakeProject(texts);
  const planned = planEdits(await project.read(), [
    { kind: 'lines', file: '.gitignore', lines: ['.env', '.env'] },
    { kind: 'mode', file: '.env', mode: 0o600 },
  ]);
  expect(planned).toEqual([
    { file: '/project/.gitignore', edits: [{ start: 0, end: 0, text: '.env\n.env\n' }] },
    { file: '/project/.env', edits: [], mode: 0o600 },
  ]);
});

test('lines go behind what is there, once, with its line ends', async () => {
  const project = await fakeProject({ 'compose.yaml': base });
  const texts = new Map([['/project/.dockerignore', 'a\r\n.env\r\nb']]);
  const change: Change = { kind: 'lines', file: '.dockerignore', lines: ['.env', 'c'] };
  expect(planEdits(await project.read(), [change], { texts })).toEqual([
    { file: '/project/.dockerignore', edits: [{ start: 10, end: 10, text: '\r\nc\r\n' }] },
  ]);
});

test('a line that lets in again stands behind those that are new', async () => {
  const project = await fakeProject({ 'compose.yaml': base });
  const change: Change = { kind: 'lines', file: '.dockerignore', lines: ['!a', '.env', '!b'] };
  const added = async (text: string): Promise<string> => {
    const texts = new Map([['/project/.dockerignore', text]]);
    const planned = planEdits(await project.read(), [change], { texts });
    return 'why' in planned ? planned.why : (planned[0]?.edits[0]?.text ?? '');
  };
  expect(await added('!a\n!b\n')).toBe('.env\n!b\n');
  expect(await added('!a\n.env\n!b\n')).toMatch(/already say/);
});

test('openclaw.json', async () => {
  const config = '{\n  // mine\n  gateway: { bind: "lan" },\n}\n';
  const texts = {
    'compose.yaml': `${base}    volumes: ["./openclaw.json:/home/node/.openclaw/openclaw.json"]\n`,
    'openclaw.json': config,
  };
  const change = (path: string[], value: PlainValue): Change => ({
    kind: 'set',
    document: 'config',
    path,
    value,
  });
  expect(
    await plan(texts, [change(['gateway', 'bind'], 'loopback'), change(['gateway', 'port'], 1)]),
  ).toEqual({
    'openclaw.json': config.replace('"lan"', '"loopback", port: 1'),
  });
});

test('nothing to change is said', async () => {
  expect(await plan({ 'compose.yaml': base }, [set('gateway.image', 'openclaw/openclaw:1')])).toMatch(
    /already say/,
  );
  expect(
    await plan({ 'compose.yaml': base }, [{ kind: 'set', document: 'config', path: ['a'], value: 1 }]),
  ).toMatch(/not read/);
});
