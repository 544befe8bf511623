import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { ownValidator } from '../report/audit/testing/schemas.ts';
import { finding } from '../report/audit/testing/sample-report.ts';
import { type IgnoreFile, readIgnoreFile } from './ignore-file.ts';
import { applySuppressions } from './suppressions.ts';

const ids = ['read-only-root', 'loopback-publish'];
const today = '2026-11-22';
const accepts = ownValidator('ignore.schema.json');

function read(text: string, file = 'clawproof-ignore.yaml'): IgnoreFile {
  return readIgnoreFile(text, file, ids);
}

test('entries with all that they can have', () => {
  const text = `# ours
- measure: read-only-root
  reason: it writes its cache
- measure: loopback-publish
  subject: openclaw
  key: 18789/tcp
  file: ./deploy/../deploy/compose.yaml
  fingerprint: 0123456789abcdef
  reason: behind a VPN
  owner: ops
  expires: 2027-01-31
`;
  expect(read(text, 'sub/clawproof-ignore.yaml')).toMatchObject({
    warnings: [],
    errors: [],
    suppressions: [
      { kind: 'file', measures: ['read-only-root'], reason: 'it writes its cache' },
      {
        subject: 'openclaw',
        key: '18789/tcp',
        file: 'sub/deploy/compose.yaml',
        fingerprint: '0123456789abcdef',
        owner: 'ops',
        expires: '2027-01-31',
        position: { line: 4 },
      },
    ],
  });
});

test.each([
  ['- reason: xx', 'suppression-not-understood'],
  ['- measure: read-only-root', 'suppression-without-reason'],
  ['- measure: read-only-root\n  reason: " "', 'suppression-without-reason'],
  ["- measure: read-only-root\n  reason: '.'", 'suppression-without-reason'],
  ['- measure: nothing\n  reason: xx', 'suppression-unknown-measure'],
  ['- measure: read-only-root\n  reason: xx\n  expires: 1.1.2027', 'suppression-wrong-date'],
  ['- measure: read-only-root\n  reason: xx\n  subjekt: openclaw', 'suppression-not-understood'],
  ['- measure: read-only-root\n  reason: xx\n  subject: 7', 'suppression-not-understood'],
  ['- measure: read-only-root\n  reason: xx\n  subject: ""', 'suppression-not-understood'],
  ['- measure: [read-only-root]\n  reason: xx', 'suppression-not-understood'],
  ['- read-only-root', 'suppression-not-understood'],
])('%j has no effect and is a warning', (text, id) => {
  const { suppressions, warnings, errors } = read(text);
  expect(warnings.map((warning) => warning.id)).toEqual([id]);
  expect(warnings[0]?.position?.file).toBe('clawproof-ignore.yaml');
  expect([suppressions, errors]).toEqual([[], []]);
});

test.each(['a: b', 'text', '- [', '- a: 1\n  a: 2', '\t- x'])(
  '%j is an error: nothing is suppressed by it',
  (text) => {
    const { suppressions, errors } = read(text);
    expect(errors.map(({ id }) => id)).toContain('ignore-file-not-understood');
    expect(suppressions).toEqual([]);
  },
);

test.each(['', '# nothing yet\n', '[]'])('%j is empty', (text) => {
  expect(read(text)).toEqual({ suppressions: [], warnings: [], errors: [] });
});

test('a finding must have all that an entry names', () => {
  const all = finding({ measure: 'read-only-root', subject: 'a', key: 'k' });
  const marked = (entry: Record<string, string>): boolean => {
    const { suppressions } = read(stringify([{ measure: 'read-only-root', reason: 'rr', ...entry }]));
    const [result] = applySuppressions([all], suppressions, [], today).findings;
    return result?.suppression !== undefined;
  };
  expect(marked({})).toBe(true);
  expect(marked({ subject: 'a', key: 'k', fingerprint: all.fingerprint })).toBe(true);
  expect(marked({ subject: 'b' })).toBe(false);
  expect(marked({ subject: 'a', key: 'l' })).toBe(false);
  expect(marked({ file: 'compose.yaml' })).toBe(false);
  expect(marked({ fingerprint: 'f'.repeat(16) })).toBe(false);
  expect(marked({ measure: 'loopback-publish' })).toBe(false);
});

test('the schema accepts what has an effect, and nothing that is not understood', () => {
  const value = fc.oneof(
    fc.constantFrom('read-only-root', '2026-11-22', '2026-13-01', 'a', '', 'x y'),
    fc.nat(9),
  );
  const entry = fc.dictionary(
    fc.constantFrom('measure', 'reason', 'owner', 'expires', 'subject', 'key', 'file', 'other'),
    value,
    { maxKeys: 5 },
  );
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 2 }), (entries) => {
      const { suppressions, warnings } = read(stringify(entries));
      if (suppressions.length === entries.length) expect(accepts(entries)).toBe(true);
      const isUnderstood = warnings.every(({ id }) => id === 'suppression-unknown-measure');
      if (accepts(entries)) expect(isUnderstood).toBe(true);
    }),
  );
});

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      const { suppressions } = read(text);
      expect(suppressions).toEqual([]);
    }),
  );
});
