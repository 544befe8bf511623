import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TargetReport } from '../../audit/audit-report.ts';
import { createStyle } from '../style.ts';
import { textWidth } from '../width.ts';
import { finding, placeOf, sampleTarget } from './testing/sample-report.ts';
import { hostileTarget } from './testing/hostile-report.ts';
import { render } from './testing/render.ts';
import { createTextWriter } from './text.ts';

// oxlint-disable-next-line no-control-regex -- control characters are what must not be there
const OBEYED = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/u;

test('a deployment with everything', () => {
  expect(`\n${render(createTextWriter({ columns: 90 }), [sampleTarget()])}`).toMatchSnapshot();
});

test('verbose shows what is ignored and what holds', () => {
  expect(`\n${render(createTextWriter({ columns: 90, verbose: true }), [sampleTarget()])}`).toMatchSnapshot();
});

test('a deployment without findings takes few lines', () => {
  const clean: TargetReport = { ...sampleTarget(), findings: [], errors: [], warnings: [], skipped: [] };
  expect(`\n${render(createTextWriter({ columns: 90 }), [clean])}`).toMatchSnapshot();
});

test('25 findings of one service stay readable: no line is shown twice, why and fix stand once a measure', () => {
  const findings = Array.from({ length: 25 }, (_, index) =>
    finding({
      measure: `measure-${index % 13}`,
      detail: `openclaw: thing ${index} is missing`,
      why: `Reason ${index % 13}.`,
      location: placeOf('openclaw:'),
    }),
  );
  const text = render(createTextWriter({ columns: 90 }), [{ ...sampleTarget(), findings }]);
  expect(text.match(/^ +\| +\^+$/gm)).toHaveLength(2);
  for (let index = 0; index < 25; index += 1) expect(text).toContain(`thing ${index} is missing`);
  expect(text.match(/ why {2}Reason/g)).toHaveLength(13);
  expect(text.split('\n').length).toBeLessThan(150);
});

test('colours change nothing but the colour', () => {
  const plain = render(createTextWriter({ columns: 90 }), [sampleTarget()]);
  const coloured = render(createTextWriter({ columns: 90, style: createStyle(true) }), [sampleTarget()]);
  expect(coloured).toContain('\u001B[');
  // oxlint-disable-next-line no-control-regex -- the escape character is what it looks for
  expect(coloured.replaceAll(/\u001B\[\d+m/g, '')).toBe(plain);
  expect(plain).not.toContain('\u001B');
});

test.each([10, 40, 80, 200, 1000])('lines fit %i columns', (columns) => {
  const text = render(createTextWriter({ columns, verbose: true }), [sampleTarget()]);
  const limit = Math.max(40, Math.min(columns, 200));
  const tooLong = text.split('\n').filter((line) => textWidth(line) > limit && /\S \S/.test(line.trim()));
  // A word that is longer than the line, a command, and the heading with the name stay whole.
  expect(tooLong.filter((line) => !/clawproof explain|^deploy/.test(line)).join('\n')).toBe('');
});

test('nothing in a file reaches the terminal but as text', () => {
  fc.assert(
    fc.property(fc.array(hostileTarget, { maxLength: 2 }), fc.boolean(), (targets, verbose) => {
      const text = render(createTextWriter({ verbose }), targets);
      expect(text).not.toMatch(OBEYED);
      expect(text).not.toMatch(/\p{Surrogate}/u);
    }),
  );
});

test('the last lines sum up and promise nothing', () => {
  const targets = [sampleTarget(), { ...sampleTarget(), name: 'second' }];
  const text = render(createTextWriter({}), targets).replaceAll(/\s+/g, ' ');
  expect(text).toContain('12 findings: 2 critical, 4 high, 4 medium, 2 low in 2 deployments, 2 files');
  expect(text).toContain('4 of them fixed by: clawproof fix; 2 more by: clawproof fix --unsafe');
  expect(text).toContain('2 things could not be looked at');
  expect(text).toContain('completely secure');
});
