import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bindMount } from './bind-mount.ts';

test.each([
  ['/srv/openclaw/config', 'type=bind,source=/srv/openclaw/config,target=/x,readonly'],
  ['/srv/über uns/a=b', 'type=bind,source=/srv/über uns/a=b,target=/x,readonly'],
  ['/srv/a,b', 'type=bind,"source=/srv/a,b",target=/x,readonly'],
  ['/srv/a"b', 'type=bind,"source=/srv/a""b",target=/x,readonly'],
])('%s', (path, expected) => {
  expect(bindMount(path, '/x', true)).toBe(expected);
});

/** Fields of one CSV record, as encoding/csv of Go reads what docker is given. */
function fields(record: string): string[] {
  const found: string[] = [];
  const pattern = /(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g;
  for (const [, quoted, plain] of record.matchAll(pattern))
    found.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
  return found;
}

test('any path comes back as one field, and none adds an option', () => {
  const path = fc.string({ unit: fc.constantFrom('a', '/', ',', '"', '=', ' ', '\n', 'ü', "'") });
  fc.assert(
    fc.property(path, fc.boolean(), (source, readOnly) => {
      const expected = ['type=bind', `source=${source}`, 'target=/x', ...(readOnly ? ['readonly'] : [])];
      expect(fields(bindMount(source, '/x', readOnly))).toEqual(expected);
    }),
  );
});
