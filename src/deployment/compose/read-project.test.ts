import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { hasUnknownVariable, showUnknown } from '../../documents/unknown-variable.ts';
import { forbidsNewPrivileges } from '../security-options.ts';
import type { Deployment, Service } from '../deployment.ts';
import { loadComposeProject } from './project/load-project.ts';
import { deploymentFromProject } from './read-project.ts';
import { relativePath } from './relative-path.ts';
import { splitCommand } from './shell-words.ts';

/** What an audit reads from `/p/compose.yaml` and the files beside it. */
function read(
  text: string,
  files: Record<string, string> = {},
  environment: Record<string, string> = {},
): Deployment {
  const texts: Record<string, string> = { '/p/compose.yaml': text, ...files };
  const input = {
    files: ['/p/compose.yaml'],
    environment,
    profiles: ['*'],
    unset: 'mark' as const,
  };
  const project = loadComposeProject(input, (path) => texts[path] ?? null);
  if ('needs' in project) throw new Error(`needs ${project.needs.join(', ')}`);
  expect(project.problems).toEqual([]);
  return deploymentFromProject(project);
}

function service(
  fields: string,
  ...rest: Parameters<typeof read> extends [string, ...infer R] ? R : never
): Service {
  const lines = fields.split('\n').map((line) => `    ${line}`);
  const [found] = read(`services:\n  a:\n    image: x\n${lines.join('\n')}\n`, ...rest).services;
  if (!found) throw new Error('no service');
  return found;
}

describe('spellings that other scanners get wrong', () => {
  test.each([
    ['security_opt: ["no-new-privileges:true"]', true],
    ['security_opt: ["no-new-privileges=true"]', true],
    ['security_opt: [no-new-privileges]', true],
    ['security_opt: ["no-new-privileges:true", "seccomp:./profile.json"]', true],
    ['security_opt: ["no-new-privileges:false"]', false],
    ['security_opt: ["no-new-privileges=false"]', false],
    ['security_opt: ["seccomp=unconfined"]', false],
    ['security_opt: []', false],
  ])('%s', (field, expected) => {
    expect(forbidsNewPrivileges(service(field).securityOptions ?? [])).toBe(expected);
  });

  test.each([
    ['read_only: yes', true],
    ['read_only: "yes"', true],
    ['read_only: On', true],
    ['read_only: TRUE', true],
    ['read_only: y', true],
    ['read_only: no', false],
    ['read_only: off', false],
    ['read_only: False', false],
    ['privileged: ${P:-yes}', false],
  ])('%s', (field, expected) => {
    expect(service(field).readOnlyRoot).toBe(expected);
    if (field.startsWith('privileged')) expect(service(field).privileged).toBe(true);
  });

  test.each<[string, Service['ports']]>([
    ['"18789:18789"', [{ hostPort: 18_789, containerPort: 18_789, protocol: 'tcp', entry: 0 }]],
    [
      '"0.0.0.0:18789:18789"',
      [{ hostAddress: '0.0.0.0', hostPort: 18_789, containerPort: 18_789, protocol: 'tcp', entry: 0 }],
    ],
    ['"[::]:1:2"', [{ hostAddress: '::', hostPort: 1, containerPort: 2, protocol: 'tcp', entry: 0 }]],
    ['"[::1]:1:2/udp"', [{ hostAddress: '::1', hostPort: 1, containerPort: 2, protocol: 'udp', entry: 0 }]],
    ['"127.0.0.1::80"', [{ hostAddress: '127.0.0.1', containerPort: 80, protocol: 'tcp', entry: 0 }]],
    ['":8080:80"', [{ hostPort: 8080, containerPort: 80, protocol: 'tcp', entry: 0 }]],
    ['22:22', [{ hostPort: 22, containerPort: 22, protocol: 'tcp', entry: 0 }]],
    [
      '{ target: 80, published: 8080, host_ip: 127.0.0.1 }',
      [{ hostAddress: '127.0.0.1', hostPort: 8080, containerPort: 80, protocol: 'tcp', entry: 0 }],
    ],
    [
      '{ target: 80, published: "8080", mode: host }',
      [{ hostPort: 8080, containerPort: 80, protocol: 'tcp', mode: 'host', entry: 0 }],
    ],
    [
      '"${BIND:-127.0.0.1}:1:2"',
      [{ hostAddress: '127.0.0.1', hostPort: 1, containerPort: 2, protocol: 'tcp', entry: 0 }],
    ],
    [
      '"${BIND:-0.0.0.0}:1:2"',
      [{ hostAddress: '0.0.0.0', hostPort: 1, containerPort: 2, protocol: 'tcp', entry: 0 }],
    ],
  ])('port %s', (entry, expected) => {
    expect(service(`ports: [${entry}]`).ports).toEqual(expected);
  });

  test('file modes and limits in octal and with units', () => {
    expect(service('tmpfs: ["/run:mode=0755"]\nmem_limit: 1_000_000\npids_limit: 0o100').limits).toEqual({
      memoryBytes: 1_000_000,
      pids: 64,
    });
  });

  test('anchors and merge keys', () => {
    const { services } = read(
      'x-safe: &safe { read_only: true, cap_drop: [ALL] }\nx-log: &log { logging: { options: { max-size: 1m } } }\n' +
        'services:\n  a: { image: x, <<: [*safe, *log] }\n  b: { <<: *safe, image: x, read_only: false }\n',
    );
    expect(services[0]).toMatchObject({ readOnlyRoot: true, capDrop: ['ALL'], logging: { maxSize: '1m' } });
    expect(services[1]).toMatchObject({ readOnlyRoot: false, capDrop: ['ALL'] });
  });
});

