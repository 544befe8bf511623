import { expect, test } from 'vitest';
import { reportOn } from '../audit/audit-target-report.ts';
import type { Change } from '../measures/fix.ts';
import { measure } from '../measures/current-version/measure.ts';
import { KNOWN_GOOD_VERSION as NEW } from '../openclaw/advisories.ts';
import { mendTarget } from './mend-target.ts';
import { fakeProject, FOLDER } from './testing/fake-target.ts';

/** Repairs the version of a project; texts of the files that changed, and why the rest did not. */
async function mend(
  image: string,
  dotenv: string | null,
  environment: Record<string, string> = {},
): Promise<{ changed: Record<string, string>; why: string }> {
  const compose = `services:\n  gateway:\n    image: ${image}\n`;
  const project = await fakeProject({
    'compose.yaml': compose,
    ...(dotenv === null ? {} : { '.env': dotenv }),
  });
  Object.assign(project.choices.environment, environment);
  const whys: string[] = [];
  const result = await mendTarget(
    {
      read: (overlay) => project.read(overlay),
      look: (target) => {
        const changes = new Map<string, readonly Change[]>();
        const onFix = (fingerprint: string, wanted: readonly Change[]): void =>
          void changes.set(fingerprint, wanted);
        const report = reportOn(target, [measure], { cwd: FOLDER, onFix });
        for (const { fix } of report.findings) if ('why' in fix) whys.push(fix.why);
        return { report, changes };
      },
      text: (path) => project.files.read(path),
      whyOutside: () => Promise.resolve(undefined),
    },
    { allowUnsafe: true, only: [] },
  );
  const changed = result.files.map(({ path, text }) => [path.slice(FOLDER.length + 1), text?.after ?? '']);
  return { changed: Object.fromEntries(changed) as Record<string, string>, why: whys.join(' ') };
}

const IMAGE = 'ghcr.io/openclaw/openclaw';

test('a default that nothing overrides is edited where it stands', async () => {
  const { changed } = await mend(`${IMAGE}:\${VERSION:-2026.1.5}`, null);
  expect(changed).toEqual({ 'compose.yaml': expect.stringContaining(`${IMAGE}:\${VERSION:-${NEW}}`) });
});

test.each([
  ['another value', `# mine\nVERSION=2026.2.1\nKEY=x\n`, `# mine\nVERSION=${NEW}\nKEY=x\n`],
  ['the very same value', 'VERSION=2026.1.5\n', `VERSION=${NEW}\n`],
  ['quotes and a comment', 'VERSION="2026.2.1" # pinned\n', `VERSION="${NEW}" # pinned\n`],
  ['the name twice', 'VERSION=2026.2.1\nVERSION=2026.2.2\n', `VERSION=2026.2.1\nVERSION=${NEW}\n`],
])('what .env sets is edited there, and the default stays: %s', async (_, before, after) => {
  expect((await mend(`${IMAGE}:\${VERSION:-2026.1.5}`, before)).changed).toEqual({ '.env': after });
});

test('a whole image in .env, and a variable without a default, are edited there, too', async () => {
  const whole = await mend(
    `\${OPENCLAW_IMAGE:-${IMAGE}:2026.1.5}`,
    `OPENCLAW_IMAGE=${IMAGE}:2026.2.1-slim\n`,
  );
  expect(whole.changed).toEqual({ '.env': `OPENCLAW_IMAGE=${IMAGE}:${NEW}-slim\n` });
  const bare = await mend(`${IMAGE}:\${VERSION}`, 'VERSION=2026.2.1\n');
  expect(bare.changed).toEqual({ '.env': `VERSION=${NEW}\n` });
});

test('services that share the variable change together, and others that use it are not changed behind their back', async () => {
  const other = `${IMAGE}:\${VERSION:-2026.1.5}\n  cli:\n    image: ${IMAGE}:\${VERSION:-2026.1.5}\n    command: openclaw status`;
  expect((await mend(other, 'VERSION=2026.2.1\n')).changed).toEqual({ '.env': `VERSION=${NEW}\n` });
  const label = `${IMAGE}:\${VERSION:-2026.1.5}\n    labels: { release: "\${VERSION}" }`;
  expect((await mend(label, 'VERSION=2026.2.1\n')).changed).toEqual({});
});

test('what is set outside of the files is said, and nothing is changed', async () => {
  const { changed, why } = await mend(`${IMAGE}:\${VERSION:-2026.1.5}`, null, { VERSION: '2026.2.1' });
  expect(changed).toEqual({});
  expect(why).toContain('VERSION is set outside of these files and wins over the default');
});

test('what .env puts together from other things is said, and nothing is changed', async () => {
  const { changed, why } = await mend(`${IMAGE}:\${VERSION:-2026.1.5}`, 'YEAR=2026\nVERSION=${YEAR}.2.1\n');
  expect(changed).toEqual({});
  expect(why).toContain('The version comes from VERSION in .env');
});
