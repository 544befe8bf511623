import { expect, test } from 'vitest';
import { parseLocatedYaml } from '../documents/located-yaml.ts';
import type { Finding, TargetReport } from './audit-report.ts';
import type { AuditTarget } from './audit-target.ts';
import { createBaselineCollector, parseBaseline } from './baseline.ts';
import { readIgnoreFile } from './ignore-file.ts';
import { type MarkOptions, markFindings } from './mark-findings.ts';

const text = `services:
  # clawproof: ignore[read-only-root] reason="it writes"
  openclaw:
    image: x # clawproof: ignore[mdns-off] reason="not here"
`;

function target(): AuditTarget {
  const { source, root } = parseLocatedYaml(text, '/claw/compose.yaml');
  if (root?.kind !== 'map') throw new Error('no map');
  const sources = new Map([[source.file, source]]);
  return {
    name: 'compose.yaml',
    kind: 'compose',
    folder: '/claw',
    deployment: { evidence: 'declared', services: [], networks: [] } as unknown as AuditTarget['deployment'],
    compose: { name: 'x', projectDirectory: '/claw', root, sources, problems: [], unset: [], envFiles: [] },
    sources,
    files: [source.file],
    errors: [],
    warnings: [],
  } as unknown as AuditTarget;
}

function finding(measure: string, fingerprint: string): Finding {
  return {
    measure,
    title: 'x',
    severity: 'high',
    evidence: 'declared',
    detail: 'x',
    why: 'x',
    rows: [],
    references: {},
    subject: 'openclaw',
    fingerprint: fingerprint.repeat(16),
    fix: { state: 'not-fixable', why: 'x' },
  };
}

function report(changes: Partial<TargetReport> = {}): TargetReport {
  return {
    name: 'compose.yaml',
    kind: 'compose',
    files: ['compose.yaml'],
    services: [],
    findings: [finding('read-only-root', 'a'), finding('pinned-image', 'b')],
    passed: [],
    skipped: [],
    errors: [],
    warnings: [],
    ...changes,
  };
}

const measureIds = ['read-only-root', 'pinned-image', 'mdns-off'];
const options: MarkOptions = { cwd: '/claw', today: '2026-11-22', measureIds };

test('comments in the files of the deployment', async () => {
  const marked = await markFindings(target(), report(), options);
  expect(marked.findings.map(({ suppression }) => suppression?.reason)).toEqual(['it writes', undefined]);
  expect(marked.findings[0]?.suppression?.position.file).toBe('compose.yaml');
  expect(marked.warnings.map(({ id, position }) => [id, position?.line])).toEqual([
    ['suppression-unused', 4],
  ]);
});

test('what could not be looked at is not called unused', async () => {
  const skipped = [{ measure: 'mdns-off', title: 'x', reason: 'x' }];
  expect((await markFindings(target(), report({ skipped }), options)).warnings).toEqual([]);
  const errors = [{ id: 'file-not-readable', message: 'x' }];
  expect((await markFindings(target(), report({ errors }), options)).warnings).toEqual([]);
});

test('entries of a file, unused ones only where no other deployment uses it', async () => {
  const ignored = readIgnoreFile(
    '- measure: pinned-image\n  reason: rr\n- measure: pinned-image\n  subject: db\n  reason: rr\n- measure: x\n  reason: rr\n',
    'clawproof-ignore.yaml',
    measureIds,
  );
  const marked = (isShared: boolean): Promise<TargetReport> =>
    markFindings(target(), report(), { ...options, ignoreFile: { ...ignored, isShared } });
  expect((await marked(false)).findings[1]?.suppression).toMatchObject({ kind: 'file', reason: 'rr' });
  const ids = (made: TargetReport): string[] => made.warnings.map(({ id }) => id);
  expect(ids(await marked(false))).toEqual([
    'suppression-unknown-measure',
    'suppression-unused',
    'suppression-unused',
  ]);
  expect(ids(await marked(true))).toEqual(['suppression-unused']);
});

test('the baseline', async () => {
  const collector = createBaselineCollector();
  collector.add('claw', [finding('pinned-image', 'b'), finding('mdns-off', 'c')]);
  const baseline = parseBaseline(collector.text(), 'base.json');
  if ('problem' in baseline) throw new Error(baseline.problem.message);
  const marked = await markFindings(target(), report(), { ...options, baseline, deployment: 'claw' });
  expect(marked.findings.map(({ isInBaseline }) => isInBaseline)).toEqual([false, true]);
  expect(marked.warnings.map(({ id }) => id)).toContain('baseline-stale');
});
