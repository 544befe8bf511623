import { expect, it } from 'vitest';
import { defaultPolicy } from '../../policy/defaults.ts';
import { engineReport } from '../testing/fake-up-context.ts';
import { residualRisks } from './residual-risks.ts';

const risks = (...args: Parameters<typeof residualRisks>): string => residualRisks(...args).join('\n');
const caged = defaultPolicy();

it('never says that nothing remains, whatever the policy', () => {
  const strict = residualRisks(
    defaultPolicy({ egress: { allow: [] } }),
    engineReport({ userNamespaces: true }),
  );
  expect(strict.join('\n')).toMatch(/kernel.*\n.*prompt injection.*\n.*flaws.*\n.*Docker on this host/s);
  expect(strict).toHaveLength(6);
});

it('tells of the ways out', () => {
  expect(risks(caged, engineReport())).toContain(
    `one of the ${caged.egress.allow.length} allowed names leaves`,
  );
  expect(risks(defaultPolicy({ preset: 'baseline' }), engineReport())).toMatch(
    /baseline does not limit.*Preset caged does/,
  );
  expect(risks(defaultPolicy({ egress: { allow: [] } }), engineReport())).not.toMatch(
    /allowed name|does not limit/,
  );
});

it.each([
  ['deny', null],
  ['allowlist', 'the commands on its allowlist'],
  ['full', 'every command'],
] as const)('tells what exec %s means', (mode, what) => {
  const text = risks(defaultPolicy({ exec: { mode } }), engineReport());
  if (what === null) expect(text).not.toContain('exec.mode');
  else expect(text).toContain(`exec.mode is ${mode}: the agent runs ${what}`);
});

it('tells what the engine lacks', () => {
  expect(risks(caged, engineReport())).toContain('maps no user ids');
  expect(risks(caged, engineReport({ userNamespaces: true }))).not.toContain('maps no user ids');
  expect(risks(caged, engineReport({}, { kind: 'rootless' }))).not.toContain('maps no user ids');
  const poor = engineReport({ seccomp: false, limits: { memory: false, cpu: true, pids: false } });
  expect(risks(caged, poor)).toMatch(/no seccomp.*\n.*does not enforce these limits: memory, pids\./);
});

it('knows nothing of an engine that is not there', () => {
  const { engine: _none, ...without } = engineReport();
  expect(risks(caged, { ...without, ok: false })).not.toMatch(/engine/i);
});
