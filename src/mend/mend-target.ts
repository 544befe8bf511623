import { counts, type Finding } from '../audit/audit-report.ts';
import type { AuditTarget } from '../audit/audit-target.ts';
import { FindingCounts } from './compare-reports.ts';
import type { FixedFinding, MendedFile, MendResult, UnfixedFinding } from './mend-result.ts';
import {
  type Dropped,
  isWanted,
  type Look,
  type MendChoices,
  type Mending,
  type MendTools,
} from './mending.ts';
import { readableText } from './plan-edits.ts';
import { tryFix } from './try-fix.ts';

/** One repair can make way for another; more rounds than this have never been of use. */
const MAX_PASSES = 10;

/** Errors after which nobody knows what else the files say. */
const NOT_WHOLE: readonly string[] = ['compose-not-understood', 'clawproof-error'];

/**
 * Repairs what an audit finds, on texts in memory. A repair is kept only when it does what it should: its finding is
 * gone, no other has come, and the deployment says nothing else that is new. Writes nothing.
 */
export async function mendTarget(tools: MendTools, choices: MendChoices): Promise<MendResult> {
  const overlay = { texts: new Map<string, string>(), modes: new Map<string, number>() };
  const target = await tools.read(overlay);
  const look = await tools.look(target);
  const nothingYet = { texts: new Map<string, string | null>(), dropped: new Map<string, Dropped>() };
  const mending: Mending = { tools, choices, target, look, overlay, ...nothingYet, broughtAndFixed: [] };
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

function resultOf(mending: Mending, first: AuditTarget, firstLook: Look): MendResult {
  const { look, choices } = mending;
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
    fixed: fixedFindings(mending, firstLook),
    unfixed,
    errors: look.report.errors,
  };
}

function fixedFindings({ look, broughtAndFixed }: Mending, firstLook: Look): FixedFinding[] {
  const known = new FindingCounts(firstLook.report);
  const left = new FindingCounts(look.report);
  const fixed = firstLook.report.findings.filter((finding) => !left.take(finding));
  const brought = broughtAndFixed.filter((finding) => known.of(finding) === 0 && left.of(finding) === 0);
  return [...fixed, ...brought].map((finding): FixedFinding => {
    const { fix } = finding;
    if (fix.state !== 'fixable') return { finding, title: 'Another repair took it along', safety: 'safe' };
    const { title, safety, effect } = fix;
    return { finding, title, safety, ...(effect === undefined ? {} : { effect }) };
  });
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
