import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { composeProject } from '../support/compose-arbitraries.ts';
import { bothOutcomes, parseComposeCases } from '../support/compose-comparison.ts';

// Our reading of compose files against the one of the Docker Compose that is installed. Left out are a few things in which
// its version 2.26 differs from newer ones, which ours follows.

const folder = join(import.meta.dirname, 'compose-cases');
const GENERATED = 40;

describe.each(readdirSync(folder))('cases of %s', (file) => {
  const cases = parseComposeCases(readFileSync(join(folder, file), 'utf8'));

  test.concurrent.each(cases)('$name', async (composeCase) => {
    const { ours, theirs } = await bothOutcomes(composeCase);
    // What is refused is said in other words.
    if ('refused' in theirs) expect(ours, theirs.refused.join('\n')).toHaveProperty('refused');
    else expect(ours).toEqual(theirs);
  });
});

test('generated projects mean the same to both', async () => {
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(composeProject, async (project) => {
      const { ours, theirs } = await bothOutcomes(project);
      if ('refused' in theirs) {
        expect(ours, theirs.refused.join('\n')).toHaveProperty('refused');
        return;
      }
      expect(ours).toEqual(theirs);
      accepted += 1;
    }),
    { numRuns: GENERATED },
  );
  expect(accepted).toBeGreaterThan(GENERATED / 2);
});
