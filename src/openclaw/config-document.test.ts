import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { nodeAt, plainOf, type DocumentPath } from '../documents/located.ts';
import { unknownVariable } from '../documents/unknown-variable.ts';
import { loadOpenclawConfig, variableSettings, type ConfigDocument, type ConfigPlace } from './config-document.ts';

type Files = Record<string, string>;

/** Loads /c/openclaw.json, giving each file only once it was asked for. */
function load(files: Files, environment: Record<string, string> = {}, place?: ConfigPlace): ConfigDocument {
  const given = new Map<string, string | null>();
  for (let round = 0; round < 500; round += 1) {
    const loaded = loadOpenclawConfig('/c/openclaw.json', (path) => given.get(path), environment, place);
    if (!('needs' in loaded)) return loaded;
    expect(loaded.needs.length).toBeGreaterThan(0);
    for (const path of loaded.needs) {
      expect(given.has(path)).toBe(false);
      given.set(path, files[path] ?? null);
    }
  }
  throw new Error('it asks for ever');
}

const main = (text: string, others: Files = {}): Files => ({ '/c/openclaw.json': text, ...others });
const messages = (document: ConfigDocument): string[] => document.problems.map((problem) => problem.message);
const writtenIn = (document: ConfigDocument, ...path: DocumentPath): string | undefined =>
  nodeAt(document.root, path)?.origin.file;

describe('includes', () => {
  test('one file, keys beside it win, objects are merged, lists joined', () => {
    const document = load(
      main('{ gateway: { $include: "./gateway.json5", bind: "lan", list: [3] } }', {
        '/c/gateway.json5': '{ bind: "loopback", port: 1, auth: { mode: "token" }, list: [1, 2] }',
      }),
    );
    expect(plainOf(document.root)).toEqual({
      gateway: { bind: 'lan', port: 1, auth: { mode: 'token' }, list: [1, 2, 3] },
    });
    expect(messages(document)).toEqual([]);
    expect(writtenIn(document, 'gateway', 'bind')).toBe('/c/openclaw.json');
    expect(writtenIn(document, 'gateway', 'auth', 'mode')).toBe('/c/gateway.json5');
    expect(nodeAt(document.root, ['gateway', 'auth', 'mode'])?.origin.path).toEqual(['auth', 'mode']);
    expect([...document.sources.keys()]).toEqual(['/c/openclaw.json', '/c/gateway.json5']);
  });

  test('a list, later ones win, and files that include others from their own folder', () => {
    const document = load(
      main('{ $include: ["sub/a.json", "/c/b.json"] }', {
        '/c/sub/a.json': '{ "x": 1, "y": { "$include": "inner/../c.json" } }',
        '/c/sub/c.json': '[1]',
        '/c/b.json': '{ "x": 2 }',
      }),
    );
    expect(plainOf(document.root)).toEqual({ x: 2, y: [1] });
  });

  test('a file that is included twice is marked, since an edit changes both places', () => {
    const document = load(main('{ a: { $include: "b" }, c: { $include: "b" } }', { '/c/b': '{ d: 1 }' }));
    expect(nodeAt(document.root, ['a', 'd'])?.origin.isShared).toBe(true);
  });

  test.each<[string, Files, string]>([
    ['that is missing', main('{ $include: "x.json" }'), 'The included file does not exist.'],
    ['of itself', main('{ $include: "openclaw.json" }'), 'The file includes itself.'],
    ['in a circle', main('{ $include: "a" }', { '/c/a': '{ $include: "openclaw.json" }' }), 'The file includes itself.'],
    ['from outside', main('{ $include: "../d/x.json" }'), 'lies outside of the folder'],
    ['by an absolute path', main('{ $include: "/etc/passwd" }'), 'lies outside of the folder'],
    ['of a number', main('{ $include: 1 }'), 'takes the path of a file'],
    ['of a number in a list', main('{ $include: [1] }'), 'takes the path of a file'],
    ['of a list beside keys', main('{ $include: "a", b: 1 }', { '/c/a': '[]' }), 'nothing may stand beside'],
    ['of what is not JSON5', main('{ $include: "a" }', { '/c/a': '{' }), 'is not JSON5'],
    ['of a NUL', main('{ $include: "a\\0" }'), 'no path of a file'],
  ])('%s', (_, files, message) => {
    expect(messages(load(files)).join('\n')).toContain(message);
  });

  test('ten levels and no more', () => {
    const chain = (count: number): Files =>
      Object.fromEntries(
        Array.from({ length: count + 1 }, (_, level) => [
          level === 0 ? '/c/openclaw.json' : `/c/${level}`,
          level === count ? '{ a: 1 }' : `{ $include: "${level + 1}" }`,
        ]),
      );
    expect(messages(load(chain(10)))).toEqual([]);
    expect(messages(load(chain(11))).join()).toContain('more than 10 levels');
  });

  test('that grow without end are cut', () => {
    const files = main('{ $include: ["1", "1", "1", "1"] }');
    for (let level = 1; level < 10; level += 1)
      files[`/c/${level}`] = JSON.stringify({ $include: Array.from({ length: 9 }, () => String(level + 1)), l: [1] });
    files['/c/10'] = '{ a: 1 }';
    expect(messages(load(files)).join()).toContain('More than 200 files');
  });

  test('in a container are found on the host, as far as they are mounted', () => {
    const place: ConfigPlace = {
      containerPath: '/etc/openclaw/openclaw.json',
      hostPathOf: (path) => (path.startsWith('/etc/openclaw/') ? path.replace('/etc/openclaw', '/c') : undefined),
    };
    const files = main('{ $include: ["/etc/openclaw/a", "/x/b"] }', { '/c/a': '{ a: 1 }' });
    const document = load(files, { OPENCLAW_INCLUDE_ROOTS: '/x:/y' }, place);
    expect(plainOf(document.root)).toEqual({ a: 1 });
    expect(messages(document)).toEqual(['The included file is not mounted from this host, and was not read.']);
  });
});

