import { describe, expect, test } from 'vitest';
import { nodeAt, plainOf } from '../../../documents/located.ts';
import { unknownVariable } from '../../../documents/unknown-variable.ts';
import type { ComposeInput } from './compose-project.ts';
import { loadComposeProject } from './load-project.ts';
import { load, messages, partAt, writtenAt, type Texts } from './testing/load-texts.ts';

describe('texts that are missing', () => {
  const texts: Texts = {
    '/p/compose.yaml':
      'include: ["${PART}.yaml"]\nservices: {a: {image: i, env_file: a.env, extends: {file: b/b.yaml, service: b}}}',
    '/p/.env': 'PART=part',
    '/p/part.yaml': 'services: {p: {image: p}}',
    '/p/b/b.yaml': 'services: {b: {command: x}}',
    '/p/a.env': 'K=v',
  };

  test('are asked for in as few rounds as it takes', () => {
    const known = new Map<string, string | null>();
    const rounds: string[][] = [];
    const input: ComposeInput = { files: ['/p/compose.yaml'], environment: {}, profiles: [], unset: 'mark' };
    let result = loadComposeProject(input, (path) => known.get(path));
    while ('needs' in result) {
      rounds.push(result.needs.toSorted());
      for (const path of result.needs) known.set(path, texts[path] ?? null);
      result = loadComposeProject(input, (path) => known.get(path));
    }
    expect(rounds).toEqual([['/p/.env', '/p/compose.yaml'], ['/p/b/b.yaml', '/p/part.yaml'], ['/p/a.env']]);
    expect(result.problems).toEqual([]);
    expect([...result.sources.keys()]).toEqual([
      '/p/.env',
      '/p/compose.yaml',
      '/p/part.yaml',
      '/p/b/b.yaml',
      '/p/a.env',
    ]);
  });

  test('that are not there are problems, or unknown where unset variables are', () => {
    const missing = {
      'compose.yaml': 'services:\n  a: {image: i, env_file: [x.env, {path: y.env, required: false}]}',
    };
    expect(messages(load(missing, { unset: 'empty' }))).toEqual(['2:28 There is no file /p/x.env.']);
    const project = load(missing);
    expect(messages(project)).toEqual([]);
    expect(project.envFiles).toEqual([
      { service: 'a', path: '/p/x.env', isRequired: true, isThere: false },
      { service: 'a', path: '/p/y.env', isRequired: false, isThere: false },
    ]);
  });
});

describe('places', () => {
  const project = load({
    'compose.yaml': [
      'x-base: &base',
      '  cap_drop: [ALL]',
      'services:',
      '  web:',
      '    <<: *base',
      '    image: "web:${TAG:-1}"',
      '    environment: {A: one, B: two}',
      '    ports:',
      '      - "80:80"',
      '    env_file: web.env',
      '  worker:',
      '    extends: web',
      '    image: worker',
    ].join('\n'),
    'override.yaml': 'services: {web: {environment: [B=three, C], ports: ["81:81"], user: root}}',
    'web.env': '# variables\nA=file\nKEY=value',
  });

  test('are those of the file that won', () => {
    expect(writtenAt(project, 'services', 'web', 'user')).toBe('override.yaml: root');
    expect(writtenAt(project, 'services', 'web', 'environment', 'A')).toBe('compose.yaml: one');
    expect(writtenAt(project, 'services', 'web', 'environment', 'B')).toBe('override.yaml: B=three');
    expect(writtenAt(project, 'services', 'web', 'ports', 0)).toBe('compose.yaml: "80:80"');
    expect(writtenAt(project, 'services', 'web', 'ports', 1)).toBe('override.yaml: "81:81"');
    expect(partAt(project, 'services', 'web', 'image')).toMatchObject({
      value: 'web:1',
      source: 'web:${TAG:-1}',
    });
  });

  test('of merged collections are in the first file', () => {
    expect(partAt(project, 'services', 'web', 'ports').origin.file).toBe('/p/compose.yaml');
    expect(partAt(project, 'services', 'web').origin.file).toBe('/p/compose.yaml');
  });

  test('behind a merge key and of what was extended are shared', () => {
    expect(partAt(project, 'services', 'web', 'cap_drop', 0).origin).toMatchObject({ isShared: true });
    expect(partAt(project, 'services', 'web', 'image').origin.isShared).toBeUndefined();
    expect(partAt(project, 'services', 'worker', 'ports', 0).origin).toMatchObject({ isShared: true });
    expect(partAt(project, 'services', 'worker').origin.isShared).toBeUndefined();
    expect(writtenAt(project, 'services', 'worker', 'image')).toBe('compose.yaml: worker');
    expect(nodeAt(project.root, ['services', 'worker', 'extends'])).toBeUndefined();
  });

  test('of variables of an env file are there, and implied', () => {
    expect(writtenAt(project, 'services', 'web', 'environment', 'KEY')).toBe('web.env: value');
    expect(partAt(project, 'services', 'web', 'environment', 'KEY').origin).toMatchObject({
      isImplied: true,
      path: ['KEY'],
      key: { start: 19, end: 22 },
    });
  });
});

