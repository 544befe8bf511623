import { join } from 'node:path';
import { rebuildTakesNoVersion } from '../errors/update-errors.ts';
import { readFolder } from '../operate/folder.ts';
import { parseJournal } from '../operate/journal.ts';
import { openSession } from '../operate/session.ts';
import { lookForUpdate, requireTarget, type UpdateOutlook } from '../operate/update/look.ts';
import { pruneSnapshots } from '../operate/update/prune.ts';
import { endInterrupted, requireSettled } from '../operate/update/settled.ts';
import { rebuild, update } from '../operate/update/update.ts';
import type { UpdateMemo } from '../operate/update/update-memo.ts';
import { runOpenClawChecks } from '../operate/up/openclaw-checks.ts';
import type { OpenClawChecks } from '../operate/up/types.ts';
import { openContext } from '../operate/up/up.ts';
import { PATHS } from '../render/layout.ts';
import { createStyle } from '../report/style.ts';
import { outlookText, planText, prunedText, updatedText } from '../report/update-text.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { UpdateOptions } from './options.ts';

export async function run(context: CommandContext, options: UpdateOptions): Promise<number> {
  if (options.prune) return prune(context, options);
  if (options.rebuild) return rebuildImages(context, options);
  const { ports } = context;
  if (options.check || options.dryRun) await requireSettled(ports, options.folder);
  else await endInterrupted(ports, { folder: options.folder, toolVersion: context.version });
  const outlook = await ports.progress.task('What npm has', () =>
    lookForUpdate(ports, options.folder, {
      prereleases: options.beta,
      ...(options.version === undefined ? {} : { version: options.version }),
    }),
  );
  const text = outlookText(outlook, createStyle(ports.terminal.colour), ports.terminal.columns);
  if (options.check || options.dryRun || outlook.target === null)
    return tell(context, options, outlook, text);
  if (!options.yes && !(await mayUpdate(context, outlook, text))) return exitCodes.incomplete;
  return carryOut(context, options, outlook);
}

/** Without a change. The exit code of `--check` is 1 when there is something to do. */
function tell(
  { ports: { terminal }, output }: CommandContext,
  options: UpdateOptions,
  outlook: UpdateOutlook,
  text: string,
): number {
  const isThere = outlook.target !== null;
  const plan = options.dryRun && isThere ? `\n${planText(outlook)}\nNothing was changed.\n` : '';
  terminal.out(output.json ? json({ update: isThere, ...outlook }) : text + plan);
  // A line that has ended gets no more fixes: its open flaws are a reason to look, too.
  const isStuck = !isThere && outlook.flaws.length > 0 && outlook.releases.beyond !== null;
  return options.check && (isThere || isStuck) ? exitCodes.checkFailed : exitCodes.done;
}

async function mayUpdate(
  { ports: { terminal } }: CommandContext,
  outlook: UpdateOutlook,
  text: string,
): Promise<boolean> {
  terminal.err(`${text}\n${planText(outlook)}\n`);
  if (await terminal.confirm(`Update to OpenClaw ${outlook.target ?? ''}?`)) return true;
  terminal.err('Nothing was changed. To update without being asked: clawproof update --yes\n');
  return false;
}

async function carryOut(
  context: CommandContext,
  { folder, prove }: UpdateOptions,
  outlook: UpdateOutlook,
): Promise<number> {
  const { ports, version } = context;
  const memo = await update(ports, { folder, toolVersion: version }, requireTarget(outlook));
  return finish(context, { folder, prove }, memo, outlook.closed.length);
}

/** npm is not asked which versions there are: it is the one that runs. */
async function rebuildImages(context: CommandContext, options: UpdateOptions): Promise<number> {
  const { ports, output, version } = context;
  const { folder, dryRun, yes, prove } = options;
  if (options.version !== undefined) throw rebuildTakesNoVersion();
  if (dryRun) await requireSettled(ports, folder);
  else await endInterrupted(ports, { folder, toolVersion: version });
  const current = (await readFolder(ports, folder)).policy.openclaw.version;
  const plan = planText({ target: current });
  if (dryRun) {
    ports.terminal.out(output.json ? json({ rebuild: true, current }) : `${plan}\nNothing was changed.\n`);
    return exitCodes.done;
  }
  if (!yes) {
    ports.terminal.err(`${plan}\n`);
    if (!(await ports.terminal.confirm(`Rebuild OpenClaw ${current} on the Debian packages of today?`))) {
      ports.terminal.err(
        'Nothing was changed. To rebuild without being asked: clawproof update --rebuild --yes\n',
      );
      return exitCodes.incomplete;
    }
  }
  const memo = await rebuild(ports, { folder, toolVersion: version });
  return finish(context, { folder, prove }, memo, 0);
}

