import { detectEngine } from '../engine/detect.ts';
import type { EngineReport } from '../engine/engine-report.ts';
import { createStyle, type Style } from '../report/style.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { EngineOptions } from './options.ts';

export async function run({ ports, output }: CommandContext, options: EngineOptions): Promise<number> {
  const { terminal, progress } = ports;
  const style = createStyle(terminal.colour);
  const found = await detectEngine(ports);
  if (options.action === 'status' || options.dryRun) return show(found);
  if (!options.yes && terminal.canAsk && found.missing.length > 0 && !(await mayInstall()))
    return exitCodes.incomplete;
  const { installEngine } = await import('../engine/install/install.ts');
  const report = await progress.task('Docker Engine and Compose', async (task) => {
    const made = await installEngine(ports, { onStep: (text) => task.step(text) });
    task.result(made.installed.length > 0 ? `installed ${made.installed.join(', ')}` : 'all there');
    return made;
  });
  return show(report.engine);

  function show(engine: EngineReport): number {
    terminal.out(output.json ? `${JSON.stringify(engine, null, 2)}\n` : engineText(engine, style));
    return engine.ok ? exitCodes.done : exitCodes.incomplete;
  }

  function mayInstall(): Promise<boolean> {
    return terminal.confirm(
      `${found.missing.map(({ message }) => message).join('; ')}. Install and start it from Debian's packages?`,
    );
  }
}

function engineText(report: EngineReport, style: Style): string {
  const { engine, compose, builder, missing, notes } = report;
  return [
    report.ok ? style.green('Docker can be used.') : style.red('Docker cannot be used yet.'),
    ...(engine
      ? [`  engine    ${engine.version} (${report.kind}), ${engine.operatingSystem}, ${report.endpoint}`]
      : []),
    ...(compose ? [`  compose   ${compose.version}`] : []),
    ...(builder ? [`  builder   ${builder.program} ${builder.version} (${builder.kind})`] : []),
    ...missing.flatMap(({ message, commands }) => [
      `  ${style.red('missing')}   ${message}`,
      ...commands.map((command) => `            ${command}`),
    ]),
    ...notes.map((note) => `  ${style.dim('note')}      ${note}`),
    '',
  ].join('\n');
}
