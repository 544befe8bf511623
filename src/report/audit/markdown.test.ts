import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMarkdownWriter } from './markdown.ts';
import { markdownCellCode, markdownCode, markdownText } from './markdown-text.ts';
import { hostileTarget, hostileText } from './testing/hostile-report.ts';
import { render } from './testing/render.ts';
import { sampleTarget } from './testing/sample-report.ts';

test('a deployment with everything', () => {
  expect(`\n${render(createMarkdownWriter({ version: '0.0.0' }), [sampleTarget()])}`).toMatchSnapshot();
});

test.each([
  ['read_only: true', String.raw`read\_only: true`],
  ['<b>', '&lt;b&gt;'],
  ['a | b', String.raw`a \| b`],
  ['[x](y)', String.raw`\[x\](y)`],
  ['# x', String.raw`\# x`],
  ['1. x', String.raw`1\. x`],
  ['- x', String.raw`\- x`],
  ['http://a.example', String.raw`http\://a.example`],
  ['www.a.example', String.raw`www\.a.example`],
  ['two\nlines', 'two lines'],
  ['@team see #12', '@\u2060team see #\u206012'],
  ['openclaw@sha256:ab', 'openclaw@sha256:ab'],
])('%j is plain text', (text, expected) => {
  expect(markdownText(text)).toBe(expected);
});

test.each([
  ['a', '`a`'],
  ['a`b', '``a`b``'],
  ['`', '`` ` ``'],
  ['', '`  `'],
])('%j is code', (text, expected) => {
  expect(markdownCode(text)).toBe(expected);
});

test('a bar in code does not end a cell', () => {
  expect(markdownCellCode('a|b')).toBe('`a\\|b`');
});

test('text has no markup that is not escaped', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const shown = markdownText(text);
      expect(shown).not.toMatch(/[\r\n<>]/);
      expect(shown).not.toMatch(/(?<!\\):\/\//);
      expect(shown).not.toMatch(/(?:^|[^A-Za-z0-9])@\w/);
      // Each of these has an odd number of backslashes in front of it.
      for (const [run = ''] of shown.matchAll(/\\*[`*_[\]|~$]/g)) expect(run.length % 2).toBe(0);
      expect(markdownCode(text)).not.toMatch(/[\r\n]/);
    }),
  );
});

test('it fits into one comment, and says what it leaves out', () => {
  const targets = Array.from({ length: 200 }, (_, index) => ({ ...sampleTarget(), name: `deploy-${index}` }));
  const text = render(createMarkdownWriter({ version: '0.0.0' }), targets);
  expect(text.length).toBeLessThan(65_536);
  const shown = text.match(/^## deploy-/gm)?.length ?? 0;
  expect(shown).toBeGreaterThan(10);
  expect(text).toContain(`${200 - shown} deployments are left out`);
  expect(text).toContain('1200 findings');
});

test('whatever a report holds, folds and fences are closed, and rows are rows', () => {
  fc.assert(
    fc.property(fc.array(hostileTarget, { maxLength: 2 }), (targets) => {
      const text = render(createMarkdownWriter({ version: '0.0.0' }), targets);
      const outside = withoutFences(text);
      expect(outside.match(/^<details>$/gm)?.length).toBe(outside.match(/^<\/details>$/gm)?.length);
      const prose = outside.replaceAll(/(?<=(?:^|[^\\`])(?:\\\\)*)(`+)(?!`).*?(?<!`)\1(?!`)/gm, '');
      expect(prose).not.toMatch(/<(?!\/?(?:details|summary)>)/);
      for (const row of outside.match(/^\| (?:critical|high|medium|low) .*$/gm) ?? [])
        expect(row.match(/(?<=(?:^|[^\\])(?:\\\\)*)\|/g)).toHaveLength(6);
    }),
  );
});

/** The lines outside of fenced code; a fence that is not closed takes all that follows. */
function withoutFences(text: string): string {
  let fence: string | undefined;
  return text
    .split('\n')
    .filter((line) => {
      const mark = /^(`{3,})(?:text)?$/.exec(line)?.[1];
      if (fence === undefined && mark !== undefined) {
        fence = mark;
        return false;
      }
      if (fence !== undefined && line === fence) {
        fence = undefined;
        return false;
      }
      return fence === undefined;
    })
    .join('\n');
}
