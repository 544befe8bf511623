import type { ProbeResult, ProofReport } from '../../prove/proof-report.ts';
import { fixSentence, sentence } from '../audit/parts.ts';
import { attributesOf, markupText } from '../audit/xml.ts';
import { oneLine } from '../printable.ts';

/** JUnit's XML: a suite for each ring, a case for each probe. A pass whose control was missed is an error. */
export function proofJunit(report: ProofReport): string {
  const suites = report.rings.map((ring) => {
    const probes = report.probes.filter((probe) => probe.ring === ring.ring);
    const cases = probes.map((probe) => probeCase(probe));
    const count = (element: string): number => cases.filter((text) => text.includes(`<${element} `)).length;
    const attributes = attributesOf({
      name: `${ring.ring} of ${report.target.name}`,
      tests: String(probes.length),
      failures: String(count('failure')),
      errors: String(count('error') + (ring.state === 'error' ? 1 : 0)),
      skipped: String(count('skipped')),
      time: (ring.durationMs / 1000).toFixed(3),
    });
    const problem =
      ring.state === 'error'
        ? [`    <system-err>${markupText(oneLine(ring.reason ?? ''))}</system-err>\n`]
        : [];
    return [`  <testsuite${attributes}>\n`, ...cases, ...problem, '  </testsuite>\n'].join('');
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="clawproof prove">\n${suites.join('')}</testsuites>\n`;
}

function probeCase(probe: ProbeResult): string {
  const place = probe.finding?.location;
  const attributes = attributesOf({
    classname: `clawproof.${probe.ring}`,
    name: `${probe.id}: ${probe.title}`,
    ...(place === undefined ? {} : { file: place.file, line: String(place.position.line) }),
  });
  const outcome = outcomeOf(probe);
  if (outcome === undefined) return `    <testcase${attributes}/>\n`;
  const { element, message, body } = outcome;
  const inner = attributesOf({ message, ...(element === 'skipped' ? {} : { type: probe.id }) });
  const content =
    body === undefined ? `<${element}${inner}/>` : `<${element}${inner}>${markupText(body)}</${element}>`;
  return `    <testcase${attributes}>\n      ${content}\n    </testcase>\n`;
}

interface CaseOutcome {
  element: 'failure' | 'error' | 'skipped';
  message: string;
  body?: string;
}

function outcomeOf(probe: ProbeResult): CaseOutcome | undefined {
  const { state, observed, control, finding, why, measures } = probe;
  if (state === 'skipped') return { element: 'skipped', message: observed };
  if (state === 'error') return { element: 'error', message: observed };
  if (state === 'pass') {
    if (control.state !== 'missed' && control.state !== 'error') return undefined;
    return {
      element: 'error',
      message: `its control was not seen: ${control.title}: ${control.observed ?? ''}`,
    };
  }
  const body = [
    `why: ${sentence(why)}`,
    ...(finding === undefined ? [] : [`fix: ${fixSentence(finding.fix)}`]),
    `more: clawproof explain ${measures[0] ?? ''}`,
  ];
  return { element: 'failure', message: observed, body: body.map(oneLine).join('\n') };
}
