import { expect, test } from 'vitest';
import { testFixtures } from '../../../test/support/measure-suite.ts';
import { measure } from './measure.ts';

testFixtures(measure, import.meta.url);

test('a token that a variable brought in does not stand in the file', () => {
  const [outcome] = measure.check({
    evidence: 'declared',
    services: [],
    networks: [],
    openclawConfig: { gateway: { auth: { token: '0123456789abcdef' } } },
    openclawConfigVariables: { 'gateway.auth.token': ['GATEWAY_TOKEN'] },
  });
  expect(outcome).toMatchObject({
    state: 'fail',
    detail: expect.stringContaining('refers to the environment'),
  });
});
