import { dirname, join, resolve } from 'node:path';
import { createAccepted } from '../audit/accepted.ts';
import { counts } from '../audit/audit-report.ts';
import { shownPath } from '../audit/shown-path.ts';
import { createSourceReader } from '../audit/source-reader.ts';
import { shellQuote } from '../errors/quote.ts';
import { measures } from '../measures/registry.generated.ts';
import { unifiedDiff } from '../mend/diff.ts';
import { fixJson } from '../mend/fix-json.ts';
import { type FixedTarget, type FixRequest, type FixResult, runFix } from '../mend/run-fix.ts';
import { undoFixes } from '../mend/undo.ts';
import type { Ports } from '../ports/ports.ts';
import { PATHS } from '../render/layout.ts';
import { fixText, undoText } from '../report/fix-text.ts';
import { createStyle } from '../report/style.ts';
import { auditChoices } from './audit-choices.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { findMeasure } from './explain.ts';
import type { FixOptions } from './options.ts';
import { withProgressWhenSlow } from './slow-progress.ts';

export async function run(context: CommandContext, options: FixOptions): Promise<number> {
  if (options.undo !== undefined) return undo(context, options, options.undo);
  const { ports, output } = context;
  const request = fixRequest(context, options);
  const result = await withProgressWhenSlow(ports, 'Repair', () => runFix(ports, request));
  const { terminal, system } = ports;
  if (output.json) {
    terminal.out(`${JSON.stringify(fixJson(result, context.version, system.cwd), null, 2)}\n`);
    return exitCodeOf(result, options.write);
  }
  // The diff is the result: with a redirection it is a patch.
  for (const { files } of result.targets)
    terminal.out(unifiedDiff(files, system.cwd, createStyle(terminal.colour)));
  if (!output.quiet)
    terminal.err(
      fixText(result, {
        style: createStyle(terminal.colour),
        columns: terminal.columns,
        write: options.write,
        command: commandOf(options),
      }),
    );
  return exitCodeOf(result, options.write);
}

function fixRequest({ ports }: CommandContext, options: FixOptions): FixRequest {
  const { files, system, clock } = ports;
  const choices = auditChoices(system, options, false);
  const accept = createAccepted({
    reader: createSourceReader(files),
    cwd: system.cwd,
    measureIds: measures.map(({ id }) => id),
    today: clock.now().toISOString().slice(0, 10),
    ignores: true,
    areSeveral: false,
  });
  return {
    names: options.targets,
    choices,
    measures,
    accept,
    allowUnsafe: options.unsafe,
    only: options.only.map((id) => findMeasure(id).id),
    write: options.write,
    ...(options.pin ? { resolveDigest: pinner(ports) } : {}),
    ...(options.verify ? { verify: verifier(ports) } : {}),
  };
}

/** Asks registries; loaded only when that was asked for. */
function pinner(ports: Ports): NonNullable<FixRequest['resolveDigest']> {
  let asking: Promise<NonNullable<FixRequest['resolveDigest']>> | undefined;
  return async (reference) => {
    asking ??= import('./pin-images.ts').then(({ createPinner }) => createPinner(ports));
    return (await asking)(reference);
  };
}

/** Starts a trial of the mended deployment; loaded only when it is asked for. */
function verifier(ports: Ports): NonNullable<FixRequest['verify']> {
  return async (mended) => {
    const { verifyFix } = await import('../mend/verify/verify-fix.ts');
    return verifyFix(ports, mended);
  };
}

/** 0 = nothing is left to repair; 1 = findings are left, or would be; 4 = something could not be read or tried. */
function exitCodeOf({ targets }: FixResult, write: boolean): number {
  if (targets.some(isIncomplete)) return exitCodes.incomplete;
  const isLeft = targets.some(
    ({ after, files, verification }) =>
      after.findings.some(counts) || (!write && files.length > 0) || verification?.state === 'unhealthy',
  );
  return isLeft ? exitCodes.checkFailed : exitCodes.done;
}

function isIncomplete({ errors, after, unexpected, verification }: FixedTarget): boolean {
  return (
    errors.length + after.errors.length > 0 || unexpected !== undefined || verification?.state === 'error'
  );
}

async function undo({ ports, output }: CommandContext, options: FixOptions, id: string): Promise<number> {
  const folder = await folderOf(ports, options);
  const result = await undoFixes(ports, folder, id === 'last' ? undefined : id);
  const shown = (path: string): string => shownPath(path, ports.system.cwd);
  ports.terminal.out(
    output.json
      ? `${JSON.stringify({ ok: true, ...result }, null, 2)}\n`
      : undoText(result, createStyle(ports.terminal.colour), shown),
  );
  return exitCodes.done;
}

/** Folder of the deployment that the target names; where there is none, as `clawproof audit` chooses it. */
async function folderOf({ files, system }: Ports, options: FixOptions): Promise<string> {
  const choices = auditChoices(system, options, false);
  const [name] = options.targets;
  const first = name === undefined ? choices.composeFiles[0] : resolve(choices.cwd, name);
  if (choices.projectDirectory !== undefined) return choices.projectDirectory;
  if (first === undefined) {
    const own = join(choices.cwd, 'openclaw');
    const isOwn = (await files.stat(join(choices.cwd, PATHS.toolFolder))) === null;
    return isOwn && (await files.stat(join(own, PATHS.policy))) !== null ? own : choices.cwd;
  }
  const real = await files.realPath(first);
  const stat = real === null ? null : await files.stat(real);
  return stat?.kind === 'directory' ? first : dirname(first);
}

/** The command as it was given, for the one that comes next. */
function commandOf({ folder, targets, files, only, pin, unsafe }: FixOptions): string {
  const words = [
    ...(folder === undefined ? [] : ['-C', folder]),
    ...targets,
    ...files.flatMap((file) => ['-f', file]),
    ...only.flatMap((id) => ['--only', id]),
    ...(pin ? ['--pin'] : []),
    ...(unsafe ? ['--unsafe'] : []),
  ];
  return ['clawproof fix', ...words.map(shellQuote)].join(' ');
}
