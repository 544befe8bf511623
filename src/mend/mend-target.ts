import { counts, type FileEdits, type Finding, type TargetReport } from '../audit/audit-report.ts';
import type { AuditTarget } from '../audit/audit-target.ts';
import type { SourceOverlay } from '../audit/source-reader.ts';
import { applyEdits } from '../documents/text-edit.ts';
import type { Change } from '../measures/fix.ts';
import { forService, unwantedDifference } from './compare-data.ts';
import type { FixedFinding, MendedFile, MendResult, UnfixedFinding } from './mend-result.ts';
import { changedFiles, planEdits, readableText } from './plan-edits.ts';

/** What the audit of a deployment is made with; tests pass in their own. */
export interface MendTools {
  /** Reads the deployment as it would be with these texts and modes. */
  read(overlay: SourceOverlay): Promise<AuditTarget>;
  /** Looks at it with every measure; suppressions are applied. */
  look(target: AuditTarget): Look | Promise<Look>;
  /** Text of a file that the audit had no reason to read; null when there is none. */
  text(path: string): Promise<string | null>;
}

export interface Look {
  report: TargetReport;
  /** Fingerprint of a finding → the changes that repair it. */
  changes: ReadonlyMap<string, readonly Change[]>;
}

export interface MendChoices {
  /** Also repairs that may change how OpenClaw behaves. */
  allowUnsafe: boolean;
  /** Ids of measures; empty = all of them. */
  only: readonly string[];
}

/** One repair can make way for another; more rounds than this have never been of use. */
const MAX_PASSES = 10;

type Dropped = Pick<UnfixedFinding, 'reason' | 'why'>;

/** Errors after which nobody knows what else the files say. */
const NOT_WHOLE: readonly string[] = ['compose-not-understood', 'clawproof-error'];

interface Mending {
  tools: MendTools;
  choices: MendChoices;
  target: AuditTarget;
  look: Look;
  overlay: { texts: Map<string, string>; modes: Map<string, number> };
  /** Texts of files beside those of the audit, as they are on the disk. */
  texts: Map<string, string | null>;
  /** Fingerprint → why the last attempt was dropped. */
  dropped: Map<string, Dropped>;
}

/**
 * Repairs what an audit finds, on texts in memory. A repair is kept only when it does what it should: its finding is
 * gone, no other has come, and the deployment says nothing else that is new. Writes nothing.
 */
export async function mendTarget(tools: MendTools, choices: MendChoices): Promise<MendResult> {
  const overlay = { texts: new Map<string, string>(), modes: new Map<string, number>() };
  const target = await tools.read(overlay);
  const look = await tools.look(target);
  const mending: Mending = { tools, choices, target, look, overlay, texts: new Map(), dropped: new Map() };
  const passes = look.report.errors.some(({ id }) => NOT_WHOLE.includes(id)) ? 0 : MAX_PASSES;
  for (let pass = 0; pass < passes; pass += 1) if (!(await mendOnce(mending))) break;
  return resultOf(mending, target, look);
}

/** Tries each repair once. @returns true when one was kept */
async function mendOnce(mending: Mending): Promise<boolean> {
  let isChanged = false;
  for (const { fingerprint } of mending.look.report.findings) {
    const finding = mending.look.report.findings.find((known) => known.fingerprint === fingerprint);
    // Another repair may have taken it along.
    if (!finding || !isWanted(finding, mending.choices)) continue;
    const dropped = await tryFix(mending, finding);
    if (dropped === undefined) isChanged = true;
    else mending.dropped.set(fingerprint, dropped);
  }
  return isChanged;
}

function isWanted(finding: Finding, { allowUnsafe, only }: MendChoices): boolean {
  if (!counts(finding) || finding.fix.state !== 'fixable') return false;
  if (only.length > 0 && !only.includes(finding.measure)) return false;
  return allowUnsafe || finding.fix.safety === 'safe';
}

