import { expect, test } from 'vitest';
import { measures } from '../measures/registry.generated.ts';
import { FakeFiles } from '../ports/fake/fake-files.ts';
import { reportOn } from './audit-target-report.ts';
import { readTarget } from './read-target.ts';
import { createSourceReader } from './source-reader.ts';

async function audit(compose: string, environment: Record<string, string>) {
  const reader = createSourceReader(new FakeFiles().put('/p/compose.yaml', compose));
  const choices = {
    cwd: '/p',
    homeDir: '/root',
    environment,
    composeFiles: [],
    profiles: [],
    recursive: false,
  };
  const request = { name: 'p', kind: 'compose' as const, files: ['/p/compose.yaml'], folder: '/p' };
  const target = await readTarget(request, { reader, choices });
  return reportOn(target, measures, { cwd: '/p', planEdits: () => [] });
}

const compose = (more: string): string =>
  `services:\n  gateway:\n    image: openclaw/openclaw:1\n    command: [openclaw, gateway]\n${more}`;

test.each([
  'volumes: ["/home/${CI_JOB_TOKEN}:/x"]',
  'volumes: ["/etc/${CI_JOB_TOKEN}/a:/x"]',
  'ports: ["0.0.0.0:18789:${CI_JOB_TOKEN}"]',
  'cap_add: ["${CI_JOB_TOKEN}"]',
  'cap_add: ["a$CI_JOB_TOKEN"]',
  'network_mode: "${CI_JOB_TOKEN:-host}"',
  'user: "${CI_JOB_TOKEN:?needed}"',
  'mem_limit: ${CI_JOB_TOKEN}',
  'devices: ["/dev/${OTHER:-x}${CI_JOB_TOKEN}"]',
  'security_opt: ["seccomp:${CI_JOB_TOKEN}"]',
  'extra_hosts: ["a:${CI_JOB_TOKEN}"]',
  'env_file: ["${CI_JOB_TOKEN}"]',
  'environment: { A_URL: "https://${CI_JOB_TOKEN}.example/" }',
])('the value of a secret variable is told nowhere: %s', async (line) => {
  const report = await audit(compose(`    ${line}\n`), { CI_JOB_TOKEN: 'Correct.Horse', OTHER: 'sda' });
  expect(report.findings.length).toBeGreaterThan(0);
  expect(JSON.stringify(report)).not.toContain('Correct.Horse');
});

test('other values, and defaults, are told', async () => {
  const report = await audit(compose('    volumes: ["/${DIR}:/x", "/${MY_TOKEN:-home}:/y"]\n'), {
    DIR: 'etc',
  });
  const told = JSON.stringify(report.findings);
  expect(told).toContain('/etc');
  expect(told).toContain('/home');
});
