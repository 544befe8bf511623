import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createJunitWriter } from './junit.ts';
import { hostileTarget } from './testing/hostile-report.ts';
import { render } from './testing/render.ts';
import { sampleTarget } from './testing/sample-report.ts';
import { parseXml, type XmlElement } from './testing/xml.ts';

function count(suite: XmlElement, element: string): number {
  return suite.children.filter(({ children }) => children[0]?.name === element).length;
}

test('a deployment with everything', () => {
  expect(render(createJunitWriter(), [sampleTarget()])).toMatchSnapshot();
});

test('every finding and measure is a case, and the numbers are those of the cases', () => {
  const target = sampleTarget();
  const root = parseXml(render(createJunitWriter(), [target, { ...target, name: 'second' }]));
  expect(root.children.map(({ attributes }) => attributes['name'])).toEqual(['deploy', 'second']);
  for (const suite of root.children) {
    const cases = suite.children.filter(({ name }) => name === 'testcase');
    expect(suite.attributes).toMatchObject({
      tests: String(cases.length),
      failures: String(count(suite, 'failure')),
      errors: String(count(suite, 'error')),
      skipped: String(count(suite, 'skipped')),
    });
    expect(suite.attributes).toMatchObject({ tests: '15', failures: '6', errors: '1', skipped: '5' });
    const names = cases.map(({ attributes }) => attributes['name']);
    expect(new Set(names).size).toBe(names.length);
  }
});

test('what is ignored is skipped with its reason', () => {
  const text = render(createJunitWriter(), [sampleTarget()]);
  expect(text).toContain('<skipped message="suppressed: the entrypoint needs them"/>');
  expect(text).toContain('<skipped message="in the baseline"/>');
  expect(text).toContain('<skipped message="not looked at: no openclaw.json was found"/>');
});

test('whatever a report holds, it is well-formed', () => {
  fc.assert(
    fc.property(fc.array(hostileTarget, { maxLength: 3 }), (targets) => {
      const root = parseXml(render(createJunitWriter(), targets));
      expect(root.children).toHaveLength(targets.length);
      root.children.forEach((suite, index) => {
        const target = targets[index];
        const cases = suite.children.filter(({ name }) => name === 'testcase');
        expect(cases).toHaveLength((target?.findings.length ?? 0) + (target?.errors.length ?? 0) + 2);
      });
    }),
  );
});

test('no text of a deployment begins a line, so that no workflow obeys it', () => {
  const sample = sampleTarget();
  const text = '\n::error::pwn\r\n##vso[x]\n';
  const target = {
    ...sample,
    findings: sample.findings.map((finding) => ({
      ...finding,
      detail: text,
      why: text,
      fix: { state: 'fixable' as const, title: text, safety: 'safe' as const },
    })),
    warnings: [{ id: 'x', message: text }],
    name: text,
  };
  const written = render(createJunitWriter(), [target]);
  expect(written).toContain('::error::pwn');
  expect(written).not.toMatch(/^\s*(?:::|##)/m);
  fc.assert(
    fc.property(hostileTarget, (hostile) => {
      expect(render(createJunitWriter(), [hostile])).not.toMatch(/^\s*::/m);
    }),
  );
});
