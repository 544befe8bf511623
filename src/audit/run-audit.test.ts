import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { measures } from '../measures/registry.generated.ts';
import { FakeFiles } from '../ports/fake/fake-files.ts';
import { createAcceptance } from './accepted.ts';
import type { AuditJob, JobTools, Looked } from './audit-jobs.ts';
import { parseBaseline } from './baseline.ts';
import { answerJob, readAnswer } from './helper-answers.ts';
import { type AuditInput, type Audited, runAudit } from './run-audit.ts';
import { choicesIn } from './testing/audit-fixture.ts';
import { createSourceReader, withListings } from './source-reader.ts';

const COMPOSE = 'services:\n  gateway:\n    image: ghcr.io/openclaw/openclaw:latest\n';
const TEXTS: Record<string, readonly string[]> = {
  'compose.yaml': [
    COMPOSE,
    `${COMPOSE}    privileged: true # clawproof-ignore not-privileged: reason="tried \uD83E\uDD9E"\n    build: ./app\n`,
    'services:\n  gateway:\n    image: [\n',
    `${COMPOSE}    ports: ["$\{BIND}18789:18789"]\n`,
  ],
  'docker-compose.prod.yml': ['services:\n  gateway:\n    privileged: true\n', COMPOSE],
  Dockerfile: ['FROM openclaw/openclaw\nUSER root\n', 'nothing\n'],
  'app/Dockerfile': ['FROM debian\nRUN curl http://x | sh\n'],
  'openclaw.json': ['{ "gateway": { "bind": "lan" } }', '{ not json'],
  'clawproof-ignore.yaml': ['- measure: pinned-image\n  reason: known\n- measure: no-such\n', '{}', 'a: [\n'],
};

const folder = fc.record(
  Object.fromEntries(Object.entries(TEXTS).map(([name, texts]) => [name, fc.constantFrom(...texts)])),
  { requiredKeys: [] },
);

function tools(files: FakeFiles, ignores: boolean): Omit<AuditInput, 'names' | 'sharing'> {
  const reader = withListings(createSourceReader(files));
  const measureIds = measures.map(({ id }) => id);
  const baseline = parseBaseline(
    JSON.stringify({
      schemaVersion: 1,
      findings: [
        { deployment: 'f1/compose.yaml', measure: 'not-privileged', fingerprint: '0123456789abcdef' },
      ],
    }),
    'base.json',
  );
  if ('problem' in baseline) throw new Error(baseline.problem.message);
  return {
    reader,
    choices: choicesIn('/srv', true),
    measures,
    options: { cwd: '/srv' },
    acceptance: createAcceptance({
      reader,
      cwd: '/srv',
      measureIds,
      today: '2026-11-22',
      ignores,
      areSeveral: true,
      baseline,
    }),
  };
}

/** As a thread does it: with tools of its own, and texts between them. */
function answers(own: JobTools): (job: AuditJob) => Promise<Looked[]> {
  return async (job) => readAnswer(await answerJob(structuredClone(job), own));
}

async function audit(input: AuditInput): Promise<Audited[]> {
  const all: Audited[] = [];
  for await (const { report, target } of runAudit(input))
    all.push({
      report,
      ...(target && {
        target: { kind: target.kind, name: target.name, folder: target.folder, files: target.files },
      }),
    });
  return all;
}

test.prop(
  [fc.array(folder, { minLength: 26, maxLength: 30 }), fc.boolean(), fc.integer({ min: 1, max: 60 })],
  {
    numRuns: 3,
  },
)('a helper changes nothing in the reports, nor does one that fails', async (folders, ignores, diesAt) => {
  const texts = folders.flatMap((each, index) =>
    Object.entries(each).map(([name, text]) => [`/srv/f${index}/${name}`, text] as [string, string]),
  );
  const files = new FakeFiles(Object.fromEntries(texts));
  files.put('/srv/f0/compose.yaml', COMPOSE);
  const alone = await audit({ ...tools(files, ignores), names: ['.'] });
  let asked = 0;
  const ask = answers(tools(files, ignores));
  const together = await audit({
    ...tools(files, ignores),
    names: ['.'],
    sharing: {
      start: async () => ({
        ask: async (job) => {
          asked += 1;
          if (asked > diesAt) throw new Error('dead');
          return ask(job);
        },
        close: () => {},
      }),
      onLost: () => {},
      signal: new AbortController().signal,
    },
  });
  // As text: the order of keys is seen in reports, too.
  expect(JSON.stringify(together)).toBe(JSON.stringify(alone));
  if (alone.length >= 40) expect(asked).toBeGreaterThan(0);
});
