import { describe, expect, it } from 'vitest';
import { testFixtures } from '../../../test/support/measure-suite.ts';
import { readDockerfile } from '../../deployment/dockerfile/read-dockerfile.ts';
import type { Deployment } from '../../deployment/deployment.ts';
import { applyEdits, type TextEdit } from '../../documents/text-edit.ts';
import { isFix } from '../fix.ts';
import { measure } from './measure.ts';

testFixtures(measure, import.meta.url);

function deploymentOf(text: string): Deployment {
  const { facts } = readDockerfile(text, 'Dockerfile', []);
  return { evidence: 'declared', services: [], networks: [], dockerfiles: [facts] };
}

describe('with a registry that answers', () => {
  it('pins a base in all stages that start from it, and leaves the rest as it is', () => {
    const text = 'ARG V=24\nFROM node:24 AS build # note\nFROM node:${V}\nFROM debian:13\nFROM build\n';
    const digest = `sha256:${'a'.repeat(64)}`;
    const deployment = deploymentOf(text);
    const failures = measure.check(deployment).filter((outcome) => outcome.state === 'fail');
    expect(failures.map(({ key }) => key)).toEqual(['node', 'debian']);
    const context = { deployment, resolvedDigests: { 'node:24': digest } };
    const fixes = failures.map((failure) => measure.fix?.(failure, context));
    expect(fixes.map((fix) => fix !== undefined && isFix(fix))).toEqual([true, false]);
    const edits = fixes.flatMap((fix) => (fix && isFix(fix) ? fix.changes : [])) as unknown as TextEdit[];
    const mended = applyEdits(text, edits);
    expect(mended).toBe(text.replace('node:24', `node:24@${digest}`).replace('${V}', `\${V}@${digest}`));
    const left = measure.check(deploymentOf(mended)).filter((outcome) => outcome.state === 'fail');
    expect(left.map(({ key }) => key)).toEqual(['debian']);
  });
});