async function finish(
  context: CommandContext,
  { folder, prove }: Pick<UpdateOptions, 'folder' | 'prove'>,
  memo: UpdateMemo,
  closed: number,
): Promise<number> {
  const { ports, output } = context;
  const checks = await lookAfterwards(context, folder);
  const proof = prove ? await proveAfterwards(context, folder) : undefined;
  const facts = { gapSeconds: await gapOf(context, folder), closed };
  const holds = checks.doctor.state === 'ran' && checks.audit.state === 'ran' && proof?.holds !== false;
  ports.terminal.out(
    output.json
      ? json({
          ok: holds,
          ...resultOf(memo),
          ...facts,
          openclaw: checks,
          ...(proof === undefined ? {} : { proof: proof.summary }),
        })
      : updatedText(memo, checks, facts, createStyle(ports.terminal.colour)) +
          (proof === undefined ? '' : `${proof.text}\n`),
  );
  return holds ? exitCodes.done : exitCodes.checkFailed;
}

function resultOf({ from, to, isRebuild, trial, stateBytes }: UpdateMemo): Record<string, unknown> {
  return { from, to, rebuild: isRebuild === true, trial, keptBytes: stateBytes };
}

/** The new version's own judgement of what runs now; that of the copy was asked before. */
async function lookAfterwards({ ports, version }: CommandContext, folder: string): Promise<OpenClawChecks> {
  const session = await openSession(ports, folder);
  return ports.progress.task("OpenClaw's own doctor and security audit", (task) => {
    const checks = runOpenClawChecks(openContext(ports, session, session.engine, version));
    return checks.then((found) => {
      task.result(`doctor: ${found.doctor.detail}; audit: ${found.audit.detail}`);
      return found;
    });
  });
}

/** The same proof as at the end of `up`. */
async function proveAfterwards(
  context: CommandContext,
  folder: string,
): Promise<{ holds: boolean; text: string; summary: unknown }> {
  const [{ proveIt }, session] = await Promise.all([import('./up.ts'), openSession(context.ports, folder)]);
  const proof = await proveIt(context, { policy: session.policy, folder });
  if (typeof proof === 'string')
    return { holds: false, text: `There is no proof: ${proof}`, summary: { error: proof } };
  const { summary } = proof;
  return {
    holds: summary.verdict === 'holds',
    text: `Proof on a twin: ${summary.verdict}. All of it: clawproof prove`,
    summary,
  };
}

/** Seconds between the stop of the old gateway and the moment when the new one was ready, from the journal. */
async function gapOf({ ports }: CommandContext, folder: string): Promise<number | null> {
  const text = (await ports.files.read(join(folder, PATHS.toolFolder, 'journal.jsonl'))) ?? '';
  const steps = parseJournal(text).filter(({ command, event }) => command === 'update' && event === 'step');
  const last = steps.at(-1)?.run;
  const at = (id: string): number =>
    Date.parse(steps.find(({ run: of, detail }) => of === last && detail === id)?.at ?? '');
  const gap = (at('check') - at('stop')) / 1000;
  return Number.isFinite(gap) ? gap : null;
}

async function prune(
  { ports, output, version }: CommandContext,
  { folder, yes }: UpdateOptions,
): Promise<number> {
  const { terminal } = ports;
  const question = 'Delete what "clawproof rollback" would go back to?';
  if (!yes && !(await terminal.confirm(question))) {
    terminal.err('Nothing was deleted. To delete without being asked: clawproof update --prune --yes\n');
    return exitCodes.incomplete;
  }
  const { record, snapshots } = await pruneSnapshots(ports, { folder, toolVersion: version });
  terminal.out(output.json ? json({ ok: true, record, snapshots }) : prunedText(record, snapshots));
  return exitCodes.done;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
