import { expect, test } from 'vitest';
import { readFixtures } from '../../../test/support/deployment-fixture.ts';
import { testFixtures } from '../../../test/support/measure-suite.ts';
import { measure } from './measure.ts';

testFixtures(measure, import.meta.url);

test.each([
  ['a user that the service names', { user: '1000' }, 'chown 1000 config/openclaw.json'],
  ['a user that only the image knows', {}, 'docker compose exec openclaw id -u'],
])('says how to hand a file to %s', (_name, user, told) => {
  const [fixture] = readFixtures(
    JSON.stringify({
      services: { openclaw: { image: 'example.org/openclaw', volumes: ['./config:/config'], ...user } },
      'x-files': [{ path: 'config/openclaw.json', mode: 0o644, uid: 0, secretNames: ['gateway.auth.token'] }],
    }),
  );
  const failure = { state: 'fail', detail: '', subject: 'config/openclaw.json' } as const;
  expect(fixture && measure.fix?.(failure, fixture)).toEqual({
    why: expect.stringContaining(told) as string,
  });
});
