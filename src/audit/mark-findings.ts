import { basename } from 'node:path';
import { nodeAt } from '../documents/located.ts';
import type { SourceText } from '../documents/source-text.ts';
import type { TargetReport } from './audit-report.ts';
import type { AuditTarget } from './audit-target.ts';
import { applyBaseline, type Baseline } from './baseline.ts';
import { isDockerfileName } from './recognise.ts';
import { shownPath } from './shown-path.ts';
import type { CommentSyntax } from './suppress/comments.ts';
import type { Declared } from './suppress/suppression.ts';
import { applySuppressions, type ServiceKey, unusedSuppressions } from './suppressions.ts';

export interface MarkOptions {
  /** Absolute folder that paths in the report are relative to. */
  cwd: string;
  /** YYYY-MM-DD. */
  today: string;
  /** Ids of all measures that there are. */
  measureIds: readonly string[];
  /** What clawproof-ignore.yaml declares. */
  ignoreFile?: Declared & {
    /**
     * True when other deployments use it, too: only all of them together tell which entries are unused, and its own
     * warnings must be told once, by the caller.
     */
    isShared: boolean;
  };
  baseline?: Baseline;
  /** What the baseline knows this deployment by. */
  deployment?: string;
}

/** Marks what is suppressed and what the baseline knows; adds warnings about declarations that have no effect or no use. */
export async function markFindings(
  target: AuditTarget,
  report: TargetReport,
  options: MarkOptions,
): Promise<TargetReport> {
  const { ignoreFile, baseline, deployment = report.name, today } = options;
  const notLookedAt = notWhollyLookedAt(report);
  const inline = await inlineSuppressions(target, options);
  const entries = ignoreFile?.suppressions ?? [];
  const declared = [...inline.suppressions, ...entries];
  const marked = applySuppressions(report.findings, declared, serviceKeys(target, options.cwd), today);
  const based = baseline && applyBaseline(marked.findings, baseline, deployment, notLookedAt);
  const own = ignoreFile?.isShared === false ? ignoreFile : { suppressions: [], warnings: [] };
  const mustBeUsed = [...inline.suppressions, ...own.suppressions];
  const unneeded = [...unusedSuppressions(mustBeUsed, marked.used, notLookedAt), ...(based?.stale ?? [])];
  // An error of the whole deployment can hide any finding.
  const known = report.errors.length === 0 ? unneeded : [];
  return {
    ...report,
    findings: based?.findings ?? marked.findings,
    warnings: [...report.warnings, ...inline.warnings, ...own.warnings, ...known],
  };
}

function notWhollyLookedAt({ skipped, errors }: TargetReport): Set<string> {
  const problems = [...skipped, ...errors];
  return new Set(problems.flatMap(({ measure }) => (measure === undefined ? [] : [measure])));
}

async function inlineSuppressions(target: AuditTarget, { cwd, measureIds }: MarkOptions): Promise<Declared> {
  const all: Declared = { suppressions: [], warnings: [] };
  for (const source of target.sources.values()) {
    const syntax = syntaxOf(source, target);
    // Hardly any file has one: loading the scanners and scanning are worth it only where the word is.
    if (syntax === undefined || !source.text.includes('clawproof')) continue;
    const { readInlineSuppressions } = await import('./inline-suppressions.ts');
    const named: SourceText = withFile(source, shownPath(source.file, cwd));
    const declared = readInlineSuppressions(named, syntax, measureIds);
    all.suppressions.push(...declared.suppressions);
    all.warnings.push(...declared.warnings);
  }
  return all;
}

function withFile(source: SourceText, file: string): SourceText {
  return {
    file,
    text: source.text,
    positionAt: (start, end) => ({ ...source.positionAt(start, end), file }),
  };
}

/** How comments look in a file; undefined where it can have none. */
function syntaxOf({ file }: SourceText, target: AuditTarget): CommentSyntax | undefined {
  if (target.config?.sources.has(file) === true) return 'json5';
  if (target.compose?.sources.has(file) === true) return 'yaml';
  const name = basename(file).toLowerCase();
  if (name.endsWith('.dockerignore')) return 'dockerignore';
  if (isDockerfileName(name)) return 'dockerfile';
  if (/\.ya?ml$/.test(name)) return 'yaml';
  if (/^\.env|\.env$/.test(name)) return 'dotenv';
  return target.kind === 'dockerfile' ? 'dockerfile' : undefined;
}

/** Where the keys of the services stand. */
function serviceKeys(target: AuditTarget, cwd: string): ServiceKey[] {
  const services = target.compose && nodeAt(target.compose.root, ['services']);
  if (services?.kind !== 'map') return [];
  return [...services.entries].flatMap(([service, { origin }]) => {
    const source = target.sources.get(origin.file);
    if (!source || !origin.key || origin.isImplied === true) return [];
    const { line } = source.positionAt(origin.key.start);
    return [{ service, file: shownPath(origin.file, cwd), line }];
  });
}
