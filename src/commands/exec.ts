import { resolve } from 'node:path';
import { acceptFull } from '../operate/exec-mode/accept-full.ts';
import { type ExecRequest, inspectScript } from '../operate/exec-mode/begin-change.ts';
import { changeExec } from '../operate/exec-mode/change-exec.ts';
import type { ProveAgent } from '../operate/exec-mode/exec-change.ts';
import { readExecStatus } from '../operate/exec-mode/exec-status.ts';
import { addedText, execChangeText, execStatusText, scriptsText } from '../report/exec-text.ts';
import { createStyle } from '../report/style.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { ExecChangeOptions, ExecOptions } from './options.ts';

export async function run(context: CommandContext, options: ExecOptions): Promise<number> {
  return 'prove' in options ? change(context, options) : look(context, options.folder, options.action);
}

async function look(
  { ports, output }: CommandContext,
  folder: string,
  what: 'list' | 'status',
): Promise<number> {
  const { terminal } = ports;
  const status = await readExecStatus(ports, folder);
  const text = what === 'list' ? scriptsText : execStatusText;
  terminal.out(
    output.json ? `${JSON.stringify(status, null, 2)}\n` : text(status, createStyle(terminal.colour)),
  );
  const isWrong = status.scripts.some(({ isListed, why }) => isListed && why !== undefined);
  return status.warning !== null || isWrong ? exitCodes.checkFailed : exitCodes.done;
}

async function change(context: CommandContext, options: ExecChangeOptions): Promise<number> {
  const { ports, output, version } = context;
  const { terminal } = ports;
  const request = await requestOf(context, options);
  const prove = options.prove ? await hostileModel(context) : undefined;
  const result = await changeExec(ports, { folder: options.folder, toolVersion: version }, request, prove);
  terminal.out(
    output.json
      ? `${JSON.stringify({ ok: true, ...result }, null, 2)}\n`
      : execChangeText(result, createStyle(terminal.colour)),
  );
  return exitCodes.done;
}

async function requestOf(
  { ports, output }: CommandContext,
  options: ExecChangeOptions,
): Promise<ExecRequest> {
  if (options.action === 'remove') return { action: 'remove', name: options.name };
  if (options.action === 'add') {
    const file = resolve(ports.system.cwd, options.file);
    const script = await inspectScript({ ports }, file);
    if (!output.json && !output.quiet) ports.progress.note(addedText(script, file));
    return { action: 'add', file };
  }
  if (options.mode !== 'full') return { action: 'mode', mode: options.mode };
  return { action: 'mode', mode: 'full', accepted: await acceptFull(ports, options.accept) };
}

/** Loaded before anything is changed: it is most of the program. */
async function hostileModel(context: CommandContext): Promise<ProveAgent> {
  const [{ proveAgent }, { proofTools }] = await Promise.all([
    import('../operate/exec-mode/prove-agent.ts'),
    import('./proof-tools.ts'),
  ]);
  const tools = await proofTools(context);
  return (changing, mode) => proveAgent({ ...tools, ports: changing.ports }, changing, mode);
}
