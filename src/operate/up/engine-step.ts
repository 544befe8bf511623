import { detectEngine } from '../../engine/detect.ts';
import type { EngineReport } from '../../engine/engine-report.ts';
import type { Ports } from '../../ports/ports.ts';
import type { TaskHandle } from '../../ports/terminal.ts';

/** An engine that can be used, installing Debian's own when clawproof is root and there is none. */
export async function readyEngine(ports: Ports, task: TaskHandle): Promise<EngineReport> {
  const found = await detectEngine(ports);
  const report = needsInstall(found) && ports.system.uid === 0 ? await install(ports, task) : found;
  task.result(describe(report));
  return report;
}

/** Things that `engine install` mends; a remote engine or a broken one is the user's to decide on. */
const MENDABLE = new Set(['engine', 'docker-cli', 'engine-stopped', 'compose', 'builder']);

function needsInstall(report: EngineReport): boolean {
  return report.missing.length > 0 && report.missing.every(({ id }) => MENDABLE.has(id));
}

async function install(ports: Ports, task: TaskHandle): Promise<EngineReport> {
  const { installEngine } = await import('../../engine/install/install.ts');
  return (await installEngine(ports, { onStep: (text) => task.step(text) })).engine;
}

function describe(report: EngineReport): string {
  if (!report.ok) return report.missing[0]?.message ?? 'not usable';
  return `Engine ${report.engine?.version ?? '?'}, Compose ${report.compose?.version ?? '?'}${report.kind === 'local' ? '' : `, ${report.kind}`}`;
}
