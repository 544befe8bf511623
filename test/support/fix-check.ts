import { expect } from 'vitest';
import type { Deployment } from '../../src/deployment/deployment.ts';
import type { Change, Failure, Fix } from '../../src/measures/fix.ts';
import { isFix } from '../../src/measures/fix.ts';
import type { Measure } from '../../src/measures/measure.ts';
import { measures } from '../../src/measures/registry.generated.ts';
import { runMeasures } from '../../src/measures/run.ts';
import { applyChanges } from './apply-changes.ts';
import { deploymentFromSource, type Fixture, type FixtureSource } from './deployment-fixture.ts';
import { contextOf } from './fixture-context.ts';

/**
 * Every failure of the fixture is repaired by its fix alone, and all of them together by all fixes, or it says why not;
 * no other measure gets worse by it.
 */
export function checkFixes(measure: Measure, fixture: Fixture): void {
  const before = failuresOf(measure, fixture.deployment);
  const context = contextOf(fixture);
  const fixes: Fix[] = [];
  let notFixed = 0;
  for (const failure of before) {
    const result = measure.fix?.(failure, context);
    if (result === undefined) throw new Error(`${measure.id} has no fix`);
    if (!isFix(result)) {
      expect(result.why, failure.detail).toMatch(/^\S.{20,}\.$/s);
      notFixed += 1;
      continue;
    }
    checkWords(result);
    fixes.push(result);
    if (!fixture.source) continue;
    const after = failuresOf(measure, deploymentAfter(fixture.source, result.changes));
    const label = `${failure.detail}\nafter ${JSON.stringify(result.changes)}`;
    expect(countOf(failure, after), label).toBeLessThan(countOf(failure, before));
  }
  if (!fixture.source || fixes.length === 0) return;
  const changes = fixes.flatMap((fix) => fix.changes);
  const mended = deploymentAfter(fixture.source, changes);
  const label = JSON.stringify(changes);
  expect(
    failuresOf(measure, mended).map((failure) => failure.detail),
    label,
  ).toHaveLength(notFixed);
  checkOthers(measure, fixture.deployment, mended, label);
}

function checkWords(fix: Fix): void {
  expect(fix.title).toMatch(/^[A-Z].{5,}[^.]$/s);
  expect(fix.changes.length, fix.title).toBeGreaterThan(0);
  if (fix.safety === 'unsafe') expect(fix.effect, fix.title).toMatch(/^\S.{15,}\.$/s);
}

function checkOthers(measure: Measure, before: Deployment, after: Deployment, label: string): void {
  const others = measures.filter((other) => other.id !== measure.id);
  const earlier = new Map(runMeasures(others, before).map((result) => [result.id, result]));
  const worse = runMeasures(others, after).filter((result) => {
    const was = earlier.get(result.id);
    const known = new Set(was?.outcomes.map(identityOf));
    const isNew = result.outcomes.some(
      (outcome) => (outcome.state === 'fail' || outcome.state === 'error') && !known.has(identityOf(outcome)),
    );
    return isNew || (was?.state === 'pass' && result.state !== 'pass');
  });
  expect(
    worse.map((result) => [result.id, result.outcomes]),
    label,
  ).toEqual([]);
}

function identityOf(outcome: ReturnType<Measure['check']>[number]): string {
  return outcome.state === 'fail'
    ? `fail ${outcome.subject} ${outcome.key}`
    : `${outcome.state} ${'reason' in outcome ? outcome.reason : ''}`;
}

function failuresOf(measure: Measure, deployment: Deployment): Failure[] {
  return measure.check(deployment).filter((outcome) => outcome.state === 'fail');
}

function countOf(failure: Failure, failures: readonly Failure[]): number {
  return failures.filter((other) => other.subject === failure.subject && other.key === failure.key).length;
}

function deploymentAfter(source: FixtureSource, changes: readonly Change[]): Deployment {
  const { compose, config, files } = applyChanges(
    {
      compose: source.compose,
      files: source.context.files ?? [],
      ...(source.context.openclawConfig === undefined ? {} : { config: source.context.openclawConfig }),
    },
    changes,
  );
  const context = { ...source.context };
  if (config) context.openclawConfig = config;
  if (source.context.files || files.length > 0) context.files = files;
  return deploymentFromSource({ compose: compose ?? {}, context });
}
