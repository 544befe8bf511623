import { join, relative, resolve, sep } from 'node:path';
import { rememberTexts } from '../documents/remember-texts.ts';
import { showUnknown } from '../documents/unknown-variable.ts';
import { fileVariables } from '../measures/file-variables.ts';
import { createFixContext } from '../measures/fix-context.ts';
import { type Change, type Failure, type FixContext, isFix } from '../measures/fix.ts';
import type { EvidenceKind, Location, Measure, Severity } from '../measures/measure.ts';
import { type MeasureResult, runMeasures } from '../measures/run.ts';
import type {
  AuditProblem,
  FileEdits,
  Finding,
  FindingFix,
  NotLookedAt,
  TargetReport,
} from './audit-report.ts';
import type { AuditTarget } from './audit-target.ts';
import { createFingerprints } from './fingerprint.ts';
import { createSecretMask, type SecretMask } from './interpolated.ts';
import { createLocator, type Locator, maskedPosition } from './locate.ts';
import { shownPath } from './shown-path.ts';

export interface ReportOptions {
  /** Absolute folder that paths in the report are relative to. */
  cwd: string;
  /** Turns changes into edits of the texts, with absolute paths; absent where nobody asked for edits. */
  planEdits?: (target: AuditTarget, changes: readonly Change[]) => FileEdits[] | { why: string };
  /** Image reference → digest that a registry told. */
  resolvedDigests?: Readonly<Record<string, string>>;
  /** Hears the changes of each repair, whether edits can be planned for them or not. */
  onFix?: (fingerprint: string, changes: readonly Change[]) => void;
}

/** Looks at one deployment with every measure. Suppressions and the baseline are applied to the result by others. */
export function reportOn(
  target: AuditTarget,
  measures: readonly Measure[],
  options: ReportOptions,
): TargetReport {
  const { deployment } = target;
  const mask = createSecretMask(target.compose?.root);
  const looked = lookAt(target, measures, options, mask);
  const version = deployment.openclawVersion;
  return {
    name: target.name,
    kind: target.kind,
    files: target.files.map((file) => shownPath(file, options.cwd)),
    services: deployment.services.map(({ name, role, roleReason = '' }) => ({
      name,
      role,
      reason: mask.sentence(roleReason),
    })),
    ...(version === undefined ? {} : { openclawVersion: version }),
    findings: looked.findings.toSorted(byWeightAndPlace),
    passed: looked.passed,
    skipped: looked.skipped,
    errors: [...target.errors, ...looked.errors].map((problem) => shown(problem, options.cwd, mask)),
    warnings: [...target.warnings, ...looked.warnings].map((problem) => shown(problem, options.cwd, mask)),
  };
}

interface Looked {
  findings: Finding[];
  passed: string[];
  skipped: NotLookedAt[];
  errors: AuditProblem[];
  warnings: AuditProblem[];
}

/** Nobody reads more of one measure; a file of strangers could be made of nothing else. */
const MOST_FINDINGS = 200;
const MOST_REASONS = 50;

function lookAt(
  target: AuditTarget,
  measures: readonly Measure[],
  options: ReportOptions,
  mask: SecretMask,
): Looked {
  const looked: Looked = { findings: [], passed: [], skipped: [], errors: [], warnings: [] };
  const results = runMeasures(measures, target.deployment);
  const makeFinding = createFindings(target, options, mask);
  for (const [index, measure] of measures.entries()) {
    const result = results[index];
    if (result === undefined) continue;
    lookWith(measure, result, makeFinding, looked, mask);
  }
  return looked;
}

function lookWith(
  measure: Measure,
  result: MeasureResult,
  makeFinding: ReturnType<typeof createFindings>,
  looked: Looked,
  mask: SecretMask,
): void {
  const { id, title } = measure;
  const reasons = new Set<string>();
  const problems = new Set<string>();
  let findings = 0;
  for (const outcome of result.outcomes) {
    if (outcome.state === 'skipped') reasons.add(showUnknown(outcome.reason));
    else if (outcome.state === 'error') problems.add(showUnknown(outcome.reason));
    else if (outcome.state === 'fail') {
      const found = findings < MOST_FINDINGS ? makeFinding(measure, result.evidence, outcome) : undefined;
      if (typeof found === 'string') reasons.add(found);
      else findings += 1;
      if (typeof found === 'object') looked.findings.push(found);
    }
  }
  for (const reason of [...reasons].slice(0, MOST_REASONS))
    looked.skipped.push({ measure: id, title, reason: mask.sentence(reason) });
  for (const message of [...problems].slice(0, MOST_REASONS))
    looked.errors.push({ id: 'measure-failed', message, measure: id });
  if (findings > MOST_FINDINGS)
    looked.warnings.push({
      id: 'findings-left-out',
      message: `There are ${findings} findings of ${id}; only the first ${MOST_FINDINGS} are in this report.`,
      measure: id,
    });
  if (findings + reasons.size + problems.size === 0) looked.passed.push(id);
}

/** The file of variables that Compose reads by itself; one that was named on the command line is the user's to edit. */
function ownVariables({ compose }: AuditTarget): Pick<FixContext, 'fileVariable'> {
  const file = compose === undefined ? '' : join(compose.projectDirectory, '.env');
  const source = compose?.sources.get(file);
  return source === undefined ? {} : { fileVariable: fileVariables(source.text, file) };
}

