import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../deployment/deployment.ts';
import { testFixtures } from '../../../test/support/measure-suite.ts';
import { measure } from './measure.ts';

testFixtures(measure, import.meta.url);

describe('no-secrets-in-environment: reports', () => {
  it('never hold the value of a secret', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_+-]{11,60}$/), (secret) => {
        const deployment: Deployment = {
          evidence: 'declared',
          networks: [],
          services: [
            {
              name: 'gateway',
              role: 'gateway',
              environment: { OPENAI_API_KEY: secret, DATABASE: `pg://u:${secret}@db/x` },
              command: ['openclaw', '--token', secret],
              environmentFromHost: [],
            },
          ],
        };
        const outcomes = measure.check(deployment);
        expect(outcomes.every((outcome) => outcome.state === 'fail')).toBe(true);
        expect(outcomes).toHaveLength(3);
        expect(JSON.stringify(outcomes)).not.toContain(secret);
      }),
    );
  });
});