describe('variables', () => {
  const text = '{ a: "${A}-${B}", b: "$${A}", c: "${a} $A ${A:-x}", d: ["${UNSET}"], token: { source: "env", id: "A" } }';

  test('are put in as OpenClaw does it', () => {
    const document = load(main(text), { A: 'x', B: '' });
    expect(plainOf(document.root)).toEqual({
      a: 'x-${B}',
      b: '${A}',
      c: '${a} $A ${A:-x}',
      d: [unknownVariable('UNSET')],
      token: { source: 'env', id: 'A' },
    });
    expect(document.unset).toMatchObject([{ name: 'UNSET', position: { line: 1, file: '/c/openclaw.json' } }]);
    expect(nodeAt(document.root, ['a'])).toMatchObject({ source: '${A}-${B}' });
    expect(variableSettings(document)).toEqual({ a: ['A', 'B'], 'd.0': ['UNSET'] });
  });

  test('may come from the document itself, unless the environment has them', () => {
    const own = '{ env: { vars: { A: "own", B: "own" } }, a: "${A}", b: "${B}", c: "${toString}" }';
    const { root } = load(main(own), { A: 'given' });
    expect(plainOf(root)).toMatchObject({ a: 'given', b: 'own' });
  });
});

describe('a document that is none', () => {
  test.each([
    ['[]', 'holds no object'],
    ['{', 'was expected'],
  ])('%s', (text, message) => {
    const document = load(main(text));
    expect(plainOf(document.root)).toEqual({});
    expect(messages(document).join()).toContain(message);
  });

  test('missing', () => {
    expect(messages(load({}))).toEqual(['There is no such file.']);
  });
});

describe('hostile input', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.json().map((json) => json.replaceAll(/"[^"]{0,2}"(?=:)/g, '"$include"')),
    fc.array(fc.constantFrom('a', 'b', 'openclaw.json', '../a', '${A}', '\0'), { maxLength: 4 }).map((files) => JSON.stringify({ $include: files, x: '${A}' })),
    fc.constantFrom('a', 'b').map((file) => `{ $include: "${file}", l: [1] }`),
  );
  property.prop([text, text, text])('never throws and always ends', (first, second, third) => {
    const document = load(main(first, { '/c/a': second, '/c/b': third }), { A: 'x' });
    expect(document.root.kind).toBe('map');
  });
});
