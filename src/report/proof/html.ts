import type { EvidenceState, ProbeResult, ProofReport, RingResult } from '../../prove/proof-report.ts';
import { htmlHead } from '../audit/html-head.ts';
import { jsonText } from '../audit/json-text.ts';
import { fixSentence, plural, sentence } from '../audit/parts.ts';
import { markupText } from '../audit/xml.ts';
import { duration } from '../duration.ts';
import { oneLine } from '../printable.ts';
import { STATE_WORDS } from '../side-words.ts';
import { ownSentence, RING_TITLES } from './words.ts';

/** One self-contained page without scripts: verdict, what is declared and not so, the rings, the evidence. */
export function proofHtml(report: ProofReport): string {
  return [
    htmlHead(`clawproof prove: ${text(report.target.name)}`, proofStyle),
    head(report),
    ...brokenSection(report),
    facts(report),
    ...report.rings.map((ring) =>
      ringSection(
        ring,
        report.probes.filter((probe) => probe.ring === ring.ring),
      ),
    ),
    measureSection(report),
    `<section><h2>What remains</h2><ul>${report.residual.map((risk) => `<li>${text(risk)}</li>`).join('')}</ul></section>`,
    '</main>\n</body>\n</html>\n',
  ].join('\n');
}

const proofStyle = `
main { display: block; } 
.verdict { font-size: 1.3rem; font-weight: 700; } .broken { color: var(--critical); } .incomplete { color: var(--medium); } .holds { color: var(--good); }
.probe.pass { --tone: var(--good); } .probe.fail { --tone: var(--critical); } .probe.error { --tone: var(--high); } .probe.skipped { --tone: var(--quiet); }
.loud { border: 2px solid var(--critical); border-radius: 8px; padding: .25rem 1rem .75rem; margin: 1rem 0; }
.aside { display: block; color: var(--quiet); margin-left: 1.1rem; } .aside.open { color: var(--high); }
@media (max-width: 30rem) { th, td { padding: .3rem .25rem; font-size: .85rem; } }
@media print { table, .loud { break-inside: avoid; } .probe.pass > div, .probe.skipped > div, .probe details { display: none; } }
`;

const VERDICTS = {
  holds: 'It holds.',
  broken: 'It does not hold.',
  incomplete: 'Not everything could be proved.',
} as const;

function head({ target, summary, rings }: ProofReport): string {
  const { controls } = summary;
  const areControlled = rings.some(({ controlsMs }) => controlsMs !== undefined);
  const numbers = [
    [summary.pass, 'stopped'],
    [summary.fail, 'succeeded'],
    [summary.error, 'could not be tried'],
    [summary.skipped, 'skipped'],
    ...(areControlled
      ? [
          [controls.seen, 'controls seen'],
          [controls.missed, 'controls missed'],
        ]
      : []),
  ];
  const open = rings.filter(({ state }) => state === 'error').map(({ ring }) => ring);
  const unknown = `Nothing is known of the ${open.join(' and the ')}: ${open.length === 1 ? 'it was' : 'they were'} not proved.`;
  return `<header><h1>clawproof prove: ${text(target.name)}</h1>
<p class="verdict ${summary.verdict}">${VERDICTS[summary.verdict]}</p>
<ul class="numbers">${numbers.map(([count, name]) => `<li><strong>${count}</strong> ${name}</li>`).join('')}</ul>
${areControlled ? '' : '<p class="quiet">Controls were not run (--controls).</p>'}${open.length === 0 ? '' : `<p class="notice warning">${unknown}</p>`}</header>`;
}

function facts({ target, host, startedAt, durationMs, id, tool }: ProofReport): string {
  const all: [string, string | undefined][] = [
    ['Container', target.container],
    ['Image', target.image.reference],
    ['Image id', target.image.id],
    ['OpenClaw', target.openclawVersion],
    ['Preset', target.preset],
    ['exec.mode', target.execMode],
    ['Configuration (SHA-256)', target.configHash],
    ['Settings (SHA-256)', target.settingsHash],
    ['Engine', host.engine],
    [
      'Kernel',
      `${host.kernel} (${host.arch}), control groups v${host.cgroup}${host.rootless ? ', rootless' : ''}`,
    ],
    ['Begun', startedAt],
    ['Took', duration(durationMs)],
    ['Proof', `${id}, clawproof ${tool.version}`],
  ];
  const shown = all.flatMap(([name, value]) =>
    value === undefined ? [] : [`<dt>${name}</dt><dd><code>${text(value)}</code></dd>`],
  );
  return `<section><dl>${shown.join('\n')}</dl></section>`;
}

