import type { FileView } from '../operate/personalize/workspace-view.ts';
import { budgetOf, RETIRED, RITUAL } from '../policy/workspace-file.ts';
import type { Workspace } from '../operate/personalize/workspaces.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

/** `clawproof personalize show` for people. */
export function workspaceText(
  workspace: Workspace,
  views: readonly FileView[],
  style: Style,
  width: number,
): string {
  const shown = views.filter((view) => isCurrent(view) || view.text !== null || view.refused !== undefined);
  const rows = shown.map((view) => [
    view.name,
    sizeOf(view),
    view.isProtected ? style.green('read-only') : 'may write',
    noteOf(view),
  ]);
  const columns = [
    { title: 'file' },
    { title: 'characters', align: 'right' as const },
    { title: 'the agent' },
    { title: '', shrink: true },
  ];
  return [
    `Agent ${printable(workspace.agent)}, workspace ${printable(workspace.folder)}\n`,
    table(columns, rows, { width, heading: style.dim }),
    'To change one: clawproof personalize edit SOUL.md\n',
  ].join('\n');
}

function isCurrent({ name }: FileView): boolean {
  return name !== RITUAL && !(name in RETIRED);
}

function sizeOf({ text }: FileView): string {
  return text === null ? '-' : String(text.length);
}

function noteOf(view: FileView): string {
  if (view.refused !== undefined) return `not read: ${view.refused}`;
  const { name, text } = view;
  const retired = RETIRED[name];
  if (retired !== undefined) return `OpenClaw no longer reads it: ${retired}`;
  if (name === RITUAL) return 'the first talk is still to come';
  if (text === null) return 'not there yet';
  const budget = budgetOf(name);
  return text.length > budget
    ? `OpenClaw cuts it at ${budget} characters`
    : (view.changed?.slice(0, 16).replace('T', ' ') ?? '');
}

/** The text of one file, in which nothing draws something else than what is there. */
export function fileText({ text }: FileView): string {
  if (text === null) return '';
  const lines = text.split('\n').map((line) => line.split('\t').map(printable).join('\t'));
  return lines.join('\n') + (text.endsWith('\n') ? '' : '\n');
}