/** @returns why the repair was not kept */
async function tryFix(mending: Mending, finding: Finding): Promise<Dropped | undefined> {
  const { tools, target, look } = mending;
  const changes = look.changes.get(finding.fingerprint) ?? [];
  await readMissing(mending, changes);
  const alsoWanted = wantedByOthers(mending, finding);
  const planned = planEdits(target, changes, { alsoWanted, texts: mending.texts });
  if ('why' in planned) return { reason: 'not-fixable', why: planned.why };
  const overlay = withEdits(mending, planned);
  const nextTarget = await tools.read(overlay);
  const nextLook = await tools.look(nextTarget);
  const unclear = whyUnclear(look.report, nextLook.report, finding);
  const why =
    whyWorse(look.report, nextLook.report, finding) ??
    whyOther(target, nextTarget, changes, sharedChanges(changes, alsoWanted, target));
  if (why !== undefined) return { reason: 'failed', why };
  if (unclear !== undefined) return { reason: 'not-fixable', why: unclear };
  Object.assign(mending, { overlay, target: nextTarget, look: nextLook });
  mending.dropped.delete(finding.fingerprint);
  return undefined;
}

function wantedByOthers({ look, choices }: Mending, finding: Finding): Change[] {
  return look.report.findings
    .filter((other) => other.fingerprint !== finding.fingerprint && isWanted(other, choices))
    .flatMap((other) => look.changes.get(other.fingerprint) ?? []);
}

function sharedChanges(
  changes: readonly Change[],
  alsoWanted: readonly Change[],
  { deployment }: AuditTarget,
): Change[] {
  const wanted = new Set(alsoWanted.map((change) => JSON.stringify(change)));
  return changes.flatMap((change) =>
    deployment.services.flatMap(({ name }) => {
      const same = forService(change, name);
      return same && wanted.has(JSON.stringify(same)) ? [same] : [];
    }),
  );
}

/** Files without keys are edited as they are, whether the audit has read them or not. */
async function readMissing(mending: Mending, changes: readonly Change[]): Promise<void> {
  for (const file of changedFiles(mending.target, changes)) {
    if (mending.texts.has(file) || readableText(mending.target, file) !== undefined) continue;
    mending.texts.set(file, await mending.tools.text(file));
  }
}

function withEdits({ target, overlay, texts }: Mending, planned: readonly FileEdits[]): Mending['overlay'] {
  const next = { texts: new Map(overlay.texts), modes: new Map(overlay.modes) };
  for (const { file, edits, mode } of planned) {
    if (edits.length > 0) {
      const text = overlay.texts.get(file) ?? readableText(target, file) ?? texts.get(file) ?? '';
      next.texts.set(file, applyEdits(text, edits));
    }
    if (mode !== undefined) next.modes.set(file, mode);
  }
  return next;
}

/** Known by what it is about: places move when a text changes. */
function identityOf({ measure, subject = '', key = '' }: Finding): string {
  return [measure, subject, key].join('\0');
}

function countsOf(report: TargetReport): Map<string, number> {
  const found = new Map<string, number>();
  for (const finding of report.findings) {
    const identity = identityOf(finding);
    found.set(identity, (found.get(identity) ?? 0) + 1);
  }
  return found;
}

/** What another look at the same files sees otherwise; undefined when it is the same. */
export function whyDifferent(expected: TargetReport, actual: TargetReport): string | undefined {
  const wanted = countsOf(expected);
  const has = countsOf(actual);
  const found = actual.findings.find((finding) => {
    const identity = identityOf(finding);
    return (has.get(identity) ?? 0) > (wanted.get(identity) ?? 0);
  });
  return found && `${found.measure}: ${found.detail}`;
}

