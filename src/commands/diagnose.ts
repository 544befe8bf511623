import { createContainerReader } from '../audit/live/container-files.ts';
import { readLive } from '../audit/live/read-live.ts';
import { createSourceReader, withListings } from '../audit/source-reader.ts';
import { containerNotFound } from '../errors/diagnose-errors.ts';
import { backgroundHosts } from '../operate/diagnose/cases/egress.ts';
import { collect, type DiagnosisTools } from '../operate/diagnose/collect.ts';
import type { Ports } from '../ports/ports.ts';
import { diagnose } from '../operate/diagnose/diagnose.ts';
import { verdictOf } from '../operate/diagnose/verdict.ts';
import { diagnoseText } from '../report/diagnose-text.ts';
import { createStyle } from '../report/style.ts';
import { auditChoices } from './audit-choices.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { DiagnoseOptions } from './options.ts';

const EXIT_CODES = {
  found: exitCodes.checkFailed,
  nothing: exitCodes.done,
  'not-there': exitCodes.nothingThere,
  incomplete: exitCodes.incomplete,
} as const;

/** Looks, and names causes and what mends them. Changes nothing. */
export async function run({ ports, output }: CommandContext, options: DiagnoseOptions): Promise<number> {
  const { terminal } = ports;
  const { seen, secrets } = await ports.progress.task('Looking', () =>
    collect(ports, { target: options.target, sinceMs: options.sinceMs }, diagnosisTools(ports)),
  );
  const report = { ...diagnose(seen, secrets), background: backgroundHosts(seen) };
  if (
    seen.target.kind === 'container' &&
    !report.isThere &&
    !report.skipped.some(({ what }) => what === 'the containers')
  )
    throw containerNotFound(seen.target.name);
  const verdict = verdictOf(report);
  terminal.out(
    output.json
      ? `${JSON.stringify({ verdict, ...report }, null, 2)}\n`
      : diagnoseText(report, verdict, createStyle(terminal.colour), terminal.columns),
  );
  return EXIT_CODES[verdict];
}

/** What runs is read as an audit reads it. */
function diagnosisTools(ports: Ports): DiagnosisTools {
  const reader = withListings(createSourceReader(ports.files));
  const choices = auditChoices(ports.system, { targets: [], files: [], envFiles: [], profiles: [] }, false);
  return {
    async readLive(docker, program, name, service) {
      const live = await readLive(name, {
        reader,
        choices: service === undefined ? choices : { ...choices, service },
        docker,
        containerFiles: (container) => createContainerReader(ports, program, container),
      });
      return {
        effective: live.effective.deployment,
        declared: live.declared?.deployment ?? null,
        configPath: live.configPath ?? null,
        problems: live.effective.errors,
      };
    },
    containerText: (program, container, path) => createContainerReader(ports, program, container).text(path),
  };
}
