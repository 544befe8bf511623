import fc from 'fast-check';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generatedFiles, measureFolders } from '../../scripts/generate-registry.ts';
import { measures } from '../../src/measures/registry.generated.ts';
import { runMeasures } from '../../src/measures/run.ts';
import { advisoriesAbout } from '../../src/openclaw/advisories.ts';
import { defaultPolicy } from '../../src/policy/defaults.ts';
import { arbitraryPolicy } from '../../src/policy/testing/arbitrary-policy.ts';
import { readExample } from '../support/deployment-fixture.ts';
import { referenceDeployment, renderedDeployment } from '../support/reference-deployment.ts';

const root = join(import.meta.dirname, '../..');
const sections = ['Why', 'Bad', 'Good', 'How it is fixed', 'How it is proved'];
/**
 * What rendered files do not show: a running container, settings of the engine, what Git tracks, the owner of a named volume, and the base
 * that `up` hands to its own builds as an argument, by the id that stands in clawproof.lock.
 */
const seenElsewhere = [
  'as-declared',
  'engine-defaults',
  'engine-not-on-tcp',
  'isolated-build',
  'pinned-base-image',
  'registry-over-tls',
  'state-ownership',
  'untracked-secrets',
  'user-namespace',
];
/** A deployment by the newest version of OpenClaw has no log redaction to switch off. */
const withoutWeaken = ['log-redaction'];

function readme(id: string): string {
  return readFileSync(join(root, 'src/measures', id, 'README.md'), 'utf8');
}

/** The fenced example under a heading. */
function example(id: string, heading: string): { language: string; text: string } {
  const section = readme(id).split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const match = /^```(\w+)\n([\s\S]*?)^```$/m.exec(section);
  if (!match) throw new Error(`${id}: no example under "${heading}"`);
  return { language: match[1] ?? '', text: match[2] ?? '' };
}

function failing(deployment: Parameters<typeof runMeasures>[1]): string[] {
  return runMeasures(measures, deployment)
    .filter((result) => result.state === 'fail')
    .map((result) => result.id);
}

describe('registry', () => {
  it('and the overview are what the generator writes', async () => {
    for (const [path, text] of Object.entries(await generatedFiles()))
      await expect(text).toMatchFileSnapshot(join(root, path));
  });

  it('has every folder, once', () => {
    expect(measures.map((measure) => measure.id).toSorted()).toEqual(measureFolders());
  });
});

describe.each(measures.map((measure) => ({ id: measure.id, measure })))('$id', ({ id, measure }) => {
  it('has its files', () => {
    const names = readdirSync(join(root, 'src/measures', id));
    expect(names).toEqual(expect.arrayContaining(['README.md', 'measure.test.ts', 'measure.ts', 'fixtures']));
    for (const name of ['bad.yaml', 'good.yaml'])
      expect(existsSync(join(root, 'src/measures', id, 'fixtures', name)), name).toBe(true);
  });

  it('has a README with its title and the five sections', () => {
    const headings = [...readme(id).matchAll(/^## (.+)$/gm)].map((match) => match[1]);
    expect(headings).toEqual(sections);
    expect(readme(id).split('\n')[0]).toBe(`# ${measure.title}`);
  });

  it('says what it asks for', () => {
    expect(measure.rows.length).toBeGreaterThan(0);
    expect(measure.why).toMatch(/^[A-Z].{30,}\.$/s);
    expect(measure.title).not.toMatch(/\.$/);
  });

  it('fails on the bad example and passes on the good one', () => {
    for (const [heading, state] of [
      ['Bad', 'fail'],
      ['Good', 'pass'],
    ] as const) {
      const { language, text } = example(id, heading);
      const [result] = runMeasures([measure], readExample(language, text));
      expect(result?.state, `${heading}: ${JSON.stringify(result?.outcomes)}`).toBe(state);
    }
  });

  it.skipIf(withoutWeaken.includes(id))('is the only one that fails once it is weakened', () => {
    expect(measure.weaken).toBeDefined();
    expect(failing(measure.weaken?.(referenceDeployment()) ?? referenceDeployment())).toEqual([id]);
  });
});

describe('rendered deployments', () => {
  it('pass everything in preset caged that files can show', () => {
    const open = runMeasures(measures, referenceDeployment()).filter((result) => result.state !== 'pass');
    expect(open.map(({ id, state }) => [id, state])).toEqual(seenElsewhere.map((id) => [id, 'skipped']));
  });

  it('pass everything in preset baseline but what it leaves open on purpose', () => {
    const open = runMeasures(measures, renderedDeployment(defaultPolicy({ preset: 'baseline' }))).filter(
      (result) => result.state !== 'pass',
    );
    const expected = [...seenElsewhere, 'egress-proxy-configured', 'no-direct-egress'].toSorted();
    expect(open.map(({ id, state }) => [id, state])).toEqual(expected.map((id) => [id, 'skipped']));
  });

  it('have no failure and no error, whatever the policy', () => {
    fc.assert(
      fc.property(arbitraryPolicy(), (policy) => {
        const wrong = runMeasures(measures, renderedDeployment(policy)).filter(
          (result) => result.state === 'fail' || result.state === 'error',
        );
        // Whoever asks for an old version is told what is known of it.
        const isOld = advisoriesAbout(policy.openclaw.version)?.length !== 0;
        expect(wrong.map(({ id }) => id)).toEqual(isOld ? ['current-version'] : []);
      }),
    );
  });
});
