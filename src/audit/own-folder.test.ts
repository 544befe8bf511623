import { expect, test } from 'vitest';
import { detectEngine } from '../engine/detect.ts';
import { measures } from '../measures/registry.generated.ts';
import { readFolder } from '../operate/folder.ts';
import { renderOnly } from '../operate/up/render-only.ts';
import { fakePorts } from '../ports/fake/fake-ports.ts';
import { runAudit } from './run-audit.ts';
import { createSourceReader } from './source-reader.ts';

const FOLDER = '/srv/claw';

test.each(['baseline', 'caged'])('a freshly rendered folder of preset %s has no finding', async (preset) => {
  const ports = fakePorts();
  await ports.files.writeAtomic(`${FOLDER}/clawproof.yaml`, `version: 1\npreset: ${preset}\n`, {
    mode: 0o644,
  });
  await renderOnly(ports, await readFolder(ports, FOLDER), await detectEngine(ports), '0.0.0-test', 0);
  const choices = {
    cwd: '/srv',
    homeDir: '/home/me',
    environment: {},
    composeFiles: [],
    profiles: [],
    recursive: false,
  };
  const reader = createSourceReader(ports.files);
  const reports = [];
  for await (const { report } of runAudit({
    reader,
    choices,
    names: ['claw'],
    measures,
    options: { cwd: '/srv' },
  }))
    reports.push(report);
  expect(reports).toHaveLength(1);
  const [report] = reports;
  expect(report?.findings.map(({ measure, detail }) => `${measure}: ${detail}`)).toEqual([]);
  expect(report?.errors).toEqual([]);
  expect(report?.passed.length).toBeGreaterThan(20);
  expect(report?.openclawVersion).toMatch(/^20\d\d\./);
});
