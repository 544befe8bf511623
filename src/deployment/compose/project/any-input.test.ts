import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeAt, plainOf, type LocatedNode } from '../../../documents/located.ts';
import { parseLocatedYaml } from '../../../documents/located-yaml.ts';
import { unknownVariable } from '../../../documents/unknown-variable.ts';
import type { ComposeProject } from './compose-project.ts';
import { load, messages, partAt } from './testing/load-texts.ts';

describe('for any input', () => {
  const leaf = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constantFrom(null, '${A}', '!reset', '../x:/y', 'a=b'),
  );
  const key = fc.constantFrom(
    'services',
    'volumes',
    'networks',
    'a',
    'extends',
    'include',
    'build',
    'ports',
    'environment',
    'env_file',
    'image',
    'depends_on',
    'deploy',
    'logging',
    'path',
    'file',
    'service',
    'target',
    'ipam',
    'config',
    '__proto__',
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 6 },
      leaf,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.array(fc.tuple(key, tie('tree')), { maxLength: 5 }).map((entries) => new Map(entries)),
    ),
  }));

  function write(value: unknown): string {
    if (Array.isArray(value)) return `[${value.map(write).join(', ')}]`;
    if (value instanceof Map)
      return `{${[...value].map(([name, part]) => `"${String(name)}": ${write(part)}`).join(', ')}}`;
    return JSON.stringify(value);
  }

  /** What stands at the place of a scalar means what the scalar was. */
  function checkPlaces(node: LocatedNode, project: ComposeProject): void {
    if (node.kind === 'map') for (const entry of node.entries.values()) checkPlaces(entry, project);
    if (node.kind === 'list') for (const item of node.items) checkPlaces(item, project);
    if (node.kind !== 'scalar' || node.source === undefined || node.origin.isImplied) return;
    const { file, range } = node.origin;
    const written = project.sources.get(file)?.text.slice(range.start, range.end) ?? '';
    const { root } = parseLocatedYaml(`[${written}]`, '/x.yaml');
    expect(root && nodeAt(root, [0])).toMatchObject({ source: node.source });
  }

  test('nothing is thrown, and places are right', () => {
    fc.assert(
      fc.property(
        fc.array(tree, { minLength: 1, maxLength: 3 }),
        fc.constantFrom('mark', 'empty'),
        (trees, unset) => {
          const names = ['a.yaml', 'b.yaml', 'c.yaml'];
          const texts = trees.map((value, index) => [
            names[index] ?? '',
            `services: {a: ${write(value)}}\n${index === 1 ? 'x-y: ' : 'volumes: '}${write(value)}\n`,
          ]);
          const project = load(Object.fromEntries([...texts, ['whole.yaml', write(trees[0])]]), {
            unset: unset as 'mark',
          });
          expect(project.root.kind).toBe('map');
          checkPlaces(project.root, project);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('texts that are no YAML are problems', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const project = load({ 'a.yaml': text, 'b.yaml': 'services: {a: {image: i}}' });
        expect(project.root.kind).toBe('map');
      }),
    );
  });

  test('a file over nothing is the file', () => {
    const text =
      'services:\n  a: {image: i, environment: [A=1, B], ports: ["80:80", {target: 1}], tmpfs: /x, x-a: [1, 1]}\nvolumes: {v: }\n';
    const expected = {
      services: {
        a: {
          image: 'i',
          environment: ['A=1', 'B'],
          ports: ['80:80', { target: 1 }],
          tmpfs: '/x',
          'x-a': [1, 1],
        },
      },
      volumes: { v: null },
    };
    expect(plainOf(load({ 'a.yaml': text }).root)).toEqual(expected);
    expect(plainOf(load({ 'a.yaml': '# nothing\n', 'b.yaml': text }).root)).toEqual(expected);
  });
});

describe('hostile projects end soon', () => {
  test('ten thousand services that extend one, in linear time', () => {
    const services = (count: number): string =>
      `services:\n  b: {image: i, environment: {A: 1}}\n${Array.from({ length: count }, (_, index) => `  s${index}: {extends: b, ports: ["${index}:1"]}\n`).join('')}`;
    const time = (count: number): number => {
      const text = services(count);
      const start = performance.now();
      expect(load({ 'a.yaml': text }).problems).toEqual([]);
      return performance.now() - start;
    };
    time(1000);
    const small = time(1000);
    // Ten times as much takes about ten times as long; quadratic time would be a hundred times.
    expect(time(10_000)).toBeLessThan(40 * Math.max(small, 50));
  });

  test('a long chain of services', () => {
    const text = `services:\n  s0: {image: i}\n${Array.from({ length: 5000 }, (_, index) => `  s${index + 1}: {extends: s${index}}\n`).join('')}`;
    expect(load({ 'a.yaml': text }).root.kind).toBe('map');
    const reversed = `services:\n${Array.from({ length: 5000 }, (_, index) => `  s${index}: {extends: s${index + 1}}\n`).join('')}`;
    expect(messages(load({ 'a.yaml': reversed })).join(' ')).toContain('longer than');
  });

  test('includes that double at each step', () => {
    const depth = 40;
    const steps = Array.from({ length: depth }, (_, index): [string, string] => {
      const next = `../d${index + 1}/x.yaml`;
      return [`d${index}/x.yaml`, `include: [${next}, {path: ${next}, project_directory: ../e${index}}]\n`];
    });
    const project = load({
      'a.yaml': 'include: [d0/x.yaml]\nservices: {a: {image: i}}',
      ...Object.fromEntries(steps),
      [`d${depth}/x.yaml`]: 'services: {last: {image: "${X}"}}',
    });
    expect(messages(project)).toEqual([]);
    expect(plainOf(partAt(project, 'services', 'last'))).toEqual({ image: unknownVariable('X') });
  });
});
