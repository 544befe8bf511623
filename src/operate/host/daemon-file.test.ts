import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { daemonFileProblem, daemonSettings, setDaemonKeys, unsetDaemonKeys } from './daemon-file.ts';

const KEYS = [
  { path: ['icc'], value: false },
  { path: ['log-opts', 'max-size'], value: '10m' },
  { path: ['runtimes', 'runsc'], value: { path: '/usr/bin/runsc', runtimeArgs: ['--network=host'] } },
];

describe('daemon.json with keys set', () => {
  test('keeps everything else as it was written', () => {
    const text = '{\n    "labels": [ "a=b" ],\n    "log-opts": {"env": "os"},\n    "icc": true\n}\n';
    const edited = setDaemonKeys(text, KEYS);
    expect(edited.text).toContain('"labels": [ "a=b" ],\n');
    expect(JSON.parse(edited.text)).toEqual({
      labels: ['a=b'],
      'log-opts': { env: 'os', 'max-size': '10m' },
      icc: false,
      runtimes: { runsc: { path: '/usr/bin/runsc', runtimeArgs: ['--network=host'] } },
    });
    expect(edited.set[0]).toEqual({ path: ['icc'], value: false, before: true });
  });

  test('is made where there is none, and is not written where nothing changes', () => {
    expect(JSON.parse(setDaemonKeys(null, KEYS).text)).toHaveProperty('icc', false);
    expect(setDaemonKeys('{"icc":false}', [{ path: ['icc'], value: false }])).toEqual({
      text: '{"icc":false}',
      set: [],
    });
  });

  test('what others have changed since stays', () => {
    const { text, set } = setDaemonKeys('{"icc":true}', KEYS);
    const others = text.replace('"10m"', '"50m"').replace('{', '{"debug":true,');
    const back = unsetDaemonKeys(others, set);
    expect(JSON.parse(back.text)).toEqual({ debug: true, icc: true, 'log-opts': { 'max-size': '50m' } });
    expect(back.kept.map(({ path }) => path.join('.'))).toEqual(['log-opts.max-size']);
  });

  propertyTest.prop([
    fc.dictionary(
      fc.constantFrom('icc', 'log-opts', 'labels', 'runtimes', 'debug'),
      fc.oneof(
        fc.jsonValue({ maxDepth: 2 }),
        fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 4 }),
      ),
    ),
    fc.constantFrom(0, 2, 4),
  ])('setting and unsetting gives the same data', (before, indent) => {
    const text = JSON.stringify(before, null, indent);
    fc.pre(daemonSettings(text, '/d') !== undefined);
    // A parent that is no object is replaced; that is not what is undone here.
    fc.pre(['log-opts', 'runtimes'].every((name) => before[name] === undefined || isPlain(before[name])));
    const { text: after, set } = setDaemonKeys(text, KEYS);
    expect(daemonSettings(after, '/d')).toMatchObject({ icc: false });
    const back = JSON.parse(unsetDaemonKeys(after, set).text) as Record<string, unknown>;
    expect(withoutEmpty(back)).toEqual(withoutEmpty(JSON.parse(text) as Record<string, unknown>));
  });

  test('says what is wrong with a file', () => {
    expect(daemonFileProblem('{"a":1,}', '/d')).toMatch(/line 1/);
    expect(daemonFileProblem('{"a":1}', '/d')).toBeUndefined();
    expect(daemonFileProblem(null, '/d')).toBeUndefined();
  });
});

function isPlain(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Taking out the last key of an object takes out the object. */
function withoutEmpty(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).filter(([, item]) => !isPlain(item) || Object.keys(item as object).length > 0),
  );
}
