import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { applyEdits, type TextEdit } from '../text-edit.ts';
import type { DocumentPath } from '../located.ts';
import { addTo, openYaml, removeIn, setIn, type NoEdit } from './edit-yaml.ts';
import { data, randomYaml, trickyTexts } from './testing/random-yaml.ts';
import { aliasOf, type EditValue } from './values.ts';

function applied(text: string, edits: TextEdit[] | NoEdit): string {
  return 'why' in edits ? `why: ${edits.why}` : applyEdits(text, edits);
}

const compose = `# head
services:
  gateway: # the one
    image: openclaw:1   # pinned
    ports:
      - "18789:18789" # all
      # - "1:1"
    environment:
      - A=1
    command: ["a", 'b']
    # after

  # next
  db:
    image: db
    cap_add: [A, B]
    environment:
    labels: {a: b}
volumes: {}
`;

describe('set', () => {
  test.each<[string, DocumentPath, EditValue, string, string]>([
    ['a new key', ['services', 'gateway', 'read_only'], true, "    command: [\"a\", 'b']\n", "    command: [\"a\", 'b']\n    read_only: true\n"],
    ['a list', ['services', 'gateway', 'cap_drop'], ['ALL'], "    command: [\"a\", 'b']\n", "    command: [\"a\", 'b']\n    cap_drop:\n      - ALL\n"],
    ['a nested value', ['services', 'db', 'deploy', 'resources', 'limits', 'cpus'], '2.0', '{a: b}\n', '{a: b}\n    deploy:\n      resources:\n        limits:\n          cpus: "2.0"\n'],
    ['a scalar with a comment', ['services', 'gateway', 'image'], 'o@sha256:1', 'openclaw:1', 'o@sha256:1'],
    ['a quoted item', ['services', 'gateway', 'ports', 0], '127.0.0.1:18789:18789', '"18789:18789"', '"127.0.0.1:18789:18789"'],
    ['an empty value', ['services', 'db', 'environment', 'X'], 'z', 'environment:\n    labels', 'environment:\n      X: z\n    labels'],
    ['a flow map', ['services', 'db', 'labels', 'c'], 'on', '{a: b}', '{a: b, c: "on"}'],
    ['an empty flow map', ['volumes', 'data'], null, 'volumes: {}', 'volumes: { data: null }'],
    ['a scalar in the place of a list', ['services', 'gateway', 'command'], 'run', "[\"a\", 'b']", 'run'],
    ['a list in the place of a scalar', ['services', 'db', 'image'], ['a'], 'image: db\n', 'image:\n      - a\n'],
    ['fewer items', ['services', 'db', 'cap_add'], ['B'], '[A, B]', '[B]'],
    ['a changed list', ['services', 'db', 'cap_add'], ['A', 'C'], '[A, B]', '[A, C]'],
  ])('%s', (_name, path, value, from, to) => {
    expect(applied(compose, setIn(compose, path, value))).toBe(compose.replace(from, to));
    const windows = compose.replaceAll('\n', '\r\n');
    const expected = compose.replace(from, to).replaceAll('\n', '\r\n');
    expect(applied(windows, setIn(windows, path, value))).toBe(expected);
  }); // prettier-ignore

  test('what is there already is no change', () => {
    expect(setIn(compose, ['services', 'gateway', 'command'], ['a', 'b'])).toEqual([]);
    expect(setIn(compose, ['services', 'db', 'environment'], null)).toEqual([]);
  });

  test('into the void', () => {
    expect(applied('', setIn('', ['a', 'b'], 1))).toBe('a:\n  b: 1\n');
    expect(applied('# only\r\n', setIn('# only\r\n', ['a'], ['b']))).toBe('# only\r\na:\r\n  - b\r\n');
    expect(applied('---\n...\n', setIn('---\n...\n', ['a'], 1))).toBe('---\na: 1\n...\n');
  });

  test('the end of a file without a last line end stays without one', () => {
    expect(applied('a:\n  b: 1', setIn('a:\n  b: 1', ['a', 'c'], 2))).toBe('a:\n  b: 1\n  c: 2');
  });

  test('indents and lists as the file does', () => {
    const wide = 'a:\n    b:\n    - x\n    c:\n        d: 1\n';
    expect(applied(wide, setIn(wide, ['a', 'e'], { f: { g: ['h'] } }))).toBe(
      `${wide}    e:\n        f:\n            g:\n            - h\n`,
    );
  });

  test('aliases on the way become maps of their own', () => {
    const text = 'x: &x\n  a: 1\nl: &l [p, 0755]\ny: *x # c\nz:\n  l: *l\n';
    expect(applied(text, setIn(text, ['y', 'b'], 2))).toBe(
      text.replace('y: *x # c\n', 'y: # c\n  <<: *x\n  b: 2\n'),
    );
    expect(applied(text, addTo(text, ['z', 'l'], 'q'))).toBe(
      text.replace('  l: *l\n', '  l:\n    - p\n    - 0755\n    - q\n'),
    );
    expect(applied(text, setIn(text, ['y'], aliasOf('l')))).toBe(text.replace('*x', '*l'));
  });

  test('anchors of what is replaced stay', () => {
    const text = 'a: &n 1\nb: &m !!str 2\nc: [*n, *m]\n';
    expect(applied(text, setIn(text, ['a'], 3))).toBe(text.replace('1', '3'));
    expect(applied(text, setIn(text, ['b'], 'x'))).toBe(text.replace('!!str 2', 'x'));
  });

  test('block scalars keep their line ends', () => {
    const keep = 'a:\n  b: |+\n    text\n\nc: 1\n';
    expect(applied(keep, setIn(keep, ['a', 'd'], 2))).toBe('a:\n  b: |+\n    text\n\n  d: 2\nc: 1\n');
    const clip = 'a:\n  b: |\n    text\n\n\nc: 1\n';
    expect(applied(clip, setIn(clip, ['a', 'd'], 2))).toBe('a:\n  b: |\n    text\n  d: 2\n\n\nc: 1\n');
    expect(applied(clip, setIn(clip, ['a', 'b'], 'x'))).toBe('a:\n  b: x\n\n\nc: 1\n');
    expect(applied(keep, setIn(keep, ['a', 'b'], 'x'))).toBe('a:\n  b: x\nc: 1\n');
  });

  test('lines of a flow collection', () => {
    const text = '{\n  "a": [\n    "x", # one\n    "y" # two\n  ]\n}\n';
    expect(applied(text, setIn(text, ['b'], { c: 'd' }))).toBe(
      '{\n  "a": [\n    "x", # one\n    "y" # two\n  ],\n  "b": { "c": "d" }\n}\n',
    );
    expect(applied(text, addTo(text, ['a'], 'z'))).toBe(
      '{\n  "a": [\n    "x", # one\n    "y", # two\n    "z"\n  ]\n}\n',
    );
  });

  test('a key without a value in braces keeps a space behind its colon', () => {
    expect(applied('{a: }', setIn('{a: }', ['b'], 1))).toBe('{a: , b: 1 }');
    expect(applied('{a: , b: 1}', removeIn('{a: , b: 1}', ['b']))).toBe('{a: }');
  });

  test('says why where it cannot', () => {
    expect(setIn('a: b', ['a', 'c'], 1)).toEqual({ why: 'a single value stands where it would go' });
    expect(setIn('a: [', ['a'], 1)).toEqual({ why: 'the file is not valid YAML' });
    expect(setIn('a: 1\n---\nb: 1', ['a'], 2)).toEqual({ why: 'the file is not valid YAML' });
    expect(setIn('['.repeat(20_000), ['a'], 2)).toHaveProperty('why');
    expect(setIn('a: 1\na: 2\n', ['b'], 2)).toHaveProperty('why');
  });
});

