import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSourceText } from '../documents/source-text.ts';
import type { Finding } from './audit-report.ts';
import { readInlineSuppressions } from './inline-suppressions.ts';
import type { Declared } from './suppress/suppression.ts';
import { applySuppressions, unusedSuppressions } from './suppressions.ts';

const ids = ['read-only-root', 'loopback-publish', 'no-engine-socket'];
const today = '2026-11-22';

const compose = `services:
  # clawproof: ignore[read-only-root] reason="it writes its cache" owner=ops expires=2027-01-31
  openclaw:
    image: x # clawproof: ignore[pinned-image] reason=why
    ports:
      # clawproof: ignore[loopback-publish] reason='behind a VPN'
      # and more about that
      - "18789:18789"
      - "1:1" # clawproof: ignore[loopback-publish, no-engine-socket] reason="two"
`;

function read(text: string, syntax: 'yaml' | 'json5' = 'yaml'): Declared {
  return readInlineSuppressions(createSourceText(text, 'compose.yaml'), syntax, ids);
}

function findingAt(line: number, measure: string, subject = 'openclaw'): Finding {
  const position = { file: 'compose.yaml', line, column: 1 };
  return {
    measure,
    title: 'x',
    severity: 'high',
    evidence: 'declared',
    detail: 'x',
    why: 'x',
    rows: [],
    references: {},
    subject,
    fingerprint: '0'.repeat(16),
    location: { file: 'compose.yaml', range: { start: 0, end: 1 }, position, endLine: line, endColumn: 2 },
    fix: { state: 'not-fixable', why: 'x' },
  };
}

const openclawKey = { service: 'openclaw', file: 'compose.yaml', line: 3 };

function reasonsOf(
  findings: readonly Finding[],
  declared: Declared,
  keys = [openclawKey],
): (string | undefined)[] {
  return applySuppressions(findings, declared.suppressions, keys, today).findings.map(
    ({ suppression }) => suppression?.reason,
  );
}

test('a comment is about its line, the next line, or the service whose key is there', () => {
  const declared = read(compose);
  expect(
    reasonsOf(
      [
        findingAt(3, 'read-only-root'),
        findingAt(99, 'read-only-root'),
        findingAt(99, 'read-only-root', 'other'),
        findingAt(8, 'loopback-publish'),
        findingAt(9, 'loopback-publish'),
        findingAt(9, 'no-engine-socket'),
        findingAt(9, 'read-only-root', 'other'),
        findingAt(7, 'loopback-publish'),
      ],
      declared,
    ),
  ).toEqual([
    'it writes its cache',
    'it writes its cache',
    undefined,
    'behind a VPN',
    'two',
    'two',
    undefined,
    undefined,
  ]);
});

test('it has an owner and a last day', () => {
  expect(read(compose).suppressions[0]).toMatchObject({ owner: 'ops', expires: '2027-01-31', line: 3 });
});

test('a line with something else on it is never shown', () => {
  const [alone, ...others] = [...read(compose).suppressions, ...read(compose).warnings].map(
    ({ position }) => position,
  );
  expect(alone?.excerpt).toContain('# clawproof');
  const { warnings } = read('TOKEN: hunter2 # clawproof: ignore[nothing] reason=xx');
  expect(JSON.stringify([warnings, others])).not.toMatch(/hunter2|image: x/);
});

describe('what has no effect is a warning', () => {
  test.each([
    ['# clawproof: ignore[read-only-root]', 'suppression-without-reason'],
    ['# clawproof: ignore[read-only-root] reason=""', 'suppression-without-reason'],
    ['# clawproof: ignore[read-only-root] reason="."', 'suppression-without-reason'],
    ['# clawproof: ignore[read-only-root] reason="- 1234 x"', 'suppression-without-reason'],
    ['# clawproof: ignore[read-only-root] reason="  "', 'suppression-without-reason'],
    ['# clawproof: ignore[read-only-rot] reason="xx"', 'suppression-unknown-measure'],
    ['# clawproof: ignore[read-only-root] reason="xx" expires=soon', 'suppression-wrong-date'],
    ['# clawproof: ignore[read-only-root] reason="xx" expires=2026-02-30', 'suppression-wrong-date'],
    ['# clawproof: ignore read-only-root', 'suppression-not-understood'],
    ['# clawproof: ignore[] reason="xx"', 'suppression-not-understood'],
    ['# clawproof:ignore[read-only-root] because="x"', 'suppression-not-understood'],
    ['# clawproof: ignore[read-only-root] reason="xx" reason="yy"', 'suppression-not-understood'],
    ['# clawproof: ignore[read-only-root] reason="open', 'suppression-not-understood'],
    ['# clawproof: audit me', 'suppression-not-understood'],
  ])('%s', (text, id) => {
    const declared = read(`${text}\na: b\n`);
    expect(declared.warnings.map((warning) => warning.id)).toEqual([id]);
    expect(declared.suppressions).toEqual([]);
  });

  test('the nearest name is told', () => {
    expect(read('# clawproof: ignore[read-only-rot] reason=xx').warnings[0]?.message).toContain(
      'read-only-root',
    );
  });

  test('known measures count beside unknown ones', () => {
    const declared = read('# clawproof: ignore[read-only-root, other] reason=xx');
    expect(declared.suppressions[0]?.measures).toEqual(['read-only-root']);
    expect(declared.warnings).toHaveLength(1);
  });
});