describe('fields in both syntaxes', () => {
  test('hosts, kernel settings and namespaces', () => {
    expect(
      service(
        'extra_hosts: ["host.docker.internal:host-gateway", "v6=::1"]\nsysctls: [net.ipv4.ip_forward=1]\ndns: 1.1.1.1\n' +
          'cgroup_parent: /x\ncgroup: host\nruntime: runsc\npull_policy: always\nplatform: linux/amd64',
      ),
    ).toMatchObject({
      extraHosts: [
        ['host.docker.internal', 'host-gateway'],
        ['v6', '::1'],
      ],
      sysctls: { 'net.ipv4.ip_forward': '1' },
      dns: ['1.1.1.1'],
      cgroupParent: '/x',
      cgroupMode: 'host',
      runtime: 'runsc',
      pullPolicy: 'always',
      platform: 'linux/amd64',
    });
    expect(service('extra_hosts: { a: 1.2.3.4 }\nsysctls: { x: 1 }\ndns: [1.1.1.1, 8.8.8.8]')).toMatchObject({
      extraHosts: [['a', '1.2.3.4']],
      sysctls: { x: '1' },
      dns: ['1.1.1.1', '8.8.8.8'],
    });
  });

  test('what nobody wrote has its default, or is undefined where the image decides', () => {
    const plain = service('labels: []');
    expect(plain).toMatchObject({
      extraHosts: [],
      sysctls: {},
      dns: [],
      cgroupParent: '',
      cgroupMode: '',
      pullPolicy: '',
      runtime: '',
      readOnlyRoot: false,
      privileged: false,
      restart: 'no',
      mounts: [],
      ports: [],
      devices: [],
      environment: {},
    });
    for (const field of [
      'user',
      'command',
      'entrypoint',
      'healthcheck',
      'build',
      'unknown',
      'environmentFiles',
    ])
      expect(plain).not.toHaveProperty(field);
  });

  test('builds', () => {
    expect(service('build: ./here').build).toEqual({ context: './here' });
    expect(
      service(
        'build:\n  context: .\n  dockerfile: D\n  target: t\n  args: [A=1, B]\n  privileged: true\n  network: host\n' +
          '  ssh: [default]\n  extra_hosts: ["a:1.2.3.4"]\n  entitlements: [network.host]',
      ).build,
    ).toEqual({
      context: '.',
      dockerfile: 'D',
      target: 't',
      args: { A: '1', B: undefined },
      privileged: true,
      network: 'host',
      ssh: ['default'],
      extraHosts: ['a=1.2.3.4'],
      entitlements: ['network.host'],
    });
  });

  test('variables of env files are told from those in the compose file', () => {
    const { environment, environmentFiles } = service('env_file: [conf/a.env]\nenvironment: { B: "2" }', {
      '/p/conf/a.env': 'A=1\nB=1\n',
    });
    expect(environment).toEqual({ A: '1', B: '2' });
    expect(environmentFiles).toEqual({ A: 'conf/a.env' });
  });

  test("mounts that no entry of `volumes` names: another service's, and the engine's socket", () => {
    const { services } = read(
      'services:\n  a: { image: x, volumes: ["/etc:/e", "/b:/b:ro"] }\n  b: { image: x, volumes_from: ["a:ro"] }\n  c: { image: x, volumes_from: [a] }\n',
    );
    expect(services[1]?.mounts).toMatchObject([
      { source: '/etc', readOnly: true },
      { source: '/b', readOnly: true },
    ]);
    expect(services[2]?.mounts).toMatchObject([
      { source: '/etc', readOnly: false },
      { source: '/b', readOnly: true },
    ]);
  });
});

