import { type AuditSummary, createSummary, type TargetReport } from '../audit/audit-report.ts';
import { type AuditVerdict, verdictOf } from '../audit/exit-code.ts';
import { type AuditInput, runAudit } from '../audit/run-audit.ts';
import { createSourceReader } from '../audit/source-reader.ts';
import { nothingToAudit } from '../errors/audit-errors.ts';
import { measures } from '../measures/registry.generated.ts';
import { createReportWriter } from '../report/audit/create-report-writer.ts';
import { createStyle } from '../report/style.ts';
import { auditChoices } from './audit-choices.ts';
import { openOutput, type ReportOutput } from './audit-output.ts';
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
  const choices = auditChoices(ports.system, options, options.recursive);
  const input: AuditInput = {
    reader: createSourceReader(ports.files),
    names: options.targets,
    choices,
    exec: ports.exec,
    measures,
    options: { cwd: ports.system.cwd },
  };
  const page = await openReport(context, options);
  try {
    await withProgressWhenSlow(ports, 'Audit', async (progress) => {
      const targets = runAudit(input);
      for (let next = await targets.next(); ; next = await targets.next()) {
        if (next.done === true) {
          if (next.value) throw nothingToAudit(next.value.problems);
          break;
        }
        ports.signal.throwIfAborted();
        progress(next.value.report.name);
        await page.add(next.value.report);
      }
    });
    const summary = await page.end();
    return EXIT_CODES[verdictOf(summary, options.failOn)];
  } catch (error) {
    await page.discard();
    throw error;
  }
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
