import type { TargetReport } from '../audit/audit-report.ts';
import type { AuditTarget } from '../audit/audit-target.ts';
import { findTargets } from '../audit/find-targets.ts';
import type { AuditChoices, NoTarget, TargetRequest } from '../audit/request.ts';
import { createSourceReader } from '../audit/source-reader.ts';
import { nothingToAudit } from '../errors/audit-errors.ts';
import type { Measure } from '../measures/measure.ts';
import type { Ports } from '../ports/ports.ts';
import { writeFixes } from './apply.ts';
import { createMendTools } from './audit-tools.ts';
import type { MendedFile, MendResult } from './mend-result.ts';
import { whyDifferent } from './compare-reports.ts';
import { mendTarget } from './mend-target.ts';
import type { MendChoices, MendTools } from './mending.ts';
import { createKnownDigests, type KnownDigests, type ResolveDigest } from './resolve-digests.ts';
import type { MendedDeployment } from './verify/mended-config.ts';
import type { VerifyResult } from './verify/verify-result.ts';

export type FixPorts = Pick<Ports, 'files' | 'exec' | 'clock' | 'random' | 'signal'>;

export interface FixRequest extends MendChoices {
  /** As the user named them; none = the current folder. */
  names: readonly string[];
  choices: AuditChoices;
  measures: readonly Measure[];
  /** Image reference → digest that a registry or the engine told. */
  resolvedDigests?: Readonly<Record<string, string>>;
  /** Asked once for each image that should be pinned; absent = nobody is asked. */
  resolveDigest?: ResolveDigest;
  /** Marks what people accepted, which is left alone; absent = everything counts. */
  accept?: (target: AuditTarget, report: TargetReport) => Promise<TargetReport>;
  write: boolean;
  /** Starts the mended deployment beside the old one; nothing is written when it does not get healthy. */
  verify?: (mended: MendedDeployment) => Promise<VerifyResult>;
}

/** What `clawproof fix` did, deployment by deployment. Holds texts of files, which may hold secrets: not for printing as it is. */
export interface FixResult {
  targets: FixedTarget[];
}

export interface FixedTarget extends MendResult {
  verification?: VerifyResult;
  /** Id of the backup; absent when nothing was written. */
  backup?: string;
  /** Set when the files on the disk do not audit as they should have: an error in clawproof. */
  unexpected?: string;
}

/**
 * Mends what an audit of each named deployment finds. Without `write` nothing is changed.
 * @throws AppError when there is nothing to audit, or files cannot be written
 */
export async function runFix(ports: FixPorts, request: FixRequest): Promise<FixResult> {
  const reader = createSourceReader(ports.files);
  const nothing: NoTarget[] = [];
  const targets: FixedTarget[] = [];
  let readBefore: ReadonlySet<string> = new Set();
  const known = knownDigests(request);
  for await (const found of findTargets(reader, request.names, request.choices)) {
    ports.signal.throwIfAborted();
    if ('problem' in found) {
      nothing.push(found);
      continue;
    }
    if (found.isPart === true && found.files.every((file) => readBefore.has(file))) continue;
    const { target, files } = await fixOne(ports, request, found, known);
    targets.push(target);
    if (found.isPart !== true) readBefore = new Set(files);
  }
  const [first] = nothing;
  if (first && targets.length === 0) throw nothingToAudit(nothing.map(({ problem }) => problem));
  return { targets };
}

async function fixOne(
  ports: FixPorts,
  request: FixRequest,
  found: TargetRequest,
  known: KnownDigests | undefined,
): Promise<{ target: FixedTarget; files: readonly string[] }> {
  const { choices, measures, accept } = request;
  const resolvedDigests = known?.digests ?? request.resolvedDigests;
  const options = { cwd: choices.cwd, ...(resolvedDigests === undefined ? {} : { resolvedDigests }) };
  const tools = createMendTools(ports, {
    request: found,
    choices,
    measures,
    options,
    ...(accept === undefined ? {} : { accept }),
  });
  let first: AuditTarget | undefined;
  const watched: MendTools = {
    ...tools,
    read: async (overlay) => {
      ports.signal.throwIfAborted();
      const target = await tools.read(overlay);
      if (first === undefined) {
        first = target;
        await learnDigests(request, known, tools, target);
      }
      return target;
    },
  };
  const mended = await mendTarget(watched, request);
  const target: FixedTarget = { ...mended, files: await withModes(ports, mended.files) };
  const verification =
    first && target.files.length > 0
      ? await request.verify?.({ target: first, request: found, choices, files: target.files })
      : undefined;
  const verified = verification === undefined ? target : { ...target, verification };
  return { target: await written(ports, request, tools, verified), files: first?.files ?? [] };
}

function knownDigests({ resolveDigest, resolvedDigests }: FixRequest): KnownDigests | undefined {
  return resolveDigest && createKnownDigests(resolveDigest, resolvedDigests);
}

/** Before anything is mended: the repairs take the digests from there. */
async function learnDigests(
  { only }: FixRequest,
  known: KnownDigests | undefined,
  tools: MendTools,
  target: AuditTarget,
): Promise<void> {
  if (known === undefined) return;
  const { report } = await tools.look(target);
  const wanted = report.findings.filter(({ measure }) => only.length === 0 || only.includes(measure));
  await known.learn(target, wanted);
}

async function withModes({ files }: FixPorts, mended: readonly MendedFile[]): Promise<MendedFile[]> {
  return Promise.all(
    mended.map(async (file) => {
      const real = file.mode === undefined ? null : await files.realPath(file.path);
      const stat = real === null ? null : await files.stat(real);
      return stat === null ? file : { ...file, modeBefore: stat.mode };
    }),
  );
}

async function written(
  ports: FixPorts,
  { write }: FixRequest,
  tools: MendTools,
  target: FixedTarget,
): Promise<FixedTarget> {
  const { verification } = target;
  const isTrusted = verification === undefined || verification.state === 'healthy';
  if (target.files.length === 0 || !write || !isTrusted) return target;
  const backup = await writeFixes(ports, target.folder, target.files);
  // What counts is what stands on the disk now.
  const after = await tools.look(await tools.read({ texts: new Map(), modes: new Map() }));
  const unexpected = whyDifferent(target.after, after.report);
  return { ...target, backup, after: after.report, ...(unexpected === undefined ? {} : { unexpected }) };
}
