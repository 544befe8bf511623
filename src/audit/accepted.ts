import { dirname, join, relative, sep } from 'node:path';
import { isAppError } from '../errors/app-error.ts';
import type { TargetReport } from './audit-report.ts';
import type { AuditTarget } from './audit-target.ts';
import { applyBaseline, type Baseline } from './baseline.ts';
import type { IgnoreFile } from './ignore-file.ts';
import { markFindings } from './mark-findings.ts';
import { hideProblems, outsideFiles } from './outside-files.ts';
import { shownPath } from './shown-path.ts';
import type { SourceReader } from './source-reader.ts';

export interface AcceptedInput {
  reader: SourceReader;
  cwd: string;
  /** Ids of all measures. */
  measureIds: readonly string[];
  /** YYYY-MM-DD. */
  today: string;
  /** False = suppressions are neither read nor applied. */
  ignores: boolean;
  /** True when more than one deployment is audited. */
  areSeveral: boolean;
  baseline?: Baseline;
  /** Absolute folder of the baseline, from which it names deployments. */
  baselineFolder?: string;
}

/** A report in which what people accepted is marked. */
export interface Marked {
  report: TargetReport;
  /** What is wrong with a file of suppressions: told with the first deployment only, of those that it is about. */
  ignoreFile?: { folder: string } & Pick<IgnoreFile, 'errors' | 'warnings'>;
}

/** What people accepted: marked wherever a deployment is looked at, told in the order of the reports. */
export interface Acceptance {
  mark(target: AuditTarget, report: TargetReport): Promise<Marked>;
  /** The report as it is shown; called once for each, in their order. */
  tell(marked: Marked): TargetReport;
}

/** Marks the findings of one deployment that people accepted beside them, in a file of its folder, or in a baseline. */
export function createAccepted(
  input: AcceptedInput,
): (target: AuditTarget, report: TargetReport) => Promise<TargetReport> {
  const acceptance = createAcceptance(input);
  return async (target, report) => acceptance.tell(await acceptance.mark(target, report));
}

/** As `createAccepted`, for those who look at deployments in another order than they tell of them. */
export function createAcceptance(input: AcceptedInput): Acceptance {
  const { cwd, today, measureIds, baseline } = input;
  const fileOf = createIgnoreFiles(input);
  const folder = input.baselineFolder ?? cwd;
  return {
    async mark(target, report) {
      if (!input.ignores)
        return {
          report: baseline === undefined ? report : withBaseline(target, report, baseline, folder),
        };
      const found = await fileOf(target);
      const isShared = input.areSeveral || found?.folder !== target.folder;
      const marked = await markFindings(target, report, {
        cwd,
        today,
        measureIds,
        ...(found === undefined ? {} : { ignoreFile: { ...found.file, warnings: [], isShared } }),
        ...(baseline === undefined ? {} : { baseline, deployment: deploymentName(target, folder) }),
      });
      return found === undefined || found.file.errors.length + found.file.warnings.length === 0
        ? { report: marked }
        : {
            report: marked,
            ignoreFile: { folder: found.folder, errors: found.file.errors, warnings: found.file.warnings },
          };
    },
    tell: createTelling(),
  };
}

function createTelling(): (marked: Marked) => TargetReport {
  const told = new Set<string>();
  return ({ report, ignoreFile }) => {
    if (ignoreFile === undefined || told.has(ignoreFile.folder)) return report;
    told.add(ignoreFile.folder);
    const { errors, warnings } = ignoreFile;
    return {
      ...report,
      errors: [...report.errors, ...errors],
      warnings: [...report.warnings, ...warnings],
    };
  };
}

function withBaseline(
  target: AuditTarget,
  report: TargetReport,
  baseline: Baseline,
  folder: string,
): TargetReport {
  const { findings } = applyBaseline(report.findings, baseline, deploymentName(target, folder), new Set());
  return { ...report, findings };
}

/** How a baseline names a deployment: by its first file, as that stays when others are added. */
export function deploymentName(
  { kind, name, files, folder }: Pick<AuditTarget, 'kind' | 'name' | 'files' | 'folder'>,
  baselineFolder: string,
): string {
  if (kind === 'container') return `container:${name}`;
  return relative(baselineFolder, files[0] ?? folder).replaceAll(sep, '/') || '.';
}

interface FoundFile {
  file: IgnoreFile;
  /** Absolute. */
  folder: string;
}

const IGNORE_FILE = 'clawproof-ignore.yaml';
const MAX_KEPT = 200;

/** The file in the deployment's folder, or the one in the current folder; each is read once. */
function createIgnoreFiles(input: AcceptedInput): (target: AuditTarget) => Promise<FoundFile | undefined> {
  const known = new Map<string, IgnoreFile | undefined>();
  async function read(folder: string): Promise<IgnoreFile | undefined> {
    if (!known.has(folder)) {
      if (known.size >= MAX_KEPT) known.clear();
      known.set(folder, await readOne(input, join(folder, IGNORE_FILE)));
    }
    return known.get(folder);
  }
  return async (target) => {
    for (const folder of new Set([target.folder, input.cwd])) {
      const file = await read(folder);
      if (file !== undefined) return { file, folder };
    }
    return undefined;
  };
}

/** Of a link that leads out of the folder. */
function withoutTexts({ suppressions, warnings, errors }: IgnoreFile): IgnoreFile {
  return {
    suppressions: suppressions.map((each) => {
      const { excerpt: _, ...position } = each.position;
      return { ...each, position };
    }),
    warnings: hideProblems(warnings, () => true),
    errors: hideProblems(errors, () => true),
  };
}

async function readOne(
  { reader, cwd, measureIds }: AcceptedInput,
  path: string,
): Promise<IgnoreFile | undefined> {
  try {
    const text = await reader.text(path);
    if (text === null) return undefined;
    // The reader of YAML that it needs is slow to load, and most folders have no such file.
    const { readIgnoreFile } = await import('./ignore-file.ts');
    const file = readIgnoreFile(text, shownPath(path, cwd), measureIds);
    return (await outsideFiles(reader, dirname(path), [path])).size === 0 ? file : withoutTexts(file);
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { suppressions: [], warnings: [], errors: [{ id: error.id, message: error.entry.message }] };
  }
}
