import { describe, expect, test } from 'vitest';
import { plainOf } from '../../../documents/located.ts';
import { composeFilesFromEnvironment, standardComposeFiles } from './standard-files.ts';
import { load, messages, partAt } from './testing/load-texts.ts';

const RESOURCES = 'volumes: {v: }\nnetworks: {n: , m: }\nsecrets: {s: {file: ./s}}';

/** What becomes of a field that two files give, in YAML flow style. */
function merged(key: string, base: string, override: string): unknown {
  const file = (value: string): string =>
    `services:\n  a:\n    image: i\n    ${key}: ${value}\n  b: {image: i}\n${RESOURCES}\n`;
  const project = load({ 'a.yaml': file(base), 'b.yaml': file(override) });
  expect(messages(project)).toEqual([]);
  return plainOf(partAt(project, 'services', 'a', key));
}

describe('two files', () => {
  test.each([
    ['command', 'one', '[two]', ['two']],
    ['entrypoint', '[a, b]', '[]', []],
    ['healthcheck', '{test: a, retries: 1}', '{test: [CMD, b]}', { test: ['CMD', 'b'], retries: 1 }],
    ['environment', '{A: 1, B: 2}', '[A=3, C]', { A: '3', B: 2, C: null }],
    ['environment', '[A=1, B]', '[B=2]', ['A=1', 'B=2']],
    ['environment', '{A: 1}', '{A: }', { A: null }],
    ['labels', '{a: 1}', '{b: 2}', { a: 1, b: 2 }],
    ['cap_add', '[X, Y]', '[Y, Z]', ['X', 'Y', 'Z']],
    ['security_opt', '[a]', '[b]', ['a', 'b']],
    ['dns', '1.1.1.1', '[8.8.8.8, 1.1.1.1]', ['1.1.1.1', '8.8.8.8']],
    ['tmpfs', '["/a:size=1m", /b]', '["/a:size=2m", /c]', ['/a:size=2m', '/b', '/c']],
    ['volumes', '["v:/v", ./x:/x]', '["./y:/x:ro"]', ['v:/v', './y:/x:ro']],
    ['ports', '["80:80", "81-82:81-82"]', '["80:80/tcp", "82:82"]', ['81-82:81-82', '80:80/tcp', '82:82']],
    ['networks', '[n, m]', '{n: {aliases: [x]}}', { n: { aliases: ['x'] }, m: null }],
    ['ulimits', '{nofile: {soft: 1, hard: 2}}', '{nofile: 3}', { nofile: 3 }],
    ['logging', '{driver: local, options: {a: 1}}', '{driver: syslog}', { driver: 'syslog' }],
    [
      'logging',
      '{driver: local, options: {a: 1}}',
      '{options: {b: 2}}',
      { driver: 'local', options: { a: 1, b: 2 } },
    ],
    ['build', './x', '{target: t}', { context: './x', target: 't' }],
    ['extra_hosts', '["a:1"]', '{a: "2", b: "3"}', ['a:1', 'a=2', 'b=3']],
    [
      'secrets',
      '[s]',
      '[{source: s, target: /run/secrets/s, mode: 256}]',
      [{ source: 's', target: '/run/secrets/s', mode: 256 }],
    ],
    ['devices', '["/dev/a:/dev/x"]', '["/dev/b:/dev/x:r"]', ['/dev/b:/dev/x:r']],
    [
      'depends_on',
      '{b: {condition: service_healthy}}',
      '[b]',
      { b: { condition: 'service_started', required: true } },
    ],
    ['deploy', '{labels: [a=1], mode: x}', '{labels: {a: 2}}', { labels: { a: 2 }, mode: 'x' }],
    ['x-note', '{a: 1}', '{b: 2}', { b: 2 }],
    ['ports', '["80:80"]', '!reset []', undefined],
    ['environment', '{A: 1}', '!override {B: 2}', { B: 2 }],
    ['environment', '{A: 1, B: 2}', '{A: !reset 0}', { B: 2 }],
  ])('%s: %s and %s', (key, base, override, expected) => {
    if (expected === undefined) expect(() => merged(key, base, override)).toThrow('nothing at');
    else expect(merged(key, base, override)).toEqual(expected);
  });

  test('that do not fit are a problem at the later one', () => {
    const project = load({
      'a.yaml': 'services:\n  a: {image: i, cap_add: [A]}\n',
      'b.yaml': 'services:\n  a:\n    cap_add: B\n',
    });
    expect(
      project.problems.map(({ message, position }) => [position.file, position.line, message]),
    ).toContainEqual([
      '/p/b.yaml',
      3,
      'services.a.cap_add is of another kind than in an earlier file, and cannot be put over it.',
    ]);
  });
});

describe('paths', () => {
  test('from other folders become absolute, those of the project stay', () => {
    const { root } = load({
      'a.yaml':
        'include: [sub/i.yaml]\nservices: {a: {extends: {file: ext/b.yaml, service: b}, volumes: ["./own:/own"]}}\n',
      'ext/b.yaml':
        'services: {b: {image: b, build: ./ctx, volumes: ["./d:/d", "~/h:/h", "v:/v"], env_file: ../x.env}}',
      'sub/i.yaml': 'services: {i: {image: i, build: {}, volumes: [{type: bind, source: ../z, target: /z}]}}',
      'x.env': '',
    });
    expect(plainOf(root)).toMatchObject({
      services: {
        a: {
          build: '/p/ext/ctx',
          volumes: ['/p/ext/d:/d', '~/h:/h', 'v:/v', './own:/own'],
          env_file: '/p/x.env',
        },
        i: { build: { context: '/p/sub' }, volumes: [{ source: '/p/z' }] },
      },
    });
  });
});

describe('profiles', () => {
  const text = 'services: {a: {image: i}, b: {image: i, profiles: [x]}, c: {image: i, profiles: ["${Y}"]}}';
  const names = (profiles: string[], environment = {}): string[] =>
    Object.keys(
      (plainOf(load({ 'a.yaml': text }, { profiles, environment }).root) as { services: object }).services,
    );

  test('leave services out; one that is not known may run', () => {
    expect(names([])).toEqual(['a', 'c']);
    expect(names(['x'], { Y: 'y' })).toEqual(['a', 'b']);
    expect(names(['*'], { Y: 'y' })).toEqual(['a', 'b', 'c']);
    expect(names([], { COMPOSE_PROFILES: 'q, y', Y: 'y' })).toEqual(['a', 'c']);
  });
});

describe('files that Compose takes', () => {
  test('by itself', () => {
    expect(
      standardComposeFiles(['docker-compose.yml', 'compose.yaml', 'x', 'compose.override.yaml']),
    ).toEqual(['compose.yaml', 'compose.override.yaml']);
    expect(standardComposeFiles(['docker-compose.yaml'])).toEqual(['docker-compose.yaml']);
    expect(standardComposeFiles(['compose.override.yml'])).toEqual([]);
  });

  test('from COMPOSE_FILE', () => {
    expect(composeFilesFromEnvironment({}, '/p')).toBeUndefined();
    expect(composeFilesFromEnvironment({ COMPOSE_FILE: 'a.yaml:../b.yaml:/c.yaml' }, '/p/q')).toEqual([
      '/p/q/a.yaml',
      '/p/b.yaml',
      '/c.yaml',
    ]);
    expect(composeFilesFromEnvironment({ COMPOSE_FILE: 'a,b', COMPOSE_PATH_SEPARATOR: ',' }, '/')).toEqual([
      '/a',
      '/b',
    ]);
  });
});
