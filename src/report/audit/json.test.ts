import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AuditReport } from '../../audit/audit-report.ts';
import { createJsonWriter } from './json.ts';
import { hostileTarget } from './testing/hostile-report.ts';
import { render } from './testing/render.ts';
import { sampleReport, sampleTarget } from './testing/sample-report.ts';
import { ownValidator } from './testing/schemas.ts';

const accepts = ownValidator('audit-report.schema.json');
const knows = ownValidator('audit-report.schema.json', true);
const version = '0.0.0';

test('the whole report, as the schema says', () => {
  const text = render(createJsonWriter({ version }), [sampleTarget()]);
  expect(JSON.parse(text)).toEqual(sampleReport([sampleTarget()]));
  expect(knows(JSON.parse(text)), JSON.stringify(knows.errors)).toBe(true);
  expect(text).toMatchSnapshot();
});

test('the schema accepts properties of later versions, and no report without its parts', () => {
  const report = sampleReport();
  expect(accepts({ ...report, later: 1 })).toBe(true);
  expect(knows({ ...report, later: 1 })).toBe(false);
  for (const key of Object.keys(report)) expect(accepts({ ...report, [key]: undefined })).toBe(false);
  for (const change of [{ severity: 'severe' }, { fingerprint: 'x' }, { fix: {} }, { detail: 1 }]) {
    const [target] = report.targets;
    const changed = { ...target, findings: target?.findings.map((each) => ({ ...each, ...change })) };
    expect(accepts({ ...report, targets: [changed] }), JSON.stringify(change)).toBe(false);
  }
});

test.each([[0], [1], [3]])('with %i targets it is one document, indented throughout', (count) => {
  const targets = Array.from({ length: count }, () => sampleTarget());
  const text = render(createJsonWriter({ version }), targets);
  expect(text).toBe(`${JSON.stringify(sampleReport(targets), null, 2)}\n`);
});

test('whatever a report holds comes back, and nothing that a terminal obeys is in the text', () => {
  fc.assert(
    fc.property(fc.array(hostileTarget, { maxLength: 2 }), (targets) => {
      const text = render(createJsonWriter({ version }), targets);
      const report = JSON.parse(text) as AuditReport;
      expect(report.targets).toEqual(JSON.parse(JSON.stringify(targets)));
      expect(accepts(report), JSON.stringify(accepts.errors)).toBe(true);
      // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
      expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E\u2066]/);
    }),
  );
});
