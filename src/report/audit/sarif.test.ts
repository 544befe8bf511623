import fc from 'fast-check';
import type { Log, Region, Result, Run } from 'sarif';
import { expect, test } from 'vitest';
import { applyEdits } from '../../documents/text-edit.ts';
import { readmes } from '../../measures/readmes.generated.ts';
import { measures } from '../../measures/registry.generated.ts';
import { createSarifWriter } from './sarif.ts';
import { finding, sampleMeasures, sampleTarget } from './testing/sample-report.ts';
import { hostileTarget } from './testing/hostile-report.ts';
import { render } from './testing/render.ts';
import { sarifValidator } from './testing/schemas.ts';

const isSarif = sarifValidator();
const fewReadmes = { 'no-engine-socket': '# Title\n\nText.\n' };

function written(targets = [sampleTarget()], root = '/home/me/claw'): { text: string; run: Run } {
  const text = render(
    createSarifWriter({ version: '0.0.0', measures: sampleMeasures(), readmes: fewReadmes, root }),
    targets,
  );
  const log = JSON.parse(text) as Log;
  expect(isSarif(log), JSON.stringify(isSarif.errors?.slice(0, 5))).toBe(true);
  const [run] = log.runs;
  if (!run) throw new Error('no run');
  return { text, run };
}

function resultOf(run: Run, rule: string): Result {
  const result = run.results?.find(({ ruleId }) => ruleId === rule);
  if (!result) throw new Error(`no result of ${rule}`);
  return result;
}

/** Every region in a document; the standard wants each to name where it starts. */
function regions(value: unknown): Region[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    ['region', 'contextRegion', 'deletedRegion'].includes(key) ? [inner as Region] : regions(inner),
  );
}

test('a deployment with everything', () => {
  expect(written().text).toMatchSnapshot();
});

test('all measures are rules, with their pages', () => {
  const text = render(createSarifWriter({ version: '0.0.0', measures, readmes }), []);
  const log = JSON.parse(text) as Log;
  expect(isSarif(log)).toBe(true);
  const rules = log.runs[0]?.tool.driver.rules ?? [];
  expect(rules.map(({ id }) => id)).toEqual(measures.map(({ id }) => id));
  for (const rule of rules) {
    expect(rule.help?.markdown).toContain('## How it is fixed');
    expect(Number(rule.properties?.['security-severity'])).toBeGreaterThan(0);
  }
});

test('a result points to its rule, and says what is suppressed and what is new', () => {
  const { run } = written();
  const socket = resultOf(run, 'no-engine-socket');
  expect(run.tool.driver.rules?.[socket.ruleIndex ?? -1]?.id).toBe('no-engine-socket');
  expect(socket.level).toBe('error');
  expect(socket.suppressions).toEqual([]);
  expect(resultOf(run, 'no-capabilities').suppressions).toMatchObject([
    { kind: 'inSource', status: 'accepted', justification: 'the entrypoint needs them' },
  ]);
  expect(resultOf(run, 'pinned-image').suppressions).toMatchObject([
    { kind: 'external', status: 'rejected' },
  ]);
  expect(resultOf(run, 'stop-grace').baselineState).toBe('unchanged');
});

test('a fix is what the edits are', () => {
  const { run } = written();
  const replacements = resultOf(run, 'no-engine-socket').fixes?.[0]?.artifactChanges[0]?.replacements ?? [];
  const text = 'x'.repeat(200);
  const edits = replacements.map(({ deletedRegion, insertedContent }) => ({
    start: deletedRegion.charOffset ?? 0,
    end: (deletedRegion.charOffset ?? 0) + (deletedRegion.charLength ?? 0),
    text: insertedContent?.text ?? '',
  }));
  expect(applyEdits(text, edits)).toHaveLength(140);
  expect(resultOf(run, 'loopback-publish').fixes).toBeUndefined();
});

test('offsets do not count a byte order mark', () => {
  const regionOf = (changes: object): Region | undefined => {
    const found = finding({ measure: 'mdns-off' });
    const place = {
      file: 'compose.yaml',
      range: { start: 10, end: 15 },
      position: { file: 'compose.yaml', line: 1, column: 10 },
      endLine: 1,
      endColumn: 15,
    };
    const target = { ...sampleTarget(), findings: [{ ...found, location: { ...place, ...changes } }] };
    return resultOf(written([target]).run, 'mdns-off').locations?.[0]?.physicalLocation?.region;
  };
  expect(regionOf({})).toMatchObject({ charOffset: 10, charLength: 5 });
  expect(regionOf({ hasByteOrderMark: true })).toMatchObject({ charOffset: 9, charLength: 5 });
  expect(regionOf({ hasByteOrderMark: true, range: { start: 0, end: 0 } })).toMatchObject({
    charOffset: 0,
    charLength: 0,
  });
});

test('errors and what was not looked at are told, and make the run unsuccessful', () => {
  const [invocation] = written().run.invocations ?? [];
  expect(invocation?.executionSuccessful).toBe(false);
  expect(
    invocation?.toolExecutionNotifications?.map(({ level, descriptor }) => [level, descriptor?.id]),
  ).toEqual([
    ['error', 'file-not-readable'],
    ['warning', 'variable-unset'],
    ['note', 'not-looked-at'],
    ['note', 'not-looked-at'],
  ]);
  const clean = { ...sampleTarget(), errors: [], warnings: [], skipped: [], findings: [] };
  expect(written([clean]).run.invocations).toEqual([
    { executionSuccessful: true, toolExecutionNotifications: [] },
  ]);
});

test('what has no place of its own stands in the first file of its target', () => {
  const target = { ...sampleTarget(), findings: [finding({ measure: 'mdns-off' })] };
  expect(resultOf(written([target]).run, 'mdns-off').locations).toEqual([
    {
      physicalLocation: { artifactLocation: { uri: 'deploy/compose.yaml', uriBaseId: '%SRCROOT%' } },
      logicalLocations: [{ name: 'openclaw' }],
    },
  ]);
  const nowhere = { ...target, files: [], findings: [finding({ measure: 'mdns-off' })] };
  expect(resultOf(written([nowhere]).run, 'mdns-off').locations).toEqual([
    { logicalLocations: [{ name: 'openclaw' }] },
  ]);
});

test('whatever a report holds, it is SARIF', () => {
  fc.assert(
    fc.property(fc.array(hostileTarget, { maxLength: 3 }), (targets) => {
      const { text, run } = written(targets);
      expect(run.results).toHaveLength(targets.flatMap(({ findings }) => findings).length);
      for (const region of regions(run)) expect(region.startLine ?? region.charOffset).toBeDefined();
      // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
      expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E\u2066]/);
    }),
  );
});