describe('variables that are set nowhere', () => {
  it('leaves out exactly the fields that depend on them', () => {
    const found = service(
      'user: "${UID}"\nread_only: "${RO}"\ncap_drop: ["${CAP}"]\nprivileged: true\nmem_limit: "${MEM}"',
    );
    for (const field of ['user', 'readOnlyRoot', 'capDrop', 'limits'])
      expect(found).not.toHaveProperty(field);
    expect(found).toMatchObject({
      privileged: true,
      unknown: { user: ['UID'], readOnlyRoot: ['RO'], capDrop: ['CAP'], limits: ['MEM'] },
    });
  });

  it('notes in `unread` what was left out', () => {
    const { unread } = read(
      'services: { a: { image: x, user: "${U}", ports: ["${P}:80", "127.0.0.1:1:1"] } }',
    );
    expect(unread?.map(({ path, variables }) => [path.join('.'), variables])).toEqual(
      expect.arrayContaining([
        ['services.a.user', ['U']],
        ['services.a.ports.0', ['P']],
      ]),
    );
  });

  it('keeps what is known of ports', () => {
    expect(service('ports: ["127.0.0.1:${P}:80", "${Q}:81", "0.0.0.0:22:22"]')).toMatchObject({
      ports: [
        { hostAddress: '127.0.0.1', containerPort: 80, entry: 0 },
        { hostAddress: '0.0.0.0', hostPort: 22, entry: 2 },
      ],
      unknown: { ports: ['Q'] },
    });
    expect(service('ports: [{ target: 80, published: "${P}", host_ip: 127.0.0.1 }]').unknown).toBeUndefined();
    expect(service('ports: [{ target: 80, published: 1, host_ip: "${A}" }]')).toMatchObject({
      unknown: { ports: ['A'] },
    });
    expect(service('ports: ["${Q}:81"]')).not.toHaveProperty('ports');
  });

  it('keeps what is known of mounts and images, and shows the variable', () => {
    expect(service('volumes: ["${DATA}:/data:ro", "${HOME_DIR}/.ssh:/k", "/v:${T}"]')).toMatchObject({
      mounts: [
        { kind: 'bind', source: '${DATA}', target: '/data', readOnly: true, entry: { index: 0 } },
        { kind: 'bind', source: '${HOME_DIR}/.ssh', target: '/k', entry: { index: 1 } },
      ],
      unknown: { mounts: ['DATA', 'HOME_DIR', 'T'] },
    });
    const [built] = read('services: { a: { image: "ghcr.io/openclaw/openclaw:${TAG}" } }').services;
    expect(built).toMatchObject({
      role: 'gateway',
      image: { reference: 'ghcr.io/openclaw/openclaw:${TAG}' },
      unknown: { image: ['TAG'] },
    });
  });

  it('keeps maps, with marks in their values', () => {
    const { environment = {}, unknown } = service('environment: { A: "${X}", B: "1", C: "$${X}" }');
    expect(environment['B']).toBe('1');
    expect(hasUnknownVariable(environment['A'] ?? '')).toBe(true);
    expect(showUnknown(environment['A'] ?? '')).toBe('${X}');
    // Two dollars are one that Compose does not look behind.
    expect(environment['C']).toBe('${X}');
    expect(hasUnknownVariable(environment['C'] ?? '')).toBe(false);
    expect(unknown).toEqual({ environment: ['X'] });
  });

  it('a variable that is set is known', () => {
    expect(service('user: "${U}"', {}, { U: '1000' })).toMatchObject({ user: '1000' });
    expect(service('user: "${U}"', { '/p/.env': 'U=1001\n' })).toMatchObject({ user: '1001' });
  });
});

test.each([
  [`sh -c "a 'b' c" 'd e' f\\ g`, ['sh', '-c', "a 'b' c", 'd e', 'f g']],
  ['a  b\n c', ['a', 'b', 'c']],
  ['a "" b', ['a', '', 'b']],
  ['a; b', ['a']],
  ['a > b', ['a']],
  ['a"b c"d', ['ab cd']],
  ['', []],
])('the command %j has the words %j', (text, words) => {
  expect(splitCommand(text)).toEqual(words);
});

test.each([
  ['/p', '/p/a/b', 'a/b'],
  ['/p/x', '/p/y', '../y'],
  ['/p', '/p', '.'],
  ['/', '/a', 'a'],
  ['C:\\p', 'D:\\x', 'D:\\x'],
])('from %s, %s is %s', (folder, path, relative) => {
  expect(relativePath(folder, path)).toBe(relative);
});

const word = fc.constantFrom(
  'a',
  '${X}',
  '127.0.0.1',
  ':',
  '80',
  '/',
  '-',
  '[',
  ']',
  '\u00E4',
  ' ',
  ',',
  'ro',
  '=',
);
const text = fc.array(word, { maxLength: 7 }).map((words) => words.join(''));
const value = fc.oneof(
  text,
  fc.array(text, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('target', 'source', 'type', 'published', 'a'), text),
  fc.array(fc.dictionary(fc.constantFrom('target', 'source', 'type', 'published', 'host_ip'), text), {
    maxLength: 3,
  }),
  fc.jsonValue(),
);
const fields = [
  'ports',
  'volumes',
  'tmpfs',
  'secrets',
  'environment',
  'command',
  'deploy',
  'networks',
  'build',
  'extra_hosts',
  'healthcheck',
  'devices',
  'volumes_from',
  'ulimits',
  'user',
  'image',
];

test('reads anything that a project can hold without an exception', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...fields), value), (definition) => {
      const input = { files: ['/p/c.yaml'], environment: {}, profiles: ['*'], unset: 'mark' as const };
      const source = JSON.stringify({ services: { a: definition } });
      const project = loadComposeProject(input, (path) => (path === '/p/c.yaml' ? source : null));
      if ('needs' in project) return;
      const { services, unread = [] } = deploymentFromProject(project);
      for (const { variables } of unread) expect(variables?.length).not.toBe(0);
      for (const { ports = [] } of services)
        for (const port of ports) expect(port.containerPort).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 300 },
  );
});
