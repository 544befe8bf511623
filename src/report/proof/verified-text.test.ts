import { expect, test } from 'vitest';
import { proofReport } from '../../prove/testing/proof-fixture.ts';
import { createStyle } from '../style.ts';
import { verifiedText } from './verified-text.ts';

const report = proofReport();
const text = (state: 'trusted' | 'unknown' | 'broken', changes: Partial<typeof report> = {}): string =>
  verifiedText(
    { state, signer: 'me\u001B[2J', why: 'it was changed', report: { ...report, ...changes } },
    'evidence.json',
    createStyle(false),
  );

test('says who signed, which rings were proved and what was found, and never what a terminal would obey', () => {
  expect(text('trusted')).toContain('Intact, signed by me\uFFFD[2J.');
  expect(text('trusted')).toContain(`${report.summary.fail} succeeded`);
  const [first] = report.rings;
  if (first === undefined) throw new Error('no ring');
  expect(text('trusted', { rings: [{ ...first, ring: 'agent', state: 'ran' }] })).toContain('rings: agent\n');
  expect(text('trusted', { rings: [{ ...first, state: 'error' }] })).toContain('rings: none\n');
});

test('tells how to name a key that is trusted, and believes nothing that was changed', () => {
  expect(text('unknown')).toContain('clawproof verify --signers <file>');
  expect(text('broken')).toBe('Do not believe it: evidence.json is not what was signed: it was changed.\n');
});
