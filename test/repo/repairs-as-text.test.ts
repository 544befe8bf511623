import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { measures } from '../../src/measures/registry.generated.ts';
import { createMendTools } from '../../src/mend/audit-tools.ts';
import { mendTarget } from '../../src/mend/mend-target.ts';
import { fakeProject } from '../../src/mend/testing/fake-target.ts';
import { fakePorts } from '../../src/ports/fake/fake-ports.ts';
import { readFixtures } from '../support/deployment-fixture.ts';

const root = join(import.meta.dirname, '../../src/measures');

/** The compose files among the bad fixtures of a measure, in block style, as people write them. */
function composeTexts(id: string): { title: string; text: string; config?: string }[] {
  const folder = join(root, id, 'fixtures');
  return readdirSync(folder)
    .filter((name) => name.startsWith('bad'))
    .flatMap((name) => {
      const parts = readFileSync(join(folder, name), 'utf8').split(/^---$/m);
      return parts.flatMap((text) => {
        const [fixture] = readFixtures(text);
        const compose = fixture?.source?.compose;
        if (compose?.['services'] === undefined) return [];
        const { openclawConfig } = fixture?.source?.context ?? {};
        const config =
          openclawConfig === undefined ? {} : { config: JSON.stringify(openclawConfig, null, 2) };
        return [{ title: `${name}: ${fixture?.name ?? ''}`, text: stringify(compose), ...config }];
      });
    });
}

describe.each(measures.filter(({ fix }) => fix !== undefined).map(({ id }) => id))('%s', (id) => {
  const cases = composeTexts(id);
  it.runIf(cases.length > 0).each(cases)('$title', async ({ text, config }) => {
    const project = await fakeProject({
      'compose.yaml': text,
      ...(config === undefined ? {} : { 'openclaw.json': config }),
    });
    const ports = { ...fakePorts(), files: project.files };
    const { request, choices } = project;
    const tools = createMendTools(ports, { request, choices, measures, options: { cwd: choices.cwd } });
    const { unfixed } = await mendTarget(tools, { allowUnsafe: true, only: [] });
    const failed = unfixed.filter(({ reason }) => reason === 'failed');
    expect(failed.map(({ finding, why }) => `${finding.measure} (${finding.detail}): ${why}`)).toEqual([]);
  });
});