function whyWorse(before: TargetReport, after: TargetReport, finding: Finding): string | undefined {
  const knownErrors = new Set(before.errors.map(({ id, message }) => `${id} ${message}`));
  const error = after.errors.find(({ id, message }) => !knownErrors.has(`${id} ${message}`));
  if (error) return `afterwards something could not be understood: ${error.message}`;
  const had = countsOf(before);
  const has = countsOf(after);
  const identity = identityOf(finding);
  if ((has.get(identity) ?? 0) >= (had.get(identity) ?? 0)) return 'the finding was still there afterwards';
  const added = after.findings.find((other) => {
    const known = identityOf(other);
    return (has.get(known) ?? 0) > (had.get(known) ?? 0);
  });
  if (added) return `it would bring another finding: ${added.measure} (${added.detail})`;
  return undefined;
}

/** A repair that ends in doubt is none: what the finding is about depends on what nobody knows, mostly a variable. */
function whyUnclear(before: TargetReport, after: TargetReport, finding: Finding): string | undefined {
  const knownReasons = new Set(before.skipped.map(({ measure, reason }) => `${measure} ${reason}`));
  const unclear = after.skipped.find(
    ({ measure, reason }) => measure === finding.measure && !knownReasons.has(`${measure} ${reason}`),
  );
  return unclear && `Afterwards nobody could tell whether it helped: ${unclear.reason}`;
}

function whyOther(
  before: AuditTarget,
  after: AuditTarget,
  changes: readonly Change[],
  shared: readonly Change[],
): string | undefined {
  const path = unwantedDifference(before, after, changes, shared);
  return path === undefined ? undefined : `it would change ${path} in another way than intended`;
}

function resultOf(mending: Mending, first: AuditTarget, firstLook: Look): MendResult {
  const { look, choices } = mending;
  const left = countsOf(look.report);
  const fixed: FixedFinding[] = [];
  for (const finding of firstLook.report.findings) {
    const identity = identityOf(finding);
    const remaining = left.get(identity) ?? 0;
    if (remaining > 0) left.set(identity, remaining - 1);
    else if (finding.fix.state === 'fixable') {
      const { title, safety, effect } = finding.fix;
      fixed.push({ finding, title, safety, ...(effect === undefined ? {} : { effect }) });
    } else fixed.push({ finding, title: 'Another repair took it along', safety: 'safe' });
  }
  const unfixed = look.report.findings
    .filter(
      (finding) => counts(finding) && (choices.only.length === 0 || choices.only.includes(finding.measure)),
    )
    .map((finding) => unfixedFinding(mending, finding));
  return {
    name: first.name,
    folder: first.folder,
    before: firstLook.report,
    after: look.report,
    files: mendedFiles(mending, first),
    fixed,
    unfixed,
    errors: look.report.errors,
  };
}

function unfixedFinding(mending: Mending, finding: Finding): UnfixedFinding {
  const { dropped } = mending;
  const { fix, fingerprint } = finding;
  if (fix.state === 'not-fixable') return { finding, reason: 'not-fixable', why: fix.why };
  const why = dropped.get(fingerprint) ?? whyNotTried(mending, finding);
  if (why) return { finding, ...why, title: fix.title };
  return {
    finding,
    reason: 'unsafe',
    why: fix.effect ?? 'Something that worked may not work any more.',
    title: fix.title,
  };
}

/** A repair that was allowed and not tried: the files could not be understood. */
function whyNotTried({ choices }: Mending, finding: Finding): Dropped | undefined {
  if (!isWanted(finding, choices)) return undefined;
  return {
    reason: 'not-fixable',
    why: 'The files could not be understood as a whole; mend the errors first.',
  };
}

function mendedFiles({ overlay, texts }: Mending, first: AuditTarget): MendedFile[] {
  const paths = [...new Set([...overlay.texts.keys(), ...overlay.modes.keys()])].toSorted();
  return paths.flatMap((path): MendedFile[] => {
    const after = overlay.texts.get(path);
    const before = readableText(first, path) ?? texts.get(path) ?? null;
    const mode = overlay.modes.get(path);
    // Edits of several repairs can take each other back.
    const isChanged = after !== undefined && after !== before;
    if (!isChanged && mode === undefined) return [];
    return [
      { path, ...(isChanged ? { text: { before, after } } : {}), ...(mode === undefined ? {} : { mode }) },
    ];
  });
}