function brokenSection({ measures }: ProofReport): string[] {
  const broken = measures.filter(({ isBroken }) => isBroken);
  if (broken.length === 0) return [];
  const items = broken.map(
    ({ title, measure, proven }) =>
      `<li><strong>${text(title)}</strong> <code>${text(measure)}</code>: ${text(ownSentence(proven.detail ?? ''))}</li>`,
  );
  return [
    `<section class="loud"><h2 class="broken">Declared, but not so</h2><p>Files or engine say that these hold. An attack showed that they do not.</p><ul>${items.join('')}</ul></section>`,
  ];
}

function ringSection(ring: RingResult, probes: readonly ProbeResult[]): string {
  const held = probes.filter(({ state }) => state === 'pass').length;
  const tried = probes.filter(({ state }) => state !== 'skipped').length;
  const summary =
    ring.state === 'ran'
      ? `<p class="quiet">${held} of ${plural(tried, 'attack')} stopped, in ${duration(ring.durationMs)}.</p>`
      : `<p class="notice warning"><strong>Not proved.</strong> ${text(ownSentence(ring.reason ?? ''))}</p>`;
  return [
    `<section><h2>${RING_TITLES[ring.ring]}</h2>${summary}`,
    ...probes.map((probe) => probeFold(probe)),
    '</section>',
  ].join('\n');
}

const STATES = { pass: 'stopped', fail: 'succeeded', skipped: 'skipped', error: 'not tried' } as const;

function probeFold(probe: ProbeResult): string {
  const { finding, control } = probe;
  const place = finding?.location;
  const items: [string, string][] = [
    ['Expected', text(ownSentence(probe.expected))],
    ['Observed', text(ownSentence(probe.observed))],
    ['Why', text(sentence(probe.why))],
    [
      'Control',
      `${text(control.title)}: ${CONTROL_WORDS[control.state]}${control.observed === undefined || control.state === 'target' ? '' : `. ${text(sentence(control.observed))}`}`,
    ],
    ...(place === undefined || finding === undefined
      ? []
      : [
          ['Line', `<code>${text(place.file)}:${place.position.line}</code> ${text(finding.measure)}`] as [
            string,
            string,
          ],
        ]),
    ...(finding === undefined ? [] : [['Fix', text(fixSentence(finding.fix))] as [string, string]]),
    ['Measures', probe.measures.map((id) => `<code>${text(id)}</code>`).join(' ')],
  ];
  return `<details class="finding probe ${probe.state}"${probe.state === 'fail' || probe.state === 'error' ? ' open=""' : ''}>
<summary><span class="badge">${STATES[probe.state]}</span><span class="name">${text(probe.title)}</span>${whyNot(probe)}</summary>
<div><dl>${items.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join('\n')}</dl>
${probe.attempts.length === 0 ? '' : `<details><summary>${plural(probe.attempts.length, 'attempt')}</summary><pre>${markupText(jsonText(probe.attempts))}</pre></details>`}
</div></details>`;
}

/** What nobody should have to open: why it was not tried, and that a pass proves nothing. */
function whyNot({ state, observed, control }: ProbeResult): string {
  if (state === 'skipped') return `<span class="aside">${text(ownSentence(observed))}</span>`;
  if (state !== 'pass') return '';
  if (control.state === 'missed')
    return '<span class="aside open">Proves nothing: it failed also where the protection is missing.</span>';
  if (control.state === 'error') return '<span class="aside open">Its control could not be run.</span>';
  return control.state === 'skipped' ? '<span class="aside">Without a control here.</span>' : '';
}

const CONTROL_WORDS = {
  seen: 'seen to succeed there',
  target: 'it succeeded on the target itself',
  missed: 'MISSED, it did not succeed there either: this probe proves nothing',
  'not-run': 'not run (--controls)',
  skipped: 'not possible here',
  error: 'could not be run',
} as const;

function measureSection({ measures }: ProofReport): string {
  const rows = measures.map(
    ({ title, measure, declared, effective, proven, isBroken }) =>
      `<tr${isBroken ? ' class="broken"' : ''}><td>${text(title)} <code>${text(measure)}</code></td>${[declared, effective, proven].map((state) => cell(state)).join('')}</tr>`,
  );
  return `<section><h2>Declared, effective, proven</h2><table><thead><tr><th>Measure</th><th>Files</th><th>Engine</th><th>Attack</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></section>`;
}

function cell({ state }: EvidenceState): string {
  const tone = state === 'pass' ? ' class="good"' : state === 'fail' ? ' class="broken"' : ' class="quiet"';
  return `<td${tone}>${STATE_WORDS[state]}</td>`;
}

function text(value: string): string {
  return markupText(oneLine(value));
}