describe('add', () => {
  test('before the comments that follow, behind those that are deeper', () => {
    expect(applied(compose, addTo(compose, ['services', 'gateway', 'ports'], '2:2'))).toBe(
      compose.replace('# all\n', '# all\n      - "2:2"\n'),
    );
    expect(applied(compose, addTo(compose, ['services', 'gateway', 'environment'], 'B=2'))).toBe(
      compose.replace('- A=1\n', '- A=1\n      - B=2\n'),
    );
  });
  test('to a list that is not there, empty, or a single value', () => {
    expect(applied(compose, addTo(compose, ['services', 'db', 'tmpfs'], '/tmp'))).toBe(
      compose.replace('{a: b}\n', '{a: b}\n    tmpfs:\n      - /tmp\n'),
    );
    expect(applied('tmpfs: "/tmp" # c\n', addTo('tmpfs: "/tmp" # c\n', ['tmpfs'], '/run'))).toBe(
      'tmpfs: # c\n  - "/tmp"\n  - /run\n',
    );
    expect(applied('a: []', addTo('a: []', ['a'], 'x'))).toBe('a: [x]');
    expect(addTo('a: [x]', ['a'], 'x')).toEqual([]);
  });
});

describe('remove', () => {
  test.each<[string, DocumentPath, string, string]>([
    ['an entry with a comment', ['services', 'gateway', 'image'], '    image: openclaw:1   # pinned\n', '    # pinned\n'],
    ['an entry', ['services', 'db', 'image'], '    image: db\n', ''],
    ['the last item with its list', ['services', 'gateway', 'environment', 0], '    environment:\n      - A=1\n', ''],
    ['a list, not its comments', ['services', 'gateway', 'ports'], '    ports:\n      - "18789:18789" # all\n      # - "1:1"\n', '      # all\n      # - "1:1"\n'],
    ['an item in brackets', ['services', 'db', 'cap_add', 0], '[A, B]', '[B]'],
    ['the last of them', ['services', 'db', 'cap_add', 1], '[A, B]', '[A]'],
    ['a map in braces with its only entry', ['services', 'db', 'labels', 'a'], '    labels: {a: b}\n', ''],
  ])('%s', (_name, path, from, to) => {
    expect(applied(compose, removeIn(compose, path))).toBe(compose.replace(from, to));
  }); // prettier-ignore

  test('what must stay is left empty', () => {
    expect(applied('a:\n  b: 1\n', removeIn('a:\n  b: 1\n', ['a', 'b'], 1))).toBe('a:\n');
    expect(applied('a: {b: 1}\n', removeIn('a: {b: 1}\n', ['a', 'b'], 1))).toBe('a: {}\n');
    expect(applied('a: 1\nb: 2', removeIn('a: 1\nb: 2', ['b']))).toBe('a: 1');
  });

  test('the first entry behind a dash', () => {
    const text = '- a: 1\n  b: 2\n- c: 1 # c\n  d: 2\n';
    expect(applied(text, removeIn(text, [0, 'a']))).toBe('- b: 2\n- c: 1 # c\n  d: 2\n');
    expect(applied(text, removeIn(text, [1, 'c']))).toBe('- a: 1\n  b: 2\n- # c\n  d: 2\n');
  });

  test('what is not there', () => {
    expect(removeIn(compose, ['services', 'x', 'y'])).toEqual([]);
  });
});

