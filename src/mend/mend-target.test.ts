import { expect, test } from 'vitest';
import { reportOn } from '../audit/audit-target-report.ts';
import type { AuditTarget } from '../audit/audit-target.ts';
import type { Service } from '../deployment/deployment.ts';
import type { Change, Fix } from '../measures/fix.ts';
import { failedService, passed } from '../measures/look.ts';
import { defineMeasure, type Measure } from '../measures/measure.ts';
import { mendTarget } from './mend-target.ts';
import type { MendChoices, MendTools } from './mending.ts';
import { fakeProject, FOLDER } from './testing/fake-target.ts';

type Severity = 'critical' | 'low';

/** A measure on every service of the deployment. */
function measure(
  id: string,
  holds: (service: Service) => boolean,
  changes: (service: string) => Change[],
  more: Partial<Pick<Fix, 'safety' | 'effect'>> & { severity?: Severity } = {},
): Measure {
  const { severity = 'low', ...fix } = more;
  return defineMeasure({
    id,
    title: id,
    risk:
      severity === 'low'
        ? { precondition: 'local', impact: 'outage' }
        : { precondition: 'reach', impact: 'host' },
    rows: [],
    references: {},
    why: 'because',
    check: ({ services }) =>
      services.map((service) => (holds(service) ? passed() : failedService(service, `not ${id}`))),
    fix: (failure) => ({
      title: `Do ${id}`,
      safety: 'safe',
      changes: changes(failure.subject ?? ''),
      ...fix,
    }),
  });
}

function set(service: string, field: string, value: string | boolean | string[]): Change {
  return { kind: 'set', document: 'compose', path: ['services', service, field], value };
}

const readOnly = measure(
  'read-only',
  ({ readOnlyRoot }) => readOnlyRoot === true,
  (name) => [set(name, 'read_only', true)],
);
const init = measure(
  'init',
  (service) => service.init === true,
  (name) => [set(name, 'init', true)],
  { severity: 'critical' },
);

const text = `services:
  gateway: # the gateway
    image: ghcr.io/openclaw/openclaw:1
  # beside it
  db:
    image: postgres
`;

async function mend(
  measures: Measure[],
  choices: Partial<MendChoices> = {},
  texts: Record<string, string> = { 'compose.yaml': text },
) {
  const project = await fakeProject(texts);
  const reads: string[] = [];
  const tools: MendTools = {
    read: async (overlay) => {
      reads.push([...overlay.texts.keys()].join(' '));
      return project.read(overlay);
    },
    look: (target: AuditTarget) => {
      const changes = new Map<string, readonly Change[]>();
      const onFix = (fingerprint: string, wanted: readonly Change[]): void =>
        void changes.set(fingerprint, wanted);
      return { report: reportOn(target, measures, { cwd: FOLDER, onFix }), changes };
    },
    text: (path) => project.files.read(path),
    whyOutside: () => Promise.resolve(undefined),
  };
  const result = await mendTarget(tools, { allowUnsafe: false, only: [], ...choices });
  return { result, reads, after: result.files[0]?.text?.after };
}

test('repairs what it can, the worst first, and says so', async () => {
  const { result, after } = await mend([readOnly, init]);
  expect(after).toBe(
    text
      .replace('openclaw:1\n', 'openclaw:1\n    init: true\n    read_only: true\n')
      .replace('postgres\n', 'postgres\n    init: true\n    read_only: true\n'),
  );
  expect(result.fixed.map(({ finding, title }) => `${finding.subject}: ${title}`)).toEqual([
    'gateway: Do init',
    'db: Do init',
    'gateway: Do read-only',
    'db: Do read-only',
  ]);
  expect(result).toMatchObject({ unfixed: [], errors: [], after: { findings: [] } });
  expect(result.before.findings).toHaveLength(4);
});

test('a second run changes nothing', async () => {
  const { after = '' } = await mend([readOnly, init]);
  const again = await mend([readOnly, init], {}, { 'compose.yaml': after });
  expect(again.result).toMatchObject({ files: [], fixed: [], unfixed: [] });
  expect(again.reads).toHaveLength(1);
});

