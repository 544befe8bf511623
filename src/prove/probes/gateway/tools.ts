import { settingAt } from '../../../measures/settings.ts';
import type { Probe } from '../../probe.ts';
import {
  answersOf,
  bearer,
  type CallAnswer,
  calls,
  invoke,
  isIn,
  NO_TOKEN,
  outermost,
  tally,
} from './calls.ts';
import type { GatewayFacts } from './gateway-facts.ts';

/** Tools that change the gateway, run commands or reach beyond the session; each asked for something harmless. */
const DANGEROUS: readonly { tool: string; args: object }[] = [
  { tool: 'exec', args: { command: 'true' } },
  { tool: 'process', args: { action: 'list' } },
  { tool: 'gateway', args: { action: 'config.get' } },
  { tool: 'cron', args: { action: 'list' } },
  { tool: 'automations', args: { action: 'list' } },
  { tool: 'sessions_spawn', args: { task: 'say nothing' } },
  { tool: 'sessions_send', args: { sessionKey: 'main', message: 'nothing' } },
  { tool: 'nodes', args: { action: 'list' } },
  { tool: 'apply_patch', args: { input: '*** Begin Patch\n*** End Patch' } },
  { tool: 'terminal', args: { action: 'list' } },
  { tool: 'plugins', args: { action: 'list' } },
  { tool: 'write', args: { path: '/tmp/clawproof-outside', content: 'x' } },
  { tool: 'read', args: { path: '/etc/hostname' } },
  { tool: 'edit', args: { path: '/etc/hostname', oldText: 'a', newText: 'b' } },
];

/** Words with which a tool that there is says that it will not. */
const REFUSAL = /denied|not allowed|outside|escapes|forbidden|refus|disabled|workspace/i;

/** A tool ran, or looked at its arguments: it was there to be used. */
function wasUsed({ status, body = '' }: CallAnswer): boolean {
  if (status === 200) return !(/"isError":\s*true/.test(body) && REFUSAL.test(body));
  return status === 400 || (status === 500 && !REFUSAL.test(body));
}

const dangerousTools: Probe<GatewayFacts> = {
  id: 'dangerous-tools',
  ring: 'gateway',
  title: 'Not even the right token calls dangerous tools over HTTP',
  why: 'A stolen token would run commands, change the gateway and plant tasks at once.',
  measures: ['tool-policy', 'exec-mode'],
  rows: ['A4', 'A5'],
  expects: 'each dangerous tool is refused to a caller with the right token',
  weakenedBy: ['tool-policy-over-http'],
  attempts: (_target, facts) => {
    const { token } = facts;
    if (token === undefined) return NO_TOKEN;
    return [
      calls('invoke', outermost(facts), [
        ...DANGEROUS.map((body) => invoke(bearer(token), { body })),
        invoke(bearer(token)),
      ]),
    ];
  },
  judge: (seen) => {
    const answers = answersOf(seen, 'invoke');
    if ('state' in answers) return answers;
    const control = answers.at(-1);
    if (control === undefined || !isIn(control))
      return { state: 'error', reason: `a harmless tool was not let through either: ${tally(answers)}` };
    const silent = answers.filter(({ status }) => status === 0);
    if (silent.length > 0)
      return { state: 'error', reason: `not every call was answered: ${tally(answers)}` };
    const used = DANGEROUS.filter((_, index) => wasUsed(answers[index] ?? { status: 0 }));
    return used.length > 0
      ? { state: 'fail', observed: `POST /tools/invoke called ${used.map(({ tool }) => tool).join(', ')}` }
      : { state: 'pass', observed: `${DANGEROUS.length} tools refused: ${tally(answers.slice(0, -1))}` };
  },
};

const httpEndpoints: Probe<GatewayFacts> = {
  id: 'http-endpoints',
  ring: 'gateway',
  title: 'No HTTP endpoint runs the agent',
  why: 'With a stolen token one request would make the agent act, past the pairing of devices.',
  measures: ['no-http-endpoints'],
  rows: ['A4'],
  expects: '404 for the endpoints of other vendors, also with the right token',
  weakenedBy: ['no-http-endpoints'],
  attempts: (_target, facts) => {
    const { token } = facts;
    if (token === undefined) return NO_TOKEN;
    const headers = { ...bearer(token), 'content-type': 'application/json' };
    return [
      calls('endpoints', outermost(facts), [
        // No messages: an endpoint that is there complains, and asks no model.
        { http: { method: 'POST', path: '/v1/chat/completions', headers, body: '{}' } },
        { http: { method: 'POST', path: '/v1/responses', headers, body: '{}' } },
        { http: { method: 'POST', path: '/v1/embeddings', headers, body: '{}' } },
      ]),
    ];
  },
  judge: (seen) => {
    const answers = answersOf(seen, 'endpoints');
    if ('state' in answers) return answers;
    if (answers.some(({ status }) => status === 0 || status === 401 || status === 403 || status === 429))
      return { state: 'error', reason: `the right token was not taken: ${tally(answers)}` };
    const open = answers.filter(({ status }) => status !== 404 && status !== 405);
    return open.length > 0
      ? { state: 'fail', observed: `an endpoint that runs the agent answered: ${tally(answers)}` }
      : { state: 'pass', observed: tally(answers) };
  },
};

const multicast = { mdns: 'FB0000E0', port: '14E9' };

const mdns: Probe<GatewayFacts> = {
  id: 'mdns',
  ring: 'gateway',
  title: 'The gateway announces itself to nobody',
  why: 'An announcement gives everybody on the network its address, its port and paths on its disk.',
  measures: ['mdns-off'],
  rows: ['A7'],
  expects: 'no socket on UDP port 5353 and no membership of 224.0.0.251',
  weakenedBy: ['mdns-on'],
  attempts: () => [{ id: 'sockets', at: 'stack', run: 'sockets', params: {} }],
  judge: (seen) => {
    const observation = seen.get('sockets');
    if (observation === undefined || 'error' in observation)
      return { state: 'error', reason: observation?.error ?? 'sockets were not listed' };
    const [udp, groups, listening] = ['udp', 'groups', 'tcpListening'].map((key) =>
      settingAt(observation.result, key),
    );
    if (!Array.isArray(udp) || !Array.isArray(groups) || !Array.isArray(listening))
      return { state: 'error', reason: 'sockets were not listed' };
    if (listening.length === 0)
      return { state: 'error', reason: 'not even the gateway itself was seen to listen' };
    const announces =
      udp.some((each) => String(each).endsWith(`:${multicast.port}`)) || groups.includes(multicast.mdns);
    return announces
      ? { state: 'fail', observed: 'the gateway has a socket on UDP port 5353' }
      : {
          state: 'pass',
          observed: `${udp.length} UDP sockets, none on port 5353, ${groups.length} multicast groups`,
        };
  },
};

export const toolProbes: readonly Probe<GatewayFacts>[] = [dangerousTools, httpEndpoints, mdns];
