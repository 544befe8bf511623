import { expect, test } from 'vitest';
import { readFixtures } from '../../../test/support/deployment-fixture.ts';
import { createDockerignore } from '../../documents/dockerignore.ts';
import { isFix, type Fix, type NoFix } from '../fix.ts';
import { leaveOut } from './fix.ts';

function repair(dockerfile: string, secretFiles: readonly string[]): Fix | NoFix {
  const [fixture] = readFixtures(
    JSON.stringify({
      services: { openclaw: { build: '.', command: 'openclaw gateway' } },
      'x-files': [{ path: 'Dockerfile', mode: 0o644, uid: 0, text: `FROM node:24\n${dockerfile}\n` }],
      'x-contexts': [{ path: '.', services: ['openclaw'], secretFiles }],
    }),
  );
  if (!fixture) throw new Error('no fixture');
  return leaveOut('.dockerignore', fixture.deployment);
}

function ignores(fix: Fix | NoFix, path: string): boolean {
  if (!isFix(fix)) throw new Error(fix.why);
  const lines = fix.changes.flatMap((change) => (change.kind === 'lines' ? change.lines : []));
  return createDockerignore(lines.join('\n'))(path, false);
}

test.each([
  ['a template', 'COPY config/openclaw.json.template /x', 'config/openclaw.json.template', ['openclaw.json']],
  ['a configuration in which nothing was found', 'COPY ./config/openclaw.json /x', 'config/openclaw.json', []],
  ['the same beside one with a secret', 'COPY config/openclaw.json /x', 'config/openclaw.json', ['openclaw.json']],
  ['JSON form, with flags', 'ADD --chown=node ["env/.env.sample", "/x"]', 'env/.env.sample', []],
])('what a step copies by its name and holds no secret stays: %s', (_name, dockerfile, path, found) => {
  const fix = repair(dockerfile, found);
  expect(ignores(fix, path)).toBe(false);
  for (const secret of ['.env', 'app/.env.production', 'tls/server.key', ...found])
    expect(ignores(fix, secret), secret).toBe(true);
}); // prettier-ignore

test.each([
  ['what was found', 'COPY openclaw.json /x', ['openclaw.json'], 'openclaw.json'],
  ['a folder of secrets', 'COPY secrets/ /run/', ['secrets/token'], 'secrets'],
  ['variables that are not there yet', 'COPY .env /app/', [], '.env'],
])('without a repair when a step needs it: %s', (_name, dockerfile, found, told) => {
  const fix = repair(dockerfile, found);
  expect(isFix(fix)).toBe(false);
  expect(fix).toMatchObject({
    why: expect.stringContaining(`Dockerfile copies ${told}, and fails`) as string,
  });
});

test('steps that copy out of another stage need nothing of the folder', () => {
  expect(repair('COPY --from=build /app/openclaw.json /x', ['openclaw.json'])).toMatchObject({
    safety: 'safe',
  });
});

test('says what the image no longer brings', () => {
  expect(repair('COPY . /app', ['.env'])).toMatchObject({ safety: 'safe' });
  expect(repair('COPY . /app', ['openclaw.json'])).toMatchObject({
    safety: 'unsafe',
    effect: expect.stringContaining('no longer brings openclaw.json') as string,
  });
  expect(repair('RUN git describe --tags', ['.git/config'])).toMatchObject({
    safety: 'unsafe',
    effect: expect.stringContaining('asks Git') as string,
  });
});