test('an anchor is given without a change of the data', () => {
  const editor = openYaml('a:\n  b: # c\n    d: 1\n  e: [1]\n');
  if ('why' in editor) throw new Error(editor.why);
  expect(editor.anchor(['a', 'b'], 'x')).toBeUndefined();
  expect(editor.anchor(['a', 'e'], 'y')).toBeUndefined();
  expect(editor.text()).toBe('a:\n  b: &x # c\n    d: 1\n  e: &y [1]\n');
});

test.each(trickyTexts)('writes %j so that YAML 1.1 and 1.2 read it', (word) => {
  for (const text of ['a: 1\n', 'a: "1"\n', "a: '1'\n", '{a: 1}\n', 'a:\n- 1\n']) {
    for (const [edits, find] of [
      [setIn(text, ['a'], word), (value: { a: unknown }) => value.a],
      [setIn(text, ['b'], [word]), (value: { b: unknown[] }) => value.b[0]],
      [setIn(text, ['c'], { [word]: 1 }), (value: { c: object }) => Object.keys(value.c)[0]],
    ] as const) {
      const result = applied(text, edits);
      if (word === '<<' && result.includes('<<:')) continue;
      for (const version of ['1.1', '1.2'] as const)
        expect(find(parse(result, { version }) as never), `${version}: ${result}`).toBe(word);
    }
  }
});

