import { expect, test } from 'vitest';
import type { FixedTarget } from '../mend/run-fix.ts';
import { fixText, undoText } from './fix-text.ts';
import { createStyle } from './style.ts';
import { sampleTarget } from './audit/testing/sample-report.ts';

const name = 'a\n::error::pwn';
const style = createStyle(false);

function target(): FixedTarget {
  const report = sampleTarget();
  const [finding] = report.findings;
  if (!finding) throw new Error('the sample has findings');
  return {
    name,
    folder: '/p',
    before: report,
    after: report,
    files: [{ path: `/p/${name}`, mode: 0o600 }],
    fixed: [{ finding, title: name, safety: 'safe', effect: name }],
    unfixed: [{ finding, reason: 'unsafe', why: name, title: name }],
    errors: [{ id: 'x', message: name }],
    unexpected: name,
    verification: { state: 'unhealthy', milliseconds: 1, why: name, log: [name] },
  };
}

test.each([true, false])('names with line ends stay in their line (write: %s)', (write) => {
  const text = fixText(
    { targets: [target(), { ...target(), backup: '20260131-101500-0a1b2c3d' }] },
    { style, columns: 120, write, command: `clawproof fix '${name}'` },
  );
  expect(text).toContain('::error::pwn');
  expect(text).not.toMatch(/^\s*::/m);
});

test('the same for what was undone', () => {
  const text = undoText(
    { id: 'x', at: name, restored: [name], removed: [name], unchanged: [name] },
    style,
    (path) => path,
  );
  expect(text.split('\n')).toHaveLength(5);
  expect(text).not.toMatch(/^\s*::/m);
});
