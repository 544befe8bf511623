import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Deployment, EngineSettings } from '../../deployment/deployment.ts';
import { readFixtures } from '../../../test/support/deployment-fixture.ts';
import { testFixtures } from '../../../test/support/measure-suite.ts';
import { measure } from './measure.ts';

testFixtures(measure, import.meta.url);

describe('an engine that takes limits and enforces none', () => {
  const service = good();
  const outcomes = (engine: Partial<EngineSettings>): string[] =>
    measure
      .check({ ...service, engine: { source: 'docker info', ...engine } })
      .map((outcome) => (outcome.state === 'fail' ? outcome.detail : outcome.state));

  it('is a finding, whatever is asked of it', () => {
    expect(outcomes({ unenforced: ['memory', 'pids'] })).toContainEqual(
      expect.stringMatching(/takes limits on memory, processes and does not enforce them/),
    );
  });

  it.each([{}, { unenforced: [] }])('is not one that says %j', (engine) => {
    expect(outcomes(engine)).toEqual(['pass']);
  });

  it('is nothing that a fix can change', () => {
    const failure = measure
      .check({ ...service, engine: { source: 'docker info', unenforced: ['memory'] } })
      .find(({ state }) => state === 'fail') as Parameters<NonNullable<typeof measure.fix>>[0];
    expect(measure.fix?.(failure, {} as never)).toEqual({ why: expect.stringContaining('cgroup v2') });
  });
});

/** The service of the good fixture. */
function good(): Deployment {
  const path = fileURLToPath(new URL('fixtures/good.yaml', import.meta.url));
  const [first] = readFixtures(readFileSync(path, 'utf8'));
  if (first === undefined) throw new Error('no fixture');
  return first.deployment;
}
