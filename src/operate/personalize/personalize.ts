import { join, resolve } from 'node:path';
import {
  answersInvalid,
  editorFailed,
  nobodyToAsk,
  workspaceFileChanged,
  workspaceFileRefused,
  workspaceFileUnknown,
} from '../../errors/personalize-errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { withTempFolder } from '../../ports/temp-folder.ts';
import {
  RETIRED,
  RITUAL,
  WORKSPACE_FILES,
  type WorkspaceFile,
  type WorkspaceFileName,
} from '../../policy/workspace-file.ts';
import { PATHS } from '../../render/layout.ts';
import { type ChangeRequest, runChange } from '../change/run-change.ts';
import type { Session } from '../session.ts';
import { type Answers, answersFrom, parseAnswers, QUESTIONS } from './answers.ts';
import { applyAnswers } from './apply-answers.ts';
import { editReadOnly, protectChange, protectMemo, type ProtectMemo } from './protect.ts';
import { MAX_FILE_BYTES } from './volume-script.ts';
import type { FileView } from './workspace-view.ts';
import type { Workspace } from './workspaces.ts';
import { type TextChange, writeMemo, writeTexts } from './write-texts.ts';

/**
 * The name of a file as OpenClaw has it, however it was typed: "soul", "SOUL.md".
 * @throws AppError `workspace-file-unknown`
 */
export function workspaceFileNamed(typed: string): WorkspaceFileName {
  const wanted = `${typed.replace(/\.md$/i, '')}.md`.toLowerCase();
  const found = WORKSPACE_FILES.find((name) => name.toLowerCase() === wanted);
  if (found !== undefined) return found;
  const retired = Object.entries(RETIRED).find(([name]) => name.toLowerCase() === wanted);
  throw workspaceFileUnknown(retired?.[0] ?? typed, retired?.[1] ?? null, WORKSPACE_FILES);
}

/** Answers from a file, or from the person at the terminal. @throws AppError `answers-invalid`, `nobody-to-ask` */
export async function readAnswers(ports: Ports, file: string | undefined): Promise<Answers> {
  if (file !== undefined) {
    const path = resolve(ports.system.cwd, file);
    const text = await ports.files.read(path);
    if (text === null) throw answersInvalid(path, ['there is no such file']);
    return parseAnswers(text, path);
  }
  if (!ports.terminal.canAsk) throw nobodyToAsk();
  const typed: Record<string, string> = {};
  for (const { key, text } of QUESTIONS) {
    const answer = await ports.terminal.askLine(text);
    // Ctrl-C or Escape: what was answered until here is shown and asked about.
    if (answer === null) break;
    typed[key] = answer;
  }
  return answersFrom(typed);
}

/** What answers change; the first talk with a new agent goes where its questions were answered here. */
export function planAnswers(views: readonly FileView[], answers: Answers, today: string): TextChange[] {
  const current = Object.fromEntries(views.map(({ name, text }) => [name, text]));
  const beginnings = Object.fromEntries(
    views.flatMap(({ name, beginning }) => (beginning === undefined ? [] : [[name, beginning]])),
  );
  const texts = applyAnswers(current, answers, today, beginnings);
  for (const name of Object.keys(texts)) refuseOdd(views, name);
  const changes = Object.entries(texts).map(([name, after]) =>
    changeOf(views, name as WorkspaceFileName, after),
  );
  const ritual = views.find(({ name }) => name === RITUAL);
  if (answers.agent?.name === undefined || ritual === undefined || ritual.text === null) return changes;
  return [...changes, { name: RITUAL, before: ritual.text, after: null, isProtected: false }];
}

function changeOf(views: readonly FileView[], name: WorkspaceFileName, after: string): TextChange {
  const view = views.find((other) => other.name === name);
  return { name, before: view?.text ?? null, after, isProtected: view?.isProtected ?? false };
}

/** @throws AppError `workspace-file-refused` for a file that the agent made something else than a file */
function refuseOdd(views: readonly FileView[], name: string): void {
  const odd = views.find((view) => view.name === name)?.refused;
  if (odd !== undefined) throw workspaceFileRefused(name, odd);
}

/**
 * Lets the user's editor change a private copy of a file.
 * @returns null when nothing was changed
 * @throws AppError `editor-failed`
 */
export async function editFile(
  ports: Ports,
  views: readonly FileView[],
  name: WorkspaceFileName,
): Promise<TextChange | null> {
  refuseOdd(views, name);
  const { before, ...rest } = changeOf(views, name, '');
  const beginning = before ?? views.find((view) => view.name === name)?.beginning ?? '';
  const after = await withTempFolder(ports, 'personalize', async (folder) => {
    const path = join(folder, name);
    await ports.files.writeAtomic(path, beginning, { mode: 0o600 });
    const editor = editorOf(ports.system.env);
    // As other programs do it: the variable may hold options, such as "code --wait".
    const code = await ports.exec.interactive('sh', ['-c', `${editor} "$1"`, 'sh', path]);
    if (code !== 0) throw editorFailed(editor, code);
    return ports.files.readUntrusted(path, MAX_FILE_BYTES);
  });
  return after === null || after === beginning ? null : { ...rest, before, after };
}

function editorOf(env: Readonly<Record<string, string | undefined>>): string {
  return [env['VISUAL'], env['EDITOR']].find((value) => value !== undefined && value.trim() !== '') ?? 'vi';
}

/** Writes what was shown; gives the folder that keeps the older texts, relative to the deployment's. */
export async function writeWorkspace(
  ports: Ports,
  request: ChangeRequest,
  workspace: Workspace,
  changes: readonly TextChange[],
): Promise<string> {
  const id = `${ports.clock.now().toISOString().replaceAll(/[:.]/g, '-')}-${ports.random.hex(2)}`;
  await runChange(ports, request, writeTexts(changes), async () => writeMemo(id, workspace.folder, changes));
  return `${PATHS.toolFolder}/workspace-before/${id}`;
}

/** clawproof.yaml before and after; null when there is nothing to change. */
export function planProtection(
  session: Session,
  files: readonly WorkspaceFile[],
  isOn: boolean,
): { before: string; after: string } | null {
  const { policyText: before, policy, path } = session;
  const after = editReadOnly(before, policy, files, isOn, join(path, PATHS.policy));
  return after === before ? null : { before, after };
}

export async function setProtection(
  ports: Ports,
  request: ChangeRequest,
  plan: { before: string; after: string },
): Promise<ProtectMemo> {
  return runChange(ports, request, protectChange, async (context) => {
    if (context.policyText !== plan.before) throw workspaceFileChanged(PATHS.policy);
    return protectMemo(context, plan.after);
  });
}