/** @returns what makes a finding of a failure, or tells why it is none: it depends on what nobody knows */
function createFindings(
  target: AuditTarget,
  options: ReportOptions,
  mask: SecretMask,
): (measure: Measure, evidence: EvidenceKind, failure: Failure) => Finding | string {
  const locator = createLocator(target, options.cwd);
  const fingerprint = createFingerprints();
  const inFolder = rememberTexts((file) =>
    relative(target.folder, resolve(options.cwd, file)).replaceAll(sep, '/'),
  );
  let context: FixContext | undefined;
  return (measure, evidence, failure) => {
    const unknown = whyUnknown(target, locator, measure, failure);
    if (unknown !== undefined) return unknown;
    context ??= {
      ...createFixContext(target.deployment, target.compose?.root, options.resolvedDigests),
      ...ownVariables(target),
    };
    const fixContext = context;
    const subject = failure.subject === undefined ? undefined : mask.name(showUnknown(failure.subject));
    const key = failure.key === undefined ? undefined : mask.name(showUnknown(failure.key));
    const location = failure.at && locate(locator, measure, failure.at);
    const file = location && inFolder(location.file);
    const known = fingerprint({
      measure: measure.id,
      subject,
      key: failure.key && mask.name(failure.key),
      file,
    });
    const { id, title, severity, why, rows, references } = measure;
    return {
      measure: id,
      title,
      severity,
      why,
      rows,
      references,
      evidence,
      detail: mask.sentence(showUnknown(failure.detail)),
      ...(subject === undefined ? {} : { subject }),
      ...(key === undefined ? {} : { key }),
      fingerprint: known,
      ...(location === undefined ? {} : { location }),
      fix: masked(
        fixOrWhy(() => fixOf(measure, failure, fixContext, target, options, known)),
        mask,
      ),
    };
  };
}

/** What is not settled yet, or depends on a variable that is set nowhere, is neither right nor wrong. */
function whyUnknown(
  { unsettled }: AuditTarget,
  locator: Locator,
  { id, title }: Measure,
  { subject, at }: Failure,
): string | undefined {
  if (unsettled?.measures.includes(id) === true) return unsettled.reason;
  const unset = at ? locator.unsetAt(at) : [];
  if (unset.length === 0) return undefined;
  return `${showUnknown(subject ?? title)} depends on ${unset.join(', ')}, which is set nowhere`;
}

/** Measures that are about secrets point at values that nobody may see. */
const ABOUT_SECRETS = /secret|token|credential|password|baked/;

function locate(locator: Locator, measure: Measure, at: Location): Finding['location'] {
  return locator.locate(at, ABOUT_SECRETS.test(measure.id));
}

/** Only the kind of an exception is told: its message could quote a value from the deployment. */
function fixOrWhy(plan: () => FindingFix): FindingFix {
  try {
    return plan();
  } catch (error) {
    const kind = error instanceof Error ? error.name : 'unknown exception';
    return notFixable(`Planning the repair broke off (${kind}), which is an error in clawproof.`);
  }
}

function fixOf(
  measure: Measure,
  failure: Failure,
  context: FixContext,
  target: AuditTarget,
  options: ReportOptions,
  fingerprint: string,
): FindingFix {
  if (!measure.fix) return notFixable(measure.noFix ?? 'No edit of a file repairs it.');
  const fix = measure.fix(failure, context);
  if (!isFix(fix)) return notFixable(fix.why);
  options.onFix?.(fingerprint, fix.changes);
  const planned = options.planEdits?.(target, fix.changes);
  if (planned !== undefined && 'why' in planned) return notFixable(planned.why);
  const { title, safety, effect } = fix;
  return {
    state: 'fixable',
    title: showUnknown(title),
    safety,
    ...(effect === undefined ? {} : { effect: showUnknown(effect) }),
    ...(planned === undefined
      ? {}
      : { edits: planned.map((edit) => ({ ...edit, file: shownPath(edit.file, options.cwd) })) }),
  };
}

function masked(fix: FindingFix, mask: SecretMask): FindingFix {
  if (fix.state === 'not-fixable') return { ...fix, why: mask.sentence(fix.why) };
  const { title, effect } = fix;
  return {
    ...fix,
    title: mask.sentence(title),
    ...(effect === undefined ? {} : { effect: mask.sentence(effect) }),
  };
}

function notFixable(why: string): FindingFix {
  return { state: 'not-fixable', why: showUnknown(why) };
}

function shown(problem: AuditProblem, cwd: string, mask: SecretMask): AuditProblem {
  const message = mask.sentence(problem.message);
  if (problem.position === undefined) return { ...problem, message };
  const position = maskedPosition(problem.position);
  return { ...problem, message, position: { ...position, file: shownPath(position.file, cwd) } };
}

const WEIGHTS: Record<Severity, number> = { critical: 0, high: 1, medium: 2, low: 3 };

function byWeightAndPlace(a: Finding, b: Finding): number {
  return (
    WEIGHTS[a.severity] - WEIGHTS[b.severity] ||
    compare(a.location?.file ?? '', b.location?.file ?? '') ||
    (a.location?.range.start ?? 0) - (b.location?.range.start ?? 0) ||
    compare(a.measure, b.measure)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
