import type { Deployment } from '../../../deployment/deployment.ts';
import { parseEgressLog, parseGatewayLog } from '../log-lines.ts';
import type { ClockSeen, ContainerSeen, Observations } from '../observations.ts';
import { containerSeen, hardened, withGateway } from './healthy.ts';
import * as said from './recorded-lines.ts';

export interface Row {
  /** Case that must be found. */
  id: string;
  what: string;
  change: Partial<Observations>;
  /** Parts of the evidence and of the way to mend it. */
  evidence: string;
  fix: string;
}

export const log = (...lines: string[]): Observations['gatewayLog'] => ({
  value: parseGatewayLog([said.STARTING, said.READY, ...lines].join('\n')),
});
export const egress = (...lines: string[]): Observations['egressLog'] => ({
  value: parseEgressLog(lines.join('\n')),
});
export const only = (...containers: ContainerSeen[]): Observations['containers'] => ({ value: containers });
export const clock = (change: Partial<ClockSeen>): Observations['clock'] => ({
  value: { engineAheadMs: 0, future: [], publishedAt: null, version: '2026.9.6', ...change },
});
export const answers = (change: object): Observations['answers'] => ({
  value: { healthz: 200, readyz: 200, readyzBody: '', token: 200, tokenFile: null, ...change },
});
export const journal = (change: object): Observations['change'] => ({
  value: { open: null, unreadable: null, unfinishedRun: null, running: null, ...change },
});
export const config = (settings: Deployment['openclawConfig'] & object): Observations['deployment'] => ({
  value: {
    effective: { ...hardened, openclawConfig: settings },
    declared: null,
    config: settings,
    configPlace: 'config/openclaw/openclaw.json',
    configProblem: null,
    problems: [],
  },
});
export const others = { target: { kind: 'container', name: 'openclaw' } } as const;
export const exposed = withGateway({
  ports: [{ hostAddress: '0.0.0.0', hostPort: '18789', containerPort: '18789', protocol: 'tcp' }] as never,
});

export function published(): ContainerSeen {
  const container = containerSeen('gateway');
  const { inspect } = container;
  if (inspect !== null)
    inspect.HostConfig.PortBindings = { '18789/tcp': [{ HostIp: '127.0.0.1', HostPort: '18789' }] };
  return container;
}
