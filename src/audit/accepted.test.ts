import { expect, test } from 'vitest';
import { measures } from '../measures/registry.generated.ts';
import { FakeFiles } from '../ports/fake/fake-files.ts';
import { createAcceptance } from './accepted.ts';
import { type Audited, runAudit } from './run-audit.ts';
import { choicesIn } from './testing/audit-fixture.ts';
import { createSourceReader } from './source-reader.ts';

const COMPOSE = 'services:\n  gateway:\n    image: ghcr.io/openclaw/openclaw:latest\n';

async function auditAll(ignoreFile: string): Promise<Audited[]> {
  const files = new FakeFiles({
    '/srv/a/compose.yaml': COMPOSE,
    '/srv/b/compose.yaml': COMPOSE,
    '/srv/clawproof-ignore.yaml': ignoreFile,
  });
  const reader = createSourceReader(files);
  const measureIds = measures.map(({ id }) => id);
  const all: Audited[] = [];
  for await (const audited of runAudit({
    reader,
    names: ['a', 'b'],
    choices: choicesIn('/srv'),
    measures,
    options: { cwd: '/srv' },
    acceptance: createAcceptance({
      reader,
      cwd: '/srv',
      measureIds,
      today: '2026-11-22',
      ignores: true,
      areSeveral: true,
    }),
  }))
    all.push(audited);
  return all;
}

test('what is wrong with a file of suppressions is told once, with the first deployment', async () => {
  const broken = await auditAll('a: [\n');
  expect(broken.map(({ report }) => report.errors.map(({ id }) => id))).toEqual([
    ['ignore-file-not-understood'],
    [],
  ]);
  const odd = await auditAll('- measure: pinned-image\n  resaon: typed wrongly\n');
  expect(odd.map(({ report }) => report.warnings.map(({ id }) => id))).toEqual([
    ['suppression-not-understood'],
    [],
  ]);
});
