import { EGRESS_GROUPS } from '../../../policy/egress-groups.ts';
import type { Case, Finding } from '../case.ts';
import { type EgressRequest, type Observations, valueOf } from '../observations.ts';
import { command, gatewayLines, gatewayOf, mend, timeOf } from './help.ts';

/** What OpenClaw itself asks for, whatever the agent does. Nothing of it is needed. */
const BACKGROUND: Record<string, string> = {
  'catalog.openclaw.ai': 'list of models',
  'telemetry.openclaw.ai': 'telemetry',
};
/** Asked for at every start; later it is somebody who installs a skill. */
const AT_START = 'clawhub.ai';
const START_MS = 180_000;
/** A tool fails a few seconds after the proxy refused it. */
const BEFORE_MS = 2000;
const AFTER_MS = 15_000;
const TOOL =
  /\[tools\] (\S+) failed|\[(tools-invoke)\] tool execution failed|\[((?:model|provider|channels?|discord|telegram|slack|whatsapp|browser|plugins?)[^\]]*)\].*(?:fail|error|refused)/i;

/** A host that the allowlist does not name. */
export const egressDenied: Case = {
  id: 'egress-denied',
  title: 'A host is refused, because clawproof.yaml does not allow it',
  symptom: '"fetch failed", 403 from the proxy, a channel or a model that does not connect.',
  looksAt: ['egressLog', 'gatewayLog'],
  recognise(seen) {
    const denied = (valueOf(seen.egressLog) ?? []).filter(
      (request) => request.result === 'TCP_DENIED' && !isBackground(seen, request),
    );
    return [...byHost(denied).values()].map((requests) => refused(seen, requests));
  },
};

/** Refusals that belong to OpenClaw's own habits: for the report, never a finding. */
export function backgroundHosts(seen: Observations): string[] {
  const requests = valueOf(seen.egressLog) ?? [];
  return [
    ...new Set(
      requests
        .filter((request) => request.result === 'TCP_DENIED' && isBackground(seen, request))
        .map(({ host }) => host),
    ),
  ];
}

function refused(seen: Observations, requests: readonly EgressRequest[]): Finding {
  const [first] = requests;
  const last = requests.at(-1);
  if (first === undefined || last === undefined) throw new TypeError('no request');
  const { host, port } = last;
  const tools = [...new Set(requests.flatMap((request) => toolOf(seen, request)))];
  const isAddress = /^[\d.]+$|:/.test(host);
  const group = groupOf(host);
  return {
    cause: `The egress proxy refused ${host}:${port} ${times(requests.length)}: egress.allow in clawproof.yaml does not name it. Asked for by: ${tools.map(({ name }) => name).join(', ') || 'nothing that the log of the gateway names at that time'}.`,
    evidence: [
      { from: 'log of the egress proxy', text: last.text },
      ...(requests.length > 1
        ? [
            {
              from: 'log of the egress proxy',
              text: `first at ${timeOf(first.at)}, last at ${timeOf(last.at)}`,
            },
          ]
        : []),
      ...tools.slice(-1).map(({ text }) => ({ from: 'log of the gateway', text })),
    ],
    fix: isAddress
      ? [
          'An address without a name is never allowed. When the agent asked for it, look at what it was told to do.',
        ]
      : [
          `When the agent needs it, add it to egress.allow in clawproof.yaml: ${group ?? (port === 443 ? host : `${host}:${port}`)}`,
          command(seen, 'up'),
          'When you do not know why it asks, leave it refused.',
        ],
  };
}