describe('variables', () => {
  test('that are set nowhere leave a mark, and are named', () => {
    const project = load({
      'compose.yaml':
        'services:\n  a:\n    image: i\n    privileged: ${P}\n    ports: ["${HOST}:80"]\n    user: ${U:?no}\n',
    });
    expect(plainOf(partAt(project, 'services', 'a', 'privileged'))).toBe(unknownVariable('P'));
    expect(plainOf(partAt(project, 'services', 'a', 'ports', 0))).toBe(`${unknownVariable('HOST')}:80`);
    expect(project.unset.map(({ name, position }) => [name, position.line])).toEqual([
      ['P', 4],
      ['HOST', 5],
      ['U', 6],
    ]);
    expect(project.problems).toEqual([]);
  });

  test('in the name of a file that is needed are a problem', () => {
    const project = load({
      'compose.yaml':
        'include: ["${X}"]\nservices:\n  a: {image: i, env_file: "${Y}"}\n  b: {image: i, extends: {file: "${Z}", service: q}}',
    });
    expect(messages(project).map((message) => message.replace(/^\S+ /, ''))).toEqual([
      'include.0 depends on a variable that is not set.',
      'services.b.extends depends on a variable that is not set.',
      'services.a.env_file depends on a variable that is not set.',
    ]);
  });

  test('are read as booleans and numbers where Compose does', () => {
    const { root } = load(
      {
        'compose.yaml':
          'services: {a: {image: i, privileged: "${P}", read_only: on, scale: "${N}", hostname: "${N}"}}',
      },
      { environment: { P: 'Yes', N: '2' } },
    );
    expect(plainOf(root)).toMatchObject({
      services: { a: { privileged: true, read_only: true, scale: 2, hostname: '2' } },
    });
  });

  test('of the environment win over .env, and --env-file takes its place', () => {
    const texts = {
      'compose.yaml': 'services: {a: {image: "${A}-${B}"}}',
      '.env': 'A=1\nB=2',
      'other.env': 'A=3\nB=4',
    };
    const image = (more: Partial<ComposeInput>): unknown =>
      plainOf(partAt(load(texts, more), 'services', 'a', 'image'));
    expect(image({ environment: { A: 'outer' } })).toBe('outer-2');
    expect(image({ envFiles: ['/p/.env', '/p/other.env'] })).toBe('3-4');
    expect(image({ environment: { COMPOSE_ENV_FILES: 'other.env' } })).toBe('3-4');
    expect(image({ environment: { COMPOSE_DISABLE_ENV_FILE: '1' }, unset: 'empty' })).toBe('-');
  });
});

describe('the name', () => {
  const named = (text: string, more: Partial<ComposeInput> = {}): string =>
    load({ 'compose.yaml': `${text}\nservices: {a: {image: i}}` }, more).name;

  test('is given, from the environment, from the file, or the one of the folder', () => {
    expect(named('name: file', { projectName: 'given', environment: { COMPOSE_PROJECT_NAME: 'env' } })).toBe(
      'given',
    );
    expect(named('name: file', { environment: { COMPOSE_PROJECT_NAME: 'env' } })).toBe('env');
    expect(named('name: file-${X}', { environment: { X: '1' } })).toBe('file-1');
    expect(named('')).toBe('p');
    expect(named('', { projectDirectory: '/x/_My App' })).toBe('myapp');
  });
});

describe('problems', () => {
  const problemsOf = (text: string): string[] => messages(load({ 'compose.yaml': text }));

  test('point at what is wrong', () => {
    expect(
      problemsOf('services:\n  a:\n    image: i\n    prots: []\n    privileged: maybe\n    user: 1\n'),
    ).toEqual([
      '5:17 services.a.privileged must be true or false.',
      '4:5 Compose knows no key "prots" in services.a. Did you mean "ports"?',
      '6:11 services.a.user must be a text.',
    ]);
  });

  test('of chains that lead back to themselves', () => {
    expect(problemsOf('services:\n  a: {extends: b}\n  b: {extends: a}')[0]).toContain(
      'leads back to itself',
    );
    expect(problemsOf('include: [compose.yaml]\nservices: {a: {image: i}}')[0]).toContain(
      'leads back to itself',
    );
    expect(
      problemsOf('services: {a: {image: i, depends_on: [b]}, b: {image: i, depends_on: [a]}}')[0],
    ).toContain('wait for each other');
  });

  test('never show the value of a variable', () => {
    const secret = 'S3CRET';
    const project = load(
      {
        'compose.yaml':
          'services:\n  a: {image: i, privileged: "${S}", volumes: ["${S}:/x"], ports: ["${S}"], env_file: x.env, depends_on: ["${S}"], stop_grace_period: "${S}", pull_policy: "${S}"}',
        'x.env': `${secret} x=${secret}`,
      },
      { environment: { S: secret } },
    );
    expect(project.problems.length).toBeGreaterThan(5);
    expect(JSON.stringify(project.problems)).not.toContain(secret);
  });

  test('are counted only so far', () => {
    const keys = Array.from({ length: 5000 }, (_, index) => `    k${index}: 1`).join('\n');
    expect(problemsOf(`services:\n  a:\n    image: i\n${keys}`)).toHaveLength(50);
  });
});
