import { PRESETS } from '../policy/presets.ts';
import type { Remark, UpResult } from '../operate/up/types.ts';
import type { MeasureResult } from '../measures/run.ts';
import type { ProofReport } from '../prove/proof-report.ts';
import { duration } from './duration.ts';
import type { Style } from './style.ts';
import { tooOldLine } from './token-text.ts';
import { plainLine } from './width.ts';

/** What attacks on a twin showed, or why there is no proof; undefined = nobody asked for one. */
export type Proof = Pick<ProofReport, 'probes' | 'rings' | 'summary'> | string | undefined;

/** The end of `clawproof up`, for people. Ends with a line end. */
export function upSummary(result: UpResult, style: Style, proof?: Proof): string {
  if (result.state === 'dry-run') return dryRunText(result, style);
  if (result.state === 'unchanged') return unchangedText(result, style);
  if (result.state === 'rendered') return renderedText(result, style);
  return upText(result, style, proof);
}

function dryRunText({ diff, changedFiles }: UpResult, style: Style): string {
  if (changedFiles.length === 0) return 'Nothing would change.\n';
  return `${colourDiff(diff, style)}\n${changedFiles.length} files would be written. Nothing was changed.\n`;
}

/** Green and red for added and removed lines. */
export function colourDiff(diff: string, style: Style): string {
  const paint = (line: string): string => {
    if (/^(\+\+\+|---|diff) /.test(line)) return style.bold(line);
    if (line.startsWith('+')) return style.green(line);
    if (line.startsWith('-')) return style.red(line);
    return line.startsWith('@@') ? style.cyan(line) : line;
  };
  return diff.split('\n').map(paint).join('\n');
}

function unchangedText({ url, seconds, policy, token }: UpResult, style: Style): string {
  const state = `OpenClaw ${policy.openclaw.version} runs, preset ${policy.preset}: ${url}`;
  return `${style.green('Nothing to change.')} ${state} ${style.dim(`(${duration(seconds * 1000)})`)}\n${oldToken(
    token,
    style,
  )
    .map((line) => `${line}\n`)
    .join('')}`;
}

function oldToken(token: UpResult['token'], style: Style): string[] {
  const line = tooOldLine(token);
  return line === null ? [] : [style.yellow(line)];
}

/** What only an engine can make true: images get their digests, and files their owner. */
const SETTLED_AT_START = new Set(['pinned-image', 'state-ownership']);

function renderedText(result: UpResult, style: Style): string {
  return [
    `${style.yellow('The folder is ready, but nothing runs:')} ${result.missing[0] ?? 'no engine'}`,
    ...result.missing.slice(1),
    '',
    `Written to ${result.folder} (${result.changedFiles.length} files). ${measureLine('In the files', result.declared)}`,
    ...problems(
      { ...result, declared: result.declared.filter(({ id }) => !SETTLED_AT_START.has(id)) },
      style,
    ),
    ...result.declared
      .filter(({ id, state }) => SETTLED_AT_START.has(id) && state === 'fail')
      .map(({ title }) => style.dim(`  · Settled at the first start: ${title}`)),
    'Then run: clawproof up',
    '',
  ].join('\n');
}

function upText(result: UpResult, style: Style, proof: Proof): string {
  const { policy, url, folder } = result;
  return [
    '',
    `${style.green(style.bold('OpenClaw runs.'))} Version ${policy.openclaw.version}, preset ${policy.preset}, in ${folder} ${style.dim(`(${duration(result.seconds * 1000)})`)}`,
    '',
    style.bold('What protects it'),
    ...protections(result).map((line) => `  ${line}`),
    '',
    style.bold('What was checked'),
    ...[...checkedLines(result, style), ...proofLines(proof, style)].map((line) => `  ${line}`),
    ...problems(result, style),
    ...proofProblems(proof, style),
    ...oldToken(result.token, style).map((line) => `  ${line}`),
    '',
    style.bold('Open the dashboard'),
    `  ${url}`,
    '  clawproof dashboard          prints a link that pairs your browser once',
    '',
    style.bold('Connect a model and the first channel'),
    '  clawproof openclaw -- onboard',
    '  clawproof openclaw -- channels add',
    ...(PRESETS[policy.preset].hasEgress
      ? [
          '  A channel also needs its hosts: add e.g. telegram to egress.allow in clawproof.yaml, then run clawproof up.',
        ]
      : []),
    '',
    style.bold('What remains'),
    ...result.residual.map((risk) => `  - ${risk}`),
    ...(result.notes.length > 0
      ? ['', style.bold('Notes'), ...result.notes.map((note) => `  - ${note}`)]
      : []),
    '',
  ].join('\n');
}

function protections({ policy }: UpResult): string[] {
  const { resources, egress } = policy;
  const memory = `${Math.round(resources.memory / 1024 ** 2)} MiB`;
  return [
    'container  root filesystem read-only, no capabilities, no new privileges, uid 1000, seccomp',
    `limits     ${memory} memory without swap, ${resources.cpus} CPUs, ${resources.pids} processes, logs rotated`,
    PRESETS[policy.preset].hasEgress
      ? `network    no way out but egress (${egress.allow.length} allowed names), no connection to this host`
      : 'network    its own bridge',
    `way in     127.0.0.1:${policy.access.port} only${PRESETS[policy.preset].hasEgress ? ', through ingress, which overwrites X-Forwarded-For' : ''}`,
    'token      256 bits, in a file and nowhere else; 10 wrong tries lock out for 5 minutes',
    `agent      exec ${policy.exec.mode}, files only in its workspace, no control plane, one session a sender`,
    'recovery   a gateway that hangs or is killed comes back by itself',
  ];
}

