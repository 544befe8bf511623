import { join, resolve } from 'node:path';
import type { AppError } from '../errors/app-error.ts';
import { findSigningKey, signEvidence } from '../prove/evidence/sign-evidence.ts';
import type { ProofReport } from '../prove/proof-report.ts';
import type { Ring } from '../prove/probe.ts';
import { runProof } from '../prove/run-proof.ts';
import { PATHS } from '../render/layout.ts';
import { proofJson } from '../report/proof/json.ts';
import { writeProof } from '../report/proof/proof-formats.ts';
import { proofEndText, ringText } from '../report/proof/text.ts';
import { createStyle } from '../report/style.ts';
import { openOutput } from './audit-output.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { ProveOptions } from './options.ts';
import { proofTools } from './proof-tools.ts';
import { proveTarget } from './prove-target.ts';

const EVIDENCE = 'evidence.json';
/** What every start is proved by; the agent's ring takes a model's turn more. */
export const WHOLE: readonly Ring[] = ['container', 'network', 'gateway'];

export async function run(context: CommandContext, options: ProveOptions): Promise<number> {
  const { ports, version } = context;
  const folder = resolve(ports.system.cwd, options.folder ?? '.');
  // Before anything is tried: a proof that cannot be signed in the end is an annoyance.
  const key = await signingKey(context, options, folder);
  const tools = await proofTools(context);
  const target = await proveTarget(ports, tools.docker, folder, options);
  const text = textOutput(context, options);
  const left: AppError[] = [];
  const report = await runProof(
    tools,
    { target: target.name, rings: options.rings, controls: options.controls, version },
    {
      onRing: (ring, probes) => text?.write(ringText(ring, probes, text.options)),
      onLeftBehind: (error) => void left.push(error),
    },
  );
  await writeEvidence(context, options, report, folder, key);
  if (target.ownFolder !== undefined) await keepProof(context, target.ownFolder, report);
  await (text === undefined
    ? writeReport(context, options, report)
    : text.end(proofEndText(report, text.options)));
  for (const error of left) throw error;
  return exitCodeOf(report);
}

/** As the audit's: what could not be tried comes first. */
export function exitCodeOf({ summary, rings }: Pick<ProofReport, 'summary' | 'rings'>): number {
  const { error, controls, verdict } = summary;
  const isOpen = rings.some(({ state }) => state === 'error');
  if (error > 0 || controls.missed > 0 || isOpen || verdict === 'incomplete') return exitCodes.incomplete;
  return summary.fail > 0 ? exitCodes.checkFailed : exitCodes.done;
}

async function signingKey(
  { ports }: CommandContext,
  { sign }: ProveOptions,
  folder: string,
): Promise<string | undefined> {
  if (sign === undefined) return undefined;
  return findSigningKey(ports, sign === true ? undefined : resolve(folder, sign));
}

interface TextOutput {
  options: Parameters<typeof ringText>[2];
  write(text: string): void;
  end(text: string): Promise<void>;
}

/** The text is written as it comes, ring by ring; undefined for the data formats. */
function textOutput({ ports, output }: CommandContext, options: ProveOptions): TextOutput | undefined {
  if (options.format !== 'text' || output.json) return undefined;
  const { terminal } = ports;
  const toFile = options.output !== undefined;
  const kept: string[] = [];
  return {
    options: {
      style: createStyle(!toFile && terminal.colour),
      columns: terminal.columns,
      verbose: options.verbose,
    },
    write: (text) => (toFile ? void kept.push(text) : terminal.out(text)),
    async end(text) {
      if (!toFile) return terminal.out(text);
      const page = await openOutput(ports, options.output);
      await page.write([...kept, text].join(''));
      return page.end();
    },
  };
}

/** What the deployment's folder keeps of its last whole proof, for "audit --live". */
export async function keepProof(
  { ports }: CommandContext,
  folder: string,
  report: ProofReport,
): Promise<void> {
  const ran = new Set(report.rings.flatMap(({ ring, state }) => (state === 'ran' ? [ring] : [])));
  if (!WHOLE.every((ring) => ran.has(ring))) return;
  const path = join(folder, PATHS.toolFolder, 'results', EVIDENCE);
  await ports.files.writeAtomic(path, proofJson(report), { mode: 0o600 });
}

async function writeReport(
  { ports }: CommandContext,
  { format, output }: ProveOptions,
  report: ProofReport,
): Promise<void> {
  const text = await writeProof(
    format === 'text' ? 'json' : format,
    report,
    ports.system.cwd.replaceAll('\\', '/'),
  );
  const page = await openOutput(ports, output);
  await page.write(text);
  await page.end();
}

async function writeEvidence(
  { ports }: CommandContext,
  options: ProveOptions,
  report: ProofReport,
  folder: string,
  key: string | undefined,
): Promise<void> {
  if (options.evidence === undefined && key === undefined) return;
  const path = resolve(folder, options.evidence ?? EVIDENCE);
  // It tells what is weak: whom to show it is the owner's choice.
  await ports.files.writeAtomic(path, proofJson(report), { mode: 0o600 });
  const signature = key === undefined ? undefined : await signEvidence(ports, path, key);
  ports.progress.note(`Evidence: ${path}${signature === undefined ? '' : `, signature: ${signature}`}`);
}
