import type { DeploymentStatus } from '../operate/status.ts';
import { duration } from './duration.ts';
import { warningLines } from './exec-text.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';
import { tooOldLine } from './token-text.ts';

/** `clawproof status` for people. `now` in milliseconds since 1970. */
export function statusText(status: DeploymentStatus, style: Style, now: number): string {
  const running = status.services.some(({ state }) => state === 'running');
  const headline = status.ready
    ? `${style.green('Ready')}  ${status.url}`
    : running
      ? `${style.yellow('Not ready')}  /healthz: ${status.healthz ?? 'no answer'}, /readyz: ${status.readyz ?? 'no answer'}`
      : `${style.red('Not running')}  Start it: clawproof up`;
  const rows = status.services.map((service) => [
    service.service,
    service.state + (service.health === '' ? '' : ` (${service.health})`),
    service.startedAt === null || service.state !== 'running'
      ? ''
      : duration(now - Date.parse(service.startedAt)),
    String(service.restarts),
  ]);
  const columns = [
    { title: 'service' },
    { title: 'state' },
    { title: 'up' },
    { title: 'restarts', align: 'right' as const },
  ];
  const { warning } = status.exec;
  const exec = warning === null ? '' : `${warningLines(warning, style).join('\n')}\n`;
  const old = tooOldLine(status.token);
  const token = old === null ? '' : `${style.yellow(old)}\n`;
  const flaws = flawsLine(status.flaws, style);
  return `${headline}\n${exec}${token}${flaws}${style.dim(`OpenClaw ${status.openclaw}, preset ${status.preset}, project ${status.name}, ${status.folder}`)}\n\n${table(columns, rows, { heading: style.dim })}`;
}

function flawsLine(flaws: DeploymentStatus['flaws'], style: Style): string {
  if (flaws === null || flaws.count === 0) return '';
  const count = `${flaws.count} published ${flaws.count === 1 ? 'flaw' : 'flaws'} of OpenClaw ${flaws.version}`;
  return `${style.red(count)}, by the list of ${flaws.upTo}. All of them: clawproof advisories\n`;
}
