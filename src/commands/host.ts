import { unifiedDiff } from '../mend/diff.ts';
import {
  applyProposal,
  type EngineHost,
  type HostProposal,
  isChange,
  openEngineHost,
  proposeHardening,
  proposeKeys,
  proposeUndo,
} from '../operate/host/harden.ts';
import type { HostMemo } from '../operate/host/host-change.ts';
import { recoverHost } from '../operate/host/recover-host.ts';
import { checkSandbox } from '../operate/host/sandbox-check.ts';
import { findRunsc, imageToTry, installRunsc, RUNTIME, runtimeKey } from '../operate/host/sandbox.ts';
import type { SandboxPlatform } from '../operate/host/sandbox-platform.ts';
import { hostView } from '../operate/host/view.ts';
import { hostNeedsRoot } from '../errors/host-errors.ts';
import { hostText, proposalText, sandboxText } from '../report/host-text.ts';
import { createStyle } from '../report/style.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { HostOptions } from './options.ts';

interface ChangeFlags {
  undo: boolean;
  dryRun: boolean;
  yes: boolean;
}

export async function run(context: CommandContext, options: HostOptions): Promise<number> {
  if (options.action === 'status') return status(context);
  const { ports, version } = context;
  if (!options.dryRun && ports.system.uid !== 0) throw hostNeedsRoot(`clawproof host ${options.action}`);
  if (!options.dryRun) await recoverHost(ports, version);
  return options.action === 'harden' ? harden(context, options) : sandbox(context, options);
}

/** Ends what was interrupted on this very engine, so that what is proposed starts from a whole state. */
async function openHost({ ports, version }: CommandContext, { dryRun }: ChangeFlags): Promise<EngineHost> {
  const host = await openEngineHost(ports);
  const wasOpen = !dryRun && (await recoverHost(ports, version, host.folder));
  return wasOpen ? openEngineHost(ports) : host;
}

async function status({ ports, output }: CommandContext): Promise<number> {
  const view = await hostView(ports);
  const { terminal } = ports;
  terminal.out(
    output.json ? `${JSON.stringify(view, null, 2)}\n` : hostText(view, createStyle(terminal.colour)),
  );
  // A limit that nobody enforces is no limit.
  return view.ignoredLimits.length > 0 ? exitCodes.checkFailed : exitCodes.done;
}

async function harden(
  context: CommandContext,
  options: Extract<HostOptions, { action: 'harden' }>,
): Promise<number> {
  const { ports } = context;
  const host = await openHost(context, options);
  const proposal = options.undo
    ? await proposeUndo(ports, host, 'harden')
    : await proposeHardening(ports, host, options);
  const question = options.restart
    ? 'Write this and restart the engine? Its containers stop for some seconds, unless live-restore is on already.'
    : 'Write this? The engine takes it at its next start.';
  const take = options.restart ? 'restart' : 'later';
  const made = await change(context, host, proposal, { kind: 'harden', take, question, ...options });
  report(context, proposal, made);
  return made === 'refused' ? exitCodes.incomplete : exitCodes.done;
}

async function sandbox(
  context: CommandContext,
  options: Extract<HostOptions, { action: 'sandbox' }>,
): Promise<number> {
  const { ports, output } = context;
  const { terminal, progress } = ports;
  if (options.install && !options.dryRun)
    await progress.task('runsc', (task) => installRunsc(ports, (text) => task.step(text)));
  const host = await openHost(context, options);
  const proposal = options.undo
    ? await proposeUndo(ports, host, 'sandbox')
    : await proposeKeys(ports, host, await keysFor(context, host, options.platform));
  const question = 'Write this? The engine learns it without a restart.';
  const made = await change(context, host, proposal, {
    kind: 'sandbox',
    take: 'reload',
    question,
    ...options,
  });
  if (options.undo || options.dryRun || made === 'refused') {
    report(context, proposal, made);
    return made === 'refused' ? exitCodes.incomplete : exitCodes.done;
  }
  const image = await imageToTry(ports, host.program);
  if (image === null) {
    report(context, proposal, made);
    progress.note(
      'There is no image of OpenClaw here yet to try it with: "clawproof up" does it when it has made one.',
    );
    return exitCodes.incomplete;
  }
  const trials = await progress.task('Containers that exceed their limits', () =>
    checkSandbox(ports, host.docker, { image, runtime: RUNTIME }),
  );
  if (output.json) report(context, proposal, made, { trials });
  else terminal.out(sandboxText(trials, createStyle(terminal.colour)));
  return trials.every(({ holds }) => holds) ? exitCodes.done : exitCodes.checkFailed;
}

/** A runtime of this name that somebody else has set up is used as it is. */
async function keysFor(
  { ports }: CommandContext,
  { settings }: EngineHost,
  platform: SandboxPlatform | undefined,
): Promise<ReturnType<typeof runtimeKey>[]> {
  const { runtimes } = settings as { runtimes?: Record<string, unknown> };
  const isThere = runtimes?.[RUNTIME] !== undefined;
  return isThere && platform === undefined ? [] : [runtimeKey(await findRunsc(ports), platform)];
}

/** Shows it, asks, and makes it. */
async function change(
  context: CommandContext,
  host: EngineHost,
  proposal: HostProposal,
  {
    kind,
    take,
    question,
    undo,
    dryRun,
    yes,
  }: Pick<HostMemo, 'kind' | 'take'> & ChangeFlags & { question: string },
): Promise<'made' | 'nothing' | 'shown' | 'refused'> {
  const { ports, version } = context;
  if (!isChange(proposal)) return 'nothing';
  if (dryRun) return 'shown';
  if (!yes) {
    ports.terminal.err(shown(context, proposal));
    if (!(await ports.terminal.confirm(question))) return 'refused';
  }
  await applyProposal(ports, host, proposal, {
    kind,
    action: undo ? 'undo' : 'set',
    take,
    toolVersion: version,
  });
  return 'made';
}

function shown({ ports: { terminal, system } }: CommandContext, proposal: HostProposal): string {
  const style = createStyle(terminal.colour);
  const text = { before: proposal.before ?? '', after: proposal.after ?? '' };
  const diff = isChange(proposal)
    ? unifiedDiff([{ path: proposal.configFile, text }], system.cwd, style)
    : '';
  return proposalText(proposal, diff, style);
}

const SAID = {
  made: 'Done.',
  nothing: 'Nothing to change.',
  shown: 'Nothing was changed.',
  refused: 'Nothing was changed: nobody said yes. With --yes it is not asked.',
} as const;

function report(
  context: CommandContext,
  proposal: HostProposal,
  made: keyof typeof SAID,
  more: Record<string, unknown> = {},
): void {
  const { ports, output } = context;
  // Without the texts of daemon.json: others may keep secrets there.
  const { before: _before, after: _after, ...rest } = proposal;
  ports.terminal.out(
    output.json
      ? `${JSON.stringify({ ok: made !== 'refused', result: made, wouldChange: isChange(proposal), ...rest, ...more }, null, 2)}\n`
      : `${shown(context, proposal)}${SAID[made]}\n`,
  );
}