test.each([
  '# see clawproof: ignore[read-only-root] reason=xx',
  'a: "# clawproof: ignore[read-only-root] reason=xx"',
  'a: |\n  # clawproof: ignore[read-only-root] reason=xx',
  '# use clawproof to check this file',
])('%j says nothing', (text) => {
  expect(read(text)).toEqual({ suppressions: [], warnings: [] });
});

test('JSON5', () => {
  const text =
    '{\n  // clawproof: ignore[read-only-root] reason="xx"\n  a: 1, /* clawproof: ignore[loopback-publish] reason=yy */\n}';
  expect(read(text, 'json5').suppressions.map(({ line, reason }) => [line, reason])).toEqual([
    [3, 'xx'],
    [3, 'yy'],
  ]);
});

describe('expiry', () => {
  const dated = (day: string) => read(`# clawproof: ignore[read-only-root] reason=rr expires=${day}\na: b`);
  const marked = (declared: Declared) =>
    applySuppressions([findingAt(2, 'read-only-root')], declared.suppressions, [], today).findings[0]
      ?.suppression;

  test('the last day counts', () => {
    expect(marked(dated('2026-11-22'))?.isExpired).toBe(false);
    expect(marked(dated('2026-11-21'))?.isExpired).toBe(true);
  });

  test('one that holds is preferred to one that is over', () => {
    const both = {
      suppressions: [...dated('2020-01-01').suppressions, ...dated('2030-01-01').suppressions],
      warnings: [],
    };
    expect(marked(both)?.expires).toBe('2030-01-01');
  });
});

test('what nothing needs is a warning, unless nobody can know', () => {
  const declared = read(compose);
  const { used } = applySuppressions([findingAt(8, 'loopback-publish')], declared.suppressions, [], today);
  expect(used.size).toBe(1);
  const unused = unusedSuppressions(declared.suppressions, used, new Set());
  expect(unused.map(({ id, position }) => [id, position?.line])).toEqual([
    ['suppression-unused', 2],
    ['suppression-unused', 9],
  ]);
  const open = unusedSuppressions(declared.suppressions, used, new Set(['read-only-root']));
  expect(open.map(({ position }) => position?.line)).toEqual([9]);
});

test('a file full of them is refused from some point on', () => {
  const declared = read('# clawproof: ignore[read-only-root] reason=xx\n'.repeat(10_000));
  expect(declared.suppressions).toHaveLength(100);
  expect(declared.warnings.map(({ id }) => id)).toEqual(['suppression-too-many']);
});

const attribute = fc.oneof(
  fc.string({ unit: 'grapheme-ascii' }).map((text) => `"${text.replaceAll(/[\\"]/g, String.raw`\$&`)}"`),
  fc.string({ unit: fc.constantFrom('a', 'b', '-'), minLength: 1 }),
);

test('whatever the reason is, it comes back, and only the named measure on that line is suppressed', () => {
  fc.assert(
    fc.property(attribute, fc.constantFrom(...ids), fc.nat(5), fc.boolean(), (value, id, above, isBehind) => {
      const comment = `# clawproof: ignore[${id}] reason=${value}`;
      const text = `${Array.from({ length: above }, (_, index) => `k${index}: v\n`).join('')}${isBehind ? `a: b ${comment}` : `${comment}\na: b`}\n`;
      const reason = value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1').trim() : value;
      const isReason = (reason.match(/[a-z]/gi) ?? []).length >= 2;
      const declared = read(text);
      const line = isBehind ? above + 1 : above + 2;
      const findings = ids.flatMap((measure) => [findingAt(line, measure), findingAt(line + 1, measure)]);
      const reasons = reasonsOf(findings, declared, []);
      const expected = findings.map(({ measure, location }) =>
        measure === id && location?.position.line === line && isReason ? reason : undefined,
      );
      expect(reasons).toEqual(expected);
      expect(declared.warnings).toHaveLength(isReason ? 0 : 1);
    }),
  );
});

test('no text makes it fail, whatever it says', () => {
  const piece = fc.constantFrom(
    '# clawproof: ',
    'ignore[',
    'read-only-root',
    ']',
    ' reason=',
    '"',
    "'",
    '\\',
    '\n',
    ' ',
    ',',
    'expires=',
    '2026-',
    '[',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
      const { suppressions } = read(pieces.join(''));
      for (const { reason, measures } of suppressions) {
        expect(reason).not.toBe('');
        for (const id of measures) expect(ids).toContain(id);
      }
    }),
  );
});