/** A path into the data, chosen by numbers; sometimes to something that is not there. */
function choosePath(value: unknown, choices: readonly number[]): DocumentPath {
  const [choice = 0, ...rest] = choices;
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  if (keys.length === 0) return Array.isArray(value) ? [] : ['new key'];
  if (choice % 5 === 0 && !Array.isArray(value)) return ['new key'];
  const key = keys[choice % keys.length] as string | number;
  const child = (value as Record<string | number, unknown>)[key];
  return choice % 3 === 0 && rest.length > 0 ? [key] : [key, ...choosePath(child, rest)];
}

function dataAfter(value: unknown, path: DocumentPath, change: (old: unknown) => unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return change(value);
  if (Array.isArray(value))
    return value.flatMap((item, index) => {
      if (index !== Number(step)) return [item];
      const next = dataAfter(item, rest, change);
      return next === undefined ? [] : [next];
    });
  const { [String(step)]: old, ...others } = (value ?? {}) as Record<string, unknown>;
  const next = dataAfter(old, rest, change);
  return next === undefined ? others : { ...others, [String(step)]: next };
}

const choices = fc.array(fc.nat(99), { minLength: 1, maxLength: 5 });

function checkResult(text: string, edits: TextEdit[], expected: unknown): string {
  const after = applyEdits(text, edits);
  expect(parse(after), after).toEqual(expected);
  const comments = (source: string): number =>
    source.split(/(?:^|\s)# ?(?:c\d|about|below|head|more|tail|key: v)/).length;
  expect(comments(after), after).toBe(comments(text));
  expect(/(?<!\r)\n/.test(after) && text.includes('\r\n')).toBe(false);
  for (const { start, end } of edits) expect(end).toBeGreaterThanOrEqual(start);
  return after;
}

describe('of any document', () => {
  propertyTest.prop([randomYaml], { numRuns: 300 })(
    'the generator says what it means',
    ({ data: wanted, text }) => {
      expect(parse(text)).toEqual(wanted);
    },
  );

  propertyTest.prop([randomYaml, choices, data.value], { numRuns: 400 })(
    'set',
    ({ data: before, text }, numbers, value) => {
      const path = choosePath(before, numbers);
      fc.pre(path.length > 0);
      const edits = setIn(text, path, value as EditValue);
      if ('why' in edits) throw new Error(`${edits.why}: ${JSON.stringify({ text, path, value })}`);
      const after = checkResult(
        text,
        edits,
        dataAfter(before, path, () => value),
      );
      expect(setIn(after, path, value as EditValue)).toEqual([]);
    },
  );

  propertyTest.prop([randomYaml, choices], { numRuns: 400 })('remove', ({ data: before, text }, numbers) => {
    const path = choosePath(before, numbers);
    fc.pre(path.length > 0 && path.at(-1) !== 'new key');
    const edits = removeIn(text, path, path.length - 1);
    if ('why' in edits) throw new Error(`${edits.why}: ${JSON.stringify({ text, path })}`);
    const after = applyEdits(text, edits);
    const expected = dataAfter(before, path, () => undefined);
    const isEmptied = Object.keys(dataAt(expected, path.slice(0, -1)) as object).length === 0;
    checkResult(text, edits, isEmptied ? parse(after) : expected);
    expect(Object.keys(dataAt(parse(after), path.slice(0, -1)) ?? {})).toEqual(
      Object.keys(dataAt(expected, path.slice(0, -1)) as object),
    );
  });
});

function dataAt(value: unknown, path: DocumentPath): unknown {
  return path.reduce<unknown>((part, step) => (part as Record<string, unknown>)[step], value);
}
