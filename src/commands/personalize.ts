import { join } from 'node:path';
import { unifiedDiff } from '../mend/diff.ts';
import {
  editFile,
  planAnswers,
  planProtection,
  readAnswers,
  setProtection,
  workspaceFileNamed,
  writeWorkspace,
} from '../operate/personalize/personalize.ts';
import { type FileView, viewWorkspace } from '../operate/personalize/workspace-view.ts';
import { findWorkspace, type Workspace } from '../operate/personalize/workspaces.ts';
import type { TextChange } from '../operate/personalize/write-texts.ts';
import { openSession, type Session } from '../operate/session.ts';
import { PATHS } from '../render/layout.ts';
import { fileText, workspaceText } from '../report/personalize-text.ts';
import { createStyle } from '../report/style.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { PersonalizeOptions } from './options.ts';

export async function run(context: CommandContext, options: PersonalizeOptions): Promise<number> {
  const { ports } = context;
  const names = options.files.map(workspaceFileNamed);
  const session = await openSession(ports, options.folder);
  const workspace = await findWorkspace(ports, session, options.agent);
  if (options.action === 'protect' || options.action === 'unprotect') {
    const files = names.map((name) => ({ folder: workspace.folder, name }));
    const plan = planProtection(session, files, options.action === 'protect');
    return plan === null ? nothingToDo(context) : protect(context, options, plan);
  }
  // Before the workspace is read: nobody should answer ten questions for nothing, and reading takes a second.
  const answers = options.action === 'ask' ? await readAnswers(ports, options.answers) : null;
  const views = await viewWorkspace(ports, session, workspace);
  if (options.action === 'show') return show(context, workspace, views, names[0]);
  const changes =
    answers === null
      ? [await editFile(ports, views, names[0] ?? 'SOUL.md')].filter((change) => change !== null)
      : planAnswers(views, answers, ports.clock.now().toISOString().slice(0, 10));
  return changes.length === 0 ? nothingToDo(context) : write(context, options, session, workspace, changes);
}

function show(
  { ports, output }: CommandContext,
  workspace: Workspace,
  views: readonly FileView[],
  name?: string,
): number {
  const { terminal } = ports;
  const one = views.find((view) => view.name === name);
  if (output.json)
    terminal.out(`${JSON.stringify({ ...workspace, files: one === undefined ? views : [one] }, null, 2)}\n`);
  else if (one === undefined)
    terminal.out(workspaceText(workspace, views, createStyle(terminal.colour), terminal.columns));
  else terminal.out(fileText(one));
  return one !== undefined && one.text === null ? exitCodes.nothingThere : exitCodes.done;
}

async function write(
  context: CommandContext,
  options: PersonalizeOptions,
  session: Session,
  workspace: Workspace,
  changes: readonly TextChange[],
): Promise<number> {
  const { ports, output, version } = context;
  const files = changes.map(({ name, before, after }) => ({
    path: `/${workspace.folder}/${name}`,
    text: { before, after: after ?? '' },
  }));
  const diff = unifiedDiff(files, '/', createStyle(ports.terminal.colour && !output.json));
  const restarts = changes.some(({ isProtected }) => isProtected) ? ' This restarts the gateway.' : '';
  if (
    !(await agreed(context, options, diff, `Write this into the workspace of ${workspace.agent}?${restarts}`))
  )
    return exitCodes.incomplete;
  const kept = await writeWorkspace(
    ports,
    { folder: session.path, toolVersion: version },
    workspace,
    changes,
  );
  const hadTexts = changes.some(({ before }) => before !== null);
  const written = changes.map(({ name }) => name);
  ports.terminal.out(
    output.json
      ? `${JSON.stringify({ ok: true, agent: workspace.agent, written, kept, diff })}\n`
      : `Written: ${written.join(', ')}.${hadTexts ? ` What was there before is in ${kept}.` : ''}\n`,
  );
  return exitCodes.done;
}

async function protect(
  context: CommandContext,
  options: PersonalizeOptions,
  plan: { before: string; after: string },
): Promise<number> {
  const { ports, output, version } = context;
  const path = join(options.folder, PATHS.policy);
  const diff = unifiedDiff(
    [{ path, text: plan }],
    options.folder,
    createStyle(ports.terminal.colour && !output.json),
  );
  if (!(await agreed(context, options, diff, 'Write this, and restart the gateway with it?')))
    return exitCodes.incomplete;
  const { runs } = await setProtection(ports, { folder: options.folder, toolVersion: version }, plan);
  const isOn = options.action === 'protect';
  const done = isOn
    ? 'The agent reads these files and cannot change them; their texts are in the folder workspace.'
    : 'The agent may change these files again.';
  const proof = isOn && runs ? ' Attempts to write them in its container were refused.' : '';
  ports.terminal.out(
    output.json ? `${JSON.stringify({ ok: true, proved: isOn && runs, diff })}\n` : `${done}${proof}\n`,
  );
  return exitCodes.done;
}

/** The diff is always shown; with --yes nobody is asked. */
async function agreed(
  { ports, output }: CommandContext,
  { yes }: PersonalizeOptions,
  diff: string,
  question: string,
): Promise<boolean> {
  if (!output.json) ports.terminal.out(diff);
  if (yes || (await ports.terminal.confirm(question))) return true;
  ports.terminal.err('Nothing was written. To write without being asked: --yes\n');
  return false;
}

function nothingToDo({ ports, output }: CommandContext): number {
  ports.terminal.out(output.json ? `${JSON.stringify({ ok: true, written: [] })}\n` : 'Nothing to change.\n');
  return exitCodes.done;
}
