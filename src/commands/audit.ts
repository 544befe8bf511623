import { type AuditSummary, createSummary, type TargetReport } from '../audit/audit-report.ts';
import { type AuditVerdict, verdictOf, wasAudited } from '../audit/exit-code.ts';
import { type AuditInput, type Audited, type EmptyAudit, runAudit } from '../audit/run-audit.ts';
import { createSourceReader, withListings } from '../audit/source-reader.ts';
import { evidenceWithoutLive, liveWithTargets, nothingToAudit } from '../errors/audit-errors.ts';
import { engineNotReady } from '../errors/operate-errors.ts';
import { createReportWriter } from '../report/audit/create-report-writer.ts';
import { createStyle } from '../report/style.ts';
import { createNewBaseline, readBaseline } from './audit-baseline.ts';
import { auditChoices } from './audit-choices.ts';
import { shareWithThread } from './audit-helper.ts';
import { openOutput, type ReportOutput } from './audit-output.ts';
import { auditTools } from './audit-tools.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { AuditOptions } from './options.ts';
import { withProgressWhenSlow } from './slow-progress.ts';

const EXIT_CODES: Record<AuditVerdict, number> = {
  clean: exitCodes.done,
  findings: exitCodes.checkFailed,
  nothing: exitCodes.nothingThere,
  incomplete: exitCodes.incomplete,
};

export async function run(context: CommandContext, options: AuditOptions): Promise<number> {
  const { ports } = context;
  const input = await auditInput(context, options);
  const { cwd } = input.choices;
  const written = options.writeBaseline;
  const newBaseline = written === undefined ? undefined : createNewBaseline(ports.files, cwd, written);
  const page = await openReport(context, options);
  try {
    let isAudited = false;
    await withProgressWhenSlow(ports, 'Audit', async (step) => {
      const targets = await deployments(context, options, input);
      for (let next = await targets.next(); ; next = await targets.next()) {
        if (next.done === true) {
          if (next.value) throw nothingToAudit(next.value.problems);
          break;
        }
        ports.signal.throwIfAborted();
        const { report, target } = next.value;
        step(report.name);
        isAudited ||= wasAudited(report);
        if (target) newBaseline?.add(target, report);
        await page.add(report);
      }
    });
    const summary = await page.end();
    await newBaseline?.write();
    const verdict = verdictOf(summary, options.failOn, isAudited);
    // What is accepted from now on is no reason to fail.
    return EXIT_CODES[newBaseline && verdict === 'findings' ? 'clean' : verdict];
  } catch (error) {
    await page.discard();
    throw error;
  }
}

async function auditInput({ ports }: CommandContext, options: AuditOptions): Promise<AuditInput> {
  const choices = auditChoices(ports.system, options, options.recursive);
  const reader = withListings(createSourceReader(ports.files));
  const { cwd } = choices;
  const accepted = {
    cwd: ports.system.cwd,
    today: ports.clock.now().toISOString().slice(0, 10),
    ignores: options.ignores,
    areSeveral: options.recursive || options.targets.length > 1,
    ...(options.baseline === undefined ? {} : await readBaseline(reader, cwd, options.baseline)),
  };
  const settings = { choices, cwd: ports.system.cwd, accepted };
  return {
    ...auditTools({ reader, exec: ports.exec }, settings),
    names: options.targets,
    sharing: shareWithThread(ports, settings),
  };
}

/** What files declare, or what the engine runs. */
async function deployments(
  { ports }: CommandContext,
  { live, evidence, targets, files }: AuditOptions,
  input: AuditInput,
): Promise<AsyncGenerator<Audited, EmptyAudit | undefined>> {
  if (live === undefined) {
    if (evidence !== undefined) throw evidenceWithoutLive();
    return runAudit(input);
  }
  if (targets.length + files.length > 0) throw liveWithTargets();
  const [{ detectEngine }, { createDocker }, { createContainerReader }, { runLive }] = await Promise.all([
    import('../engine/detect.ts'),
    import('../engine/docker.ts'),
    import('../audit/live/container-files.ts'),
    import('../audit/live/run-live.ts'),
  ]);
  const engine = await detectEngine(ports);
  const program = engine.docker?.path;
  if (program === undefined || engine.engine === undefined) throw engineNotReady(engine.missing);
  return runLive(live, {
    ...input,
    ...(evidence === undefined ? {} : { evidence }),
    docker: createDocker(ports, program),
    containerFiles: (container) => createContainerReader(ports, program, container),
  });
}

interface ReportPage {
  add(report: TargetReport): Promise<void>;
  end(): Promise<AuditSummary>;
  discard(): Promise<void>;
}

/** The report as it grows; nothing is written before there is something to tell. */
async function openReport({ ports, version }: CommandContext, options: AuditOptions): Promise<ReportPage> {
  const summary = createSummary();
  const writer = await createReportWriter(options.format, {
    version,
    style: createStyle(options.output === undefined && ports.terminal.colour),
    columns: ports.terminal.columns,
    verbose: options.verbose,
    root: ports.system.cwd,
  });
  let opened: ReportOutput | undefined;
  const output = async (): Promise<ReportOutput> => {
    if (opened === undefined) {
      opened = await openOutput(ports, options.output);
      await opened.write(writer.begin());
    }
    return opened;
  };
  return {
    async add(report) {
      summary.add(report);
      await (await output()).write(writer.target(report));
    },
    async end() {
      const result = summary.summary();
      await (await output()).write(writer.end(result));
      await (await output()).end();
      return result;
    },
    discard: async () => opened?.discard(),
  };
}