/** Names that do not resolve, or hosts that do not answer, though they are allowed. */
export const dnsFails: Case = {
  id: 'dns',
  title: 'Names do not resolve, or nobody answers behind them',
  symptom: '"EAI_AGAIN", "ENOTFOUND", or 503 for hosts that are allowed.',
  looksAt: ['egressLog', 'gatewayLog', 'nameServers'],
  recognise(seen) {
    const failed = unanswered(valueOf(seen.egressLog) ?? []);
    const lines = gatewayLines(seen).filter(({ text }) => /\b(?:EAI_AGAIN|ENOTFOUND)\b/.test(text));
    if (failed.length === 0 && lines.length === 0) return [];
    const servers = valueOf(seen.nameServers);
    const hosts = failed.map(({ host }) => host);
    const via = containerOf(seen, hosts.length > 0 ? 'egress' : 'gateway');
    const name = hosts[0] ?? nameIn(lines.at(-1)?.text) ?? 'api.openai.com';
    return [
      {
        cause: whyUnresolved(seen, hosts),
        evidence: [
          ...failed.slice(-3).map(({ text }) => ({ from: 'log of the egress proxy', text })),
          ...lines.slice(-1).map(({ text }) => ({ from: 'log of the gateway', text: text.slice(0, 240) })),
          ...(servers === undefined
            ? []
            : [{ from: '/etc/resolv.conf of this host', text: servers.join(', ') || 'names no server' }]),
        ],
        fix: [
          'Try it where it fails:',
          `  docker exec ${via} getent hosts ${name}`,
          'When that gives nothing, set name servers that answer for the engine ("dns" in /etc/docker/daemon.json), restart it, then:',
          ...mend(seen, [command(seen, 'up')], [`  docker restart ${via}`]),
        ],
      },
    ];
  },
};

/** The last request to each host that was let through and not answered; what worked again afterwards is over. */
function unanswered(requests: readonly EgressRequest[]): EgressRequest[] {
  const failed = requests.filter(({ status }) => status === 503 || status === 504);
  const last = [...byHost(failed).values()].flatMap((each) => each.slice(-1));
  return last.filter(
    ({ host, at }) => !requests.some((other) => other.host === host && other.at > at && other.status === 200),
  );
}

function whyUnresolved({ target }: Observations, hosts: readonly string[]): string {
  if (hosts.length > 0) {
    const them = hosts.length > 1 ? 'them' : 'it';
    return `The egress proxy lets ${hosts.slice(0, 3).join(', ')} through, but could not find or reach ${them}: this host's name servers do not answer the engine, or the way out is closed.`;
  }
  return target.kind === 'deployment' && target.isCaged
    ? 'A program in the cage asked for a name itself. There names resolve only in the egress proxy: the program does not use the proxy (HTTPS_PROXY).'
    : 'Names do not resolve in the container: the engine hands on name servers that do not answer there.';
}

/** The name that a program asked for; only what may stand in a command. */
function nameIn(text = ''): string | undefined {
  return /\b(?:EAI_AGAIN|ENOTFOUND) ([A-Za-z0-9.-]{1,253})/.exec(text)?.[1];
}

function isBackground(seen: Observations, { host, at }: EgressRequest): boolean {
  if (Object.hasOwn(BACKGROUND, host)) return true;
  if (host !== AT_START) return false;
  // Without the log nobody knows when it started.
  if (valueOf(seen.gatewayLog) === undefined) return true;
  return gatewayLines(seen).some(
    (line) =>
      line.at !== null &&
      at >= line.at &&
      at - line.at < START_MS &&
      /shutdown budget at startup|http server listening/.test(line.text),
  );
}

function toolOf(seen: Observations, { host, at }: EgressRequest): { name: string; text: string }[] {
  const near = gatewayLines(seen).filter(
    (line) =>
      line.at !== null && line.at >= at - BEFORE_MS && line.at <= at + AFTER_MS && TOOL.test(line.text),
  );
  const best = near.find(({ text }) => text.includes(host)) ?? near[0];
  if (best === undefined) return [];
  const match = TOOL.exec(best.text);
  return [{ name: match?.[1] ?? match?.[2] ?? match?.[3] ?? 'a tool', text: best.text.slice(0, 240) }];
}

function byHost(requests: readonly EgressRequest[]): Map<string, EgressRequest[]> {
  const hosts = new Map<string, EgressRequest[]>();
  for (const request of requests) {
    const key = `${request.host}:${request.port}`;
    hosts.set(key, [...(hosts.get(key) ?? []), request]);
  }
  return hosts;
}

/** The word for a whole service, where egress.allow has one. */
function groupOf(host: string): string | null {
  const covers = (pattern: string): boolean =>
    pattern === host || (pattern.startsWith('.') && (host === pattern.slice(1) || host.endsWith(pattern)));
  return Object.entries(EGRESS_GROUPS).find(([, { hosts }]) => hosts.some(covers))?.[0] ?? null;
}

function containerOf(seen: Observations, role: 'egress' | 'gateway'): string {
  const found = valueOf(seen.containers)?.find((container) => container.role === role);
  return found?.name ?? gatewayOf(seen)?.name ?? seen.target.name;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
