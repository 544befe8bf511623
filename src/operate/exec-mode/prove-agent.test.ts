import { expect, test } from 'vitest';
import { probeResult, proofReport } from '../../prove/testing/proof-fixture.ts';
import { openOf } from './prove-agent.ts';

const agent = { ring: 'agent', state: 'ran', durationMs: 1 } as const;
const passed = probeResult({ ring: 'agent' });

test('a proof is attacks that were stopped, and nothing else', () => {
  const { summary } = proofReport();
  expect(openOf(proofReport({ rings: [agent], probes: [passed], summary: { ...summary, pass: 1 } }))).toEqual(
    [],
  );
  expect(openOf(proofReport({ rings: [agent], probes: [], summary: { ...summary, pass: 0 } }))).toEqual([
    'nothing was tried',
  ]);
});

test('what got through, was not tried or did not run is told', () => {
  const report = proofReport({
    rings: [{ ...agent, state: 'error', reason: 'no twin' }],
    probes: [
      passed,
      { ...passed, state: 'fail', observed: 'it ran' },
      { ...passed, state: 'error', observed: 'late' },
    ],
  });
  expect(openOf(report)).toEqual([
    'the agent ring: no twin',
    `${passed.title}: it ran`,
    `${passed.title}: not tried, late`,
  ]);
});
