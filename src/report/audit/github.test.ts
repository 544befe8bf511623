import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGithubWriter } from './github.ts';
import { hostileTarget } from './testing/hostile-report.ts';
import { render } from './testing/render.ts';
import { finding, sampleTarget } from './testing/sample-report.ts';

test('a deployment with everything', () => {
  expect(`\n${render(createGithubWriter(), [sampleTarget()])}`).toMatchSnapshot();
});

test('says what GitHub does not show', () => {
  const many = (count: number) =>
    Array.from({ length: count }, () => finding({ measure: 'mdns-off', severity: 'low' }));
  const target = { ...sampleTarget(), errors: [], warnings: [] };
  expect(render(createGithubWriter(), [{ ...target, findings: many(10) }])).not.toContain('GitHub shows');
  expect(render(createGithubWriter(), [{ ...target, findings: many(11) }])).toContain('GitHub shows 10');
});

test('no text of a file makes or changes a command', () => {
  fc.assert(
    fc.property(fc.array(hostileTarget, { maxLength: 3 }), (targets) => {
      const lines = render(createGithubWriter(), targets)
        .trimEnd()
        .split(/\r\n|\r|\n/u);
      const commands = lines.filter((line) => line.includes('::') || line.startsWith('##'));
      const shown = targets.flatMap(({ findings, errors, warnings }) => [
        ...findings.filter(
          ({ isInBaseline, suppression }) => isInBaseline !== true && suppression?.isExpired !== false,
        ),
        ...errors,
        ...warnings,
      ]);
      expect(commands).toHaveLength(shown.length);
      for (const line of commands)
        expect(line).toMatch(
          /^::(?:error|warning|notice) (?:(?:file|line|endLine|col|endColumn|title)=[^:,]*,?)+::.*$/u,
        );
      for (const line of commands)
        expect(line.split('::')[1]?.match(/(?:^| |,)line=/gu) ?? []).toHaveLength(1);
    }),
  );
});