function checkedLines(result: UpResult, style: Style): string[] {
  const failed = result.checks.filter(({ state }) => state !== 'pass');
  const { openclaw } = result;
  const mark = (bad: boolean): string => (bad ? style.red('✖') : style.green('✔'));
  return [
    `${mark(hasBad(result.declared))} ${measureLine('files', result.declared)}`,
    `${mark(hasBad(result.effective))} ${measureLine('engine', result.effective)}`,
    `${mark(failed.length > 0)} tried      ${result.checks.length - failed.length} of ${result.checks.length} attempts went as they must`,
    ...(openclaw === null
      ? []
      : [
          `${mark(openclaw.doctor.state === 'error')} doctor     ${openclaw.doctor.detail}`,
          `${mark(openclaw.audit.state === 'error')} audit      ${openclaw.audit.detail} (OpenClaw's own)`,
        ]),
  ];
}

function proofLines(proof: Proof, style: Style): string[] {
  if (proof === undefined) return [];
  if (typeof proof === 'string') return [`${style.red('✖')} attacked   not proved: ${proof}`];
  const { pass, fail, error, verdict } = { ...proof.summary };
  const parts = [
    `${pass} attacks on a twin were stopped`,
    ...(fail > 0 ? [`${fail} succeeded`] : []),
    ...(error > 0 ? [`${error} could not be tried`] : []),
  ];
  const mark = verdict === 'holds' ? style.green('✔') : style.red('✖');
  return [`${mark} attacked   ${parts.join(', ')} (all of them: clawproof prove)`];
}

function proofProblems(proof: Proof, style: Style): string[] {
  if (proof === undefined || typeof proof === 'string') return [];
  const rings = proof.rings.flatMap(({ ring, state, reason = '' }) =>
    state === 'error' ? [`${ring}: not proved, ${reason}`] : [],
  );
  const probes = proof.probes.flatMap(({ title, state, observed }) =>
    state === 'fail' || state === 'error' ? [`${title}: ${plainLine(observed)} (attack)`] : [],
  );
  return [...rings, ...probes].map((line) => `  ${style.red('✖')} ${line}`);
}

function measureLine(title: string, results: readonly MeasureResult[]): string {
  const count = (state: MeasureResult['state']): number =>
    results.filter((result) => result.state === state).length;
  const parts = [
    `${count('pass')} of ${results.length} measures hold`,
    count('fail') > 0 ? `${count('fail')} do not` : '',
    count('error') > 0 ? `${count('error')} could not be checked` : '',
    count('skipped') > 0 ? `${count('skipped')} not visible here` : '',
  ];
  return `${title.padEnd(10)} ${parts.filter(Boolean).join(', ')}`;
}

function hasBad(results: readonly MeasureResult[]): boolean {
  return results.some(({ state }) => state === 'fail' || state === 'error');
}

/** Every measure and check that did not hold, and every serious remark of OpenClaw itself. */
function problems(result: UpResult, style: Style): string[] {
  const measured = [...result.declared, ...result.effective].flatMap(({ title, evidence, outcomes }) =>
    outcomes.flatMap((outcome) => {
      if (outcome.state === 'fail') return [`${title}: ${outcome.detail} (${evidence})`];
      return outcome.state === 'error'
        ? [`${title}: could not be checked, ${outcome.reason} (${evidence})`]
        : [];
    }),
  );
  const tried = result.checks.flatMap(({ title, state, detail }) =>
    state === 'pass' ? [] : [`${title}: ${detail}`],
  );
  const remarks =
    result.openclaw === null ? [] : [...result.openclaw.doctor.findings, ...result.openclaw.audit.findings];
  const said = byCheck(remarks.filter(({ severity }) => severity !== 'info')).map((group) =>
    remark(group, style),
  );
  return [...[...measured, ...tried].map((line) => `  ${style.red('✖')} ${line}`), ...said];
}

/** A check of OpenClaw can have a remark for each of its skills: more than two of one check are one line. */
function byCheck(remarks: readonly Remark[]): Remark[][] {
  return [...new Set(remarks.map(({ checkId }) => checkId))].flatMap((check) => {
    const group = remarks.filter(({ checkId }) => checkId === check);
    return group.length > 2 ? [group] : group.map((one) => [one]);
  });
}

/** A remark of OpenClaw; one that every deployment of this shape gets is shown with the reason, and quietly. */
function remark(group: readonly Remark[], style: Style): string {
  const {
    severity,
    title: foreign,
    expected,
  } = (group.find((one) => one.expected === null) ?? group[0]) as Remark;
  const more = group.length > 1 ? ` And ${group.length - 1} more of the kind, in .clawproof/results.` : '';
  const title = `${plainLine(foreign)}${more}`;
  if (expected !== null) return style.dim(`  · OpenClaw remarks: ${title} Expected here: ${expected}.`);
  return `  ${style.yellow('!')} OpenClaw says (${severity}): ${title}`;
}

/** True when something that must hold does not, or could not be looked at. */
export function hasProblems(result: UpResult, proof?: Proof): boolean {
  const asked =
    result.openclaw !== null &&
    (result.openclaw.doctor.state === 'error' || result.openclaw.audit.state === 'error');
  const isProved = proof === undefined || (typeof proof !== 'string' && proof.summary.verdict === 'holds');
  return (
    asked ||
    !isProved ||
    hasBad(result.declared) ||
    hasBad(result.effective) ||
    result.checks.some(({ state }) => state !== 'pass')
  );
}
