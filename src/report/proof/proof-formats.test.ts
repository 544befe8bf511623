import { describe, expect, test } from 'vitest';
import { proofReport } from '../../prove/testing/proof-fixture.ts';
import { ownValidator, sarifValidator } from '../audit/testing/schemas.ts';
import { createStyle } from '../style.ts';
import { proofFormats, writeProof } from './proof-formats.ts';
import { proofEndText, ringText } from './text.ts';

const options = { style: createStyle(false), columns: 100, verbose: false };
const report = proofReport();

describe('the text of a proof', () => {
  test.each([false, true])(
    'shows each ring, and loudest what is declared and not so (verbose %s)',
    (verbose) => {
      const rings = report.rings.map((ring) =>
        ringText(
          ring,
          report.probes.filter((probe) => probe.ring === ring.ring),
          { ...options, verbose },
        ),
      );
      expect([...rings, proofEndText(report, options)].join('')).toMatchSnapshot();
    },
  );

  test('holds when nothing is wrong', () => {
    const good = proofReport({ probes: report.probes.slice(0, 1), measures: [] });
    expect(proofEndText({ ...good, summary: { ...good.summary, verdict: 'holds' } }, options)).toContain(
      'It holds.',
    );
  });
});

describe('the data formats of a proof', () => {
  test.each(proofFormats.filter((format) => format !== 'text'))('%s', async (format) => {
    expect(await writeProof(format, report, '/home/me')).toMatchSnapshot();
  });

  test('JSON is what the published schema says, SARIF what the standard says', async () => {
    const isEvidence = ownValidator('evidence.schema.json');
    expect(
      isEvidence(JSON.parse(await writeProof('json', report, '/home/me'))),
      JSON.stringify(isEvidence.errors),
    ).toBe(true);
    for (const key of Object.keys(report))
      expect(isEvidence({ ...report, [key]: undefined }), key).toBe(false);
    const isSarif = sarifValidator();
    expect(
      isSarif(JSON.parse(await writeProof('sarif', report, '/home/me'))),
      JSON.stringify(isSarif.errors),
    ).toBe(true);
  });

  test('nothing of the deployment is obeyed by a page, a log or a terminal', async () => {
    const evil = '</pre><script>alert(1)</script>\n::error::\u001B[31m';
    const hostile = proofReport({
      target: { ...report.target, name: evil, container: evil },
      probes: report.probes.map((probe) => ({ ...probe, observed: evil, title: evil })),
    });
    for (const format of proofFormats) {
      if (format === 'text') continue;
      const text = await writeProof(format, hostile, '/home/me');
      if (format === 'html' || format === 'junit') expect(text).not.toContain('<script>');
      expect(text).not.toContain('\u001B');
      expect(text.split('\n').some((line) => line.startsWith('::'))).toBe(false);
    }
    const [ring] = hostile.rings;
    expect(ring && ringText(ring, hostile.probes, options)).not.toContain('\u001B');
  });
});
