import type { ContainerSpec } from '../../container-spec.ts';
import type { TcpResult } from '../../payload/network/tcp-attempts.ts';
import { few, fail, pass, unclear } from '../judgement.ts';
import { isAbsent, type NetworkProbe, resultOf } from './facts.ts';
import { unique } from './way-out.ts';

const DEFAULT_CONFIG = '/etc/caddy/Caddyfile';
const REFUSED = 'HTTP 403';

/** Where a Caddy with this command line reads its settings. */
export function caddyfilePath({ Entrypoint, Cmd }: Pick<ContainerSpec, 'Entrypoint' | 'Cmd'>): string {
  const words = [...(Entrypoint ?? []), ...(Cmd ?? [])];
  const at = words.indexOf('--config');
  return (at < 0 ? undefined : words[at + 1]) ?? DEFAULT_CONFIG;
}

export const ingressProbe: NetworkProbe = {
  id: 'net-ingress-routed',
  ring: 'network',
  needs: ['ingress'],
  title: 'The ingress serves this host only, also for machines that have themselves routed in',
  why: "A neighbour of the host who sets a route to Docker's subnet gets past the loopback address to which the port is published.",
  measures: ['loopback-publish'],
  rows: ['G6', 'H5'],
  expects:
    'from another machine the ingress does not answer or refuses with 403, while it lets the host pass',
  weakenedBy: ['net-ingress-open'],
  attempts(_, facts) {
    if (isAbsent(facts.ingress)) return { skipped: facts.ingress.absent };
    if (isAbsent(facts.canary)) return { skipped: facts.canary.absent };
    const { address, port, hostPort } = facts.ingress;
    const send = 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n';
    const get = (host: string, at: number): Readonly<Record<string, unknown>> => ({
      targets: [{ host, port: at }],
      send,
      timeoutMs: 4000,
    });
    return [
      { id: 'get', at: 'outside', run: 'tcp', params: get(address, port) },
      { id: 'control', at: 'host', run: 'tcp', params: get('127.0.0.1', hostPort) },
    ];
  },
  judge(seen) {
    const get = resultOf<TcpResult[]>(seen, 'get');
    const control = resultOf<TcpResult[]>(seen, 'control');
    if ('unclear' in get) return unclear(get.unclear);
    if ('unclear' in control) return unclear(control.unclear);
    const answers = unique(get.value.map(answerOf));
    if (answers.length === 0) return unclear('nothing came back of what was tried');
    const served = answers.find((answer) => answer.startsWith('HTTP') && answer !== REFUSED);
    if (served !== undefined)
      return fail(`another machine was served by the ingress at its own address: ${served}`);
    if (answers.includes('connected'))
      return unclear('the ingress took a connection of another machine and said nothing');
    const allowed = unique(control.value.map(answerOf));
    if (!allowed.some((answer) => answer.startsWith('HTTP') && answer !== REFUSED))
      return unclear(`the ingress did not let the host itself pass: ${few(allowed)}`);
    return pass(`another machine got ${few(answers)}, the host ${few(allowed)}`);
  },
};

function answerOf({ code, text = '' }: TcpResult): string {
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1];
  return status === undefined ? code : `HTTP ${status}`;
}