test('what changes behaviour is left alone until it is asked for', async () => {
  const unsafe = measure(
    'init',
    (service) => service.init === true,
    (name) => [set(name, 'init', true)],
    {
      safety: 'unsafe',
      effect: 'It notices.',
    },
  );
  const { result } = await mend([unsafe]);
  expect(result.files).toEqual([]);
  expect(result.unfixed).toMatchObject([
    { reason: 'unsafe', why: 'It notices.', title: 'Do init' },
    { reason: 'unsafe' },
  ]);
  expect((await mend([unsafe], { allowUnsafe: true })).result.fixed).toHaveLength(2);
});

test('only the measures that are asked for', async () => {
  const { result } = await mend([readOnly, init], { only: ['init'] });
  expect(result.fixed.map(({ finding }) => finding.measure)).toEqual(['init', 'init']);
  expect(result.unfixed).toEqual([]);
});

test.each<[string, Measure[], RegExp]>([
  ['leaves its finding', [measure('init', (service) => service.init === true, (name) => [set(name, 'read_only', true)])], /still there/],
  [
    'brings another finding',
    [readOnly, measure('other', ({ readOnlyRoot }) => readOnlyRoot !== true, (name) => [set(name, 'read_only', false)])],
    /another finding: other/,
  ],
  ['makes the file one that Compose refuses', [measure('init', (service) => service.init === true, (name) => [set(name, 'init', true), set(name, 'ports', 'x')])], /could not be understood/],
])('a repair that %s is dropped, and why is said', async (_name, measures, why) => {
  const { result } = await mend(measures);
  expect(result.files).toEqual([]);
  expect(result.unfixed[0]).toMatchObject({ reason: 'failed' });
  expect(result.unfixed[0]?.why).toMatch(why);
}); // prettier-ignore

test('a repair that changes more than it says is dropped', async () => {
  const anchored =
    'services:\n  gateway:\n    image: &image ghcr.io/openclaw/openclaw:1\n  cli:\n    image: *image\n';
  const pinned = measure(
    'pinned',
    ({ image, name }) => name === 'cli' || image?.reference === 'x',
    (name) => [set(name, 'image', 'x')],
  );
  const { result } = await mend([pinned], {}, { 'compose.yaml': anchored });
  expect(result.files).toEqual([]);
  expect(result.unfixed[0]).toMatchObject({ reason: 'not-fixable' });
  expect(result.unfixed[0]?.why).toMatch(/cli takes over/);
});

test('services that share a text are repaired together when all need it', async () => {
  const shared =
    'services:\n  gateway: &gateway\n    image: ghcr.io/openclaw/openclaw:1\n  cli:\n    <<: *gateway\n';
  const { result, after } = await mend([init], {}, { 'compose.yaml': shared });
  expect(after).toBe(shared.replace('openclaw:1\n', 'openclaw:1\n    init: true\n'));
  expect(result.fixed).toHaveLength(2);
  expect(result.unfixed).toEqual([]);
});

const tidy = measure(
  'tidy',
  ({ readOnlyRoot, init: hasInit }) => readOnlyRoot !== true || hasInit === true,
  (name) => [set(name, 'init', true)],
  { safety: 'unsafe', effect: 'It notices.' },
);

test('what a repair brings is repaired with it', async () => {
  const { result } = await mend([readOnly, tidy], { allowUnsafe: true });
  expect(result.fixed.map(({ finding, title }) => `${finding.subject}: ${title}`)).toEqual([
    'gateway: Do read-only',
    'db: Do read-only',
    'gateway: Do tidy',
    'db: Do tidy',
  ]);
  expect(result).toMatchObject({ unfixed: [], after: { findings: [] } });
});

test('a repair is left when what it brings may not be repaired, and says what to allow', async () => {
  const { result } = await mend([readOnly, tidy]);
  expect(result).toMatchObject({ files: [], fixed: [] });
  expect(result.unfixed[0]).toMatchObject({ reason: 'not-fixable' });
  expect(result.unfixed[0]?.why).toMatch(/another finding: tidy .* allow the repair of tidy/);
});
