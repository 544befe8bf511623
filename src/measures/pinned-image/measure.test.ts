import { describe, expect, it } from 'vitest';
import { readFixtures } from '../../../test/support/deployment-fixture.ts';
import { testFixtures } from '../../../test/support/measure-suite.ts';
import type { Failure, FixContext } from '../fix.ts';
import { measure } from './measure.ts';

testFixtures(measure, import.meta.url);

describe('pinned-image: with the digest that a registry told', () => {
  it('writes it behind the tag', () => {
    const reference = 'ghcr.io/openclaw/openclaw:2026.9.6';
    const [fixture] = readFixtures(`services: { openclaw: { image: "${reference}" } }`);
    const deployment = fixture?.deployment;
    if (!deployment) throw new Error('no fixture');
    const digest = `sha256:${'a'.repeat(64)}`;
    const context: FixContext = {
      deployment,
      compose: { services: { openclaw: { image: reference } } },
      resolvedDigests: { [reference]: digest },
    };
    const failure = measure.check(deployment)[0] as Failure;
    expect(measure.fix?.(failure, context)).toMatchObject({
      safety: 'safe',
      changes: [{ kind: 'set', path: ['services', 'openclaw', 'image'], value: `${reference}@${digest}` }],
    });
  });
});
