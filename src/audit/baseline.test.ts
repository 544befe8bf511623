import fc from 'fast-check';
import { expect, test } from 'vitest';
import { finding, sampleTarget } from '../report/audit/testing/sample-report.ts';
import { ownValidator } from '../report/audit/testing/schemas.ts';
import type { Finding } from './audit-report.ts';
import { applyBaseline, type Baseline, createBaselineCollector, parseBaseline } from './baseline.ts';

const accepts = ownValidator('baseline.schema.json', true);
const nothing = new Set<string>();

function written(deployments: Record<string, readonly Finding[]>): string {
  const collector = createBaselineCollector();
  for (const [name, findings] of Object.entries(deployments)) collector.add(name, findings);
  return collector.text();
}

function parsed(text: string): Baseline {
  const baseline = parseBaseline(text, 'base.json');
  if ('problem' in baseline) throw new Error(baseline.problem.message);
  return baseline;
}

test('what it holds', () => {
  const text = written({ deploy: sampleTarget().findings.slice(0, 2) });
  expect(JSON.parse(text)).toEqual({
    schemaVersion: 1,
    findings: [
      {
        deployment: 'deploy',
        fingerprint: '0000000000000002',
        measure: 'loopback-publish',
        subject: 'openclaw',
        file: 'deploy/compose.yaml',
      },
      {
        deployment: 'deploy',
        fingerprint: '0000000000000001',
        measure: 'no-engine-socket',
        subject: 'openclaw',
        file: 'deploy/compose.yaml',
      },
    ],
  });
});

test('what is suppressed is not in it, unless that has expired', () => {
  const measures = (
    JSON.parse(written({ a: sampleTarget().findings })) as { findings: { measure: string }[] }
  ).findings.map(({ measure }) => measure);
  expect(measures).toContain('pinned-image');
  expect(measures).not.toContain('no-capabilities');
});

test('a finding is known in its own deployment only', () => {
  const one = finding({ measure: 'mdns-off' });
  const baseline = parsed(written({ a: [one] }));
  expect(applyBaseline([one], baseline, 'a', nothing).findings[0]?.isInBaseline).toBe(true);
  expect(applyBaseline([one], baseline, 'b', nothing).findings[0]?.isInBaseline).toBe(false);
});

test('what is gone is a warning, where it was looked for', () => {
  const baseline = parsed(written({ a: [finding({ measure: 'mdns-off', subject: 'openclaw' })] }));
  const { stale } = applyBaseline([], baseline, 'a', nothing);
  expect(stale.map(({ id }) => id)).toEqual(['baseline-stale']);
  expect(stale[0]?.message).toContain('mdns-off on openclaw');
  expect(applyBaseline([], baseline, 'a', new Set(['mdns-off'])).stale).toEqual([]);
  expect(applyBaseline([], baseline, 'b', nothing).stale).toEqual([]);
});

test.each([
  '',
  'null',
  '[]',
  '{}',
  '{"schemaVersion":1}',
  '{"schemaVersion":2,"findings":[]}',
  '{"schemaVersion":1,"findings":{}}',
  '{"schemaVersion":1,"findings":[null]}',
  '{"schemaVersion":1,"findings":[{"deployment":"a","measure":"b"}]}',
  '{"schemaVersion":1,"findings":[{"deployment":"a","measure":"b","fingerprint":"XYZ"}]}',
  '{"__proto__":{"findings":[]},"schemaVersion":1}',
])('%j is no baseline', (text) => {
  expect(parseBaseline(text, 'base.json')).toMatchObject({ problem: { id: 'baseline-not-understood' } });
});

test('the message quotes nothing of the file', () => {
  const read = parseBaseline('TOKEN=hunter2', 'base.json');
  expect(JSON.stringify(read)).not.toContain('hunter2');
});

const digits = fc.string({ unit: fc.constantFrom('0', 'a', 'f', '9'), minLength: 16, maxLength: 16 });
const anyFinding = fc
  .tuple(fc.constantFrom('mdns-off', 'read-only-root'), digits, fc.option(fc.string(), { nil: undefined }))
  .map(([measure, fingerprint, subject]) => {
    const { subject: _, ...made } = finding({ measure, fingerprint });
    return subject === undefined ? made : { ...made, subject };
  });

test('whatever was written is known when it is read, in any order of the run, and nothing else is', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.uniqueArray(anyFinding, { selector: ({ fingerprint }) => fingerprint })),
      digits,
      (deployments, other) => {
        const text = written(deployments);
        expect(accepts(JSON.parse(text)), JSON.stringify(accepts.errors)).toBe(true);
        const turned = Object.fromEntries(
          Object.entries(deployments)
            .toReversed()
            .map(([name, list]) => [name, list.toReversed()]),
        );
        expect(written(turned)).toBe(text);
        const baseline = parsed(text);
        for (const [name, findings] of Object.entries(deployments)) {
          const { findings: marked, stale } = applyBaseline(findings, baseline, name, nothing);
          expect(marked.every(({ isInBaseline }) => isInBaseline)).toBe(true);
          expect(stale).toEqual([]);
          const isKnown = findings.some(({ fingerprint }) => fingerprint === other);
          const [strange] = applyBaseline(
            [finding({ measure: 'x', fingerprint: other })],
            baseline,
            name,
            nothing,
          ).findings;
          expect(strange?.isInBaseline).toBe(isKnown);
        }
      },
    ),
  );
});
