import type { FileEdits, Finding } from '../audit/audit-report.ts';
import type { AuditTarget } from '../audit/audit-target.ts';
import { applyEdits } from '../documents/text-edit.ts';
import type { Change } from '../measures/fix.ts';
import { forService, unwantedDifference } from './compare-data.ts';
import { addedFinding, whyNotRepaired, whyUnclear } from './compare-reports.ts';
import { type Dropped, isWanted, type Mended, type Mending } from './mending.ts';
import { changedFiles, planEdits, readableText } from './plan-edits.ts';

/** More findings than this, one brought by the repair of another, mean that no end is in sight. */
const MOST_BROUGHT = 5;

/**
 * Makes one repair in memory, and those of the findings that it brings.
 * @returns why it was not kept, and then all is as before
 */
export async function tryFix(mending: Mending, finding: Finding): Promise<Dropped | undefined> {
  const brought: Finding[] = [];
  let mended = await repair(mending, finding);
  while (!('why' in mended)) {
    const added = addedFinding(mending.look.report, mended.look.report);
    if (!added) break;
    const dropped = brought.length < MOST_BROUGHT ? whyLeft(mending, added) : broughtBy(added);
    if (dropped) return dropped;
    brought.push(added);
    const next = await repair({ ...mending, ...mended }, added);
    mended = 'why' in next ? broughtBy(added) : next;
  }
  if ('why' in mended) return mended;
  const why = whyNotRepaired(mending.look.report, mended.look.report, finding);
  if (why !== undefined) return brought[0] ? broughtBy(brought[0]) : { reason: 'failed', why };
  Object.assign(mending, mended);
  mending.dropped.delete(finding.fingerprint);
  mending.broughtAndFixed.push(...brought);
  return undefined;
}

function broughtBy({ measure, detail }: Finding): Dropped {
  return { reason: 'failed', why: `it would bring another finding: ${measure} (${detail})` };
}

function whyLeft({ choices }: Mending, added: Finding): Dropped | undefined {
  if (isWanted(added, choices)) return undefined;
  if (!isWanted(added, { allowUnsafe: true, only: [] })) return broughtBy(added);
  const { measure, detail } = added;
  return {
    reason: 'not-fixable',
    why: `It would bring another finding: ${measure} (${detail}). To have both repaired, allow the repair of ${measure}, too.`,
  };
}

/** Makes one repair, whatever else is found afterwards. */
async function repair(mending: Mending, finding: Finding): Promise<Mended | Dropped> {
  const { tools, target, look } = mending;
  const changes = look.changes.get(finding.fingerprint) ?? [];
  await readMissing(mending, changes);
  const alsoWanted = wantedByOthers(mending, finding);
  const planned = planEdits(target, changes, { alsoWanted, texts: mending.texts });
  if ('why' in planned) return { reason: 'not-fixable', why: planned.why };
  const outside = await tools.whyOutside(target.folder, planned);
  if (outside !== undefined) return { reason: 'not-fixable', why: outside };
  const overlay = withEdits(mending, planned);
  const nextTarget = await tools.read(overlay);
  const nextLook = await tools.look(nextTarget);
  const unclear = whyUnclear(look.report, nextLook.report, finding);
  const why =
    whyNotRepaired(look.report, nextLook.report, finding) ??
    whyOther(target, nextTarget, changes, sharedChanges(changes, alsoWanted, target));
  if (why !== undefined) return { reason: 'failed', why };
  if (unclear !== undefined) return { reason: 'not-fixable', why: unclear };
  return { overlay, target: nextTarget, look: nextLook };
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

function whyOther(
  before: AuditTarget,
  after: AuditTarget,
  changes: readonly Change[],
  shared: readonly Change[],
): string | undefined {
  const path = unwantedDifference(before, after, changes, shared);
  return path === undefined ? undefined : `it would change ${path} in another way than intended`;
}
