import type { Judgement, Probe } from '../../probe.ts';
import {
  allAnswers,
  answersOf,
  type CallAnswer,
  calls,
  dashboard,
  everywhere,
  isIn,
  tally,
} from './calls.ts';
import type { GatewayFacts } from './gateway-facts.ts';

const FOREIGN = 'http://attacker.example';
const REBOUND = 'attacker.example:18789';

const common = {
  ring: 'gateway',
  rows: ['H6', 'A6'],
} as const;

/** The gateway looks at the origin before it looks at anything else that a browser sends. */
function isForeignRefused({ status, reply, close }: CallAnswer): boolean {
  const words = `${reply?.message ?? ''} ${close?.reason ?? ''}`;
  return (status >= 400 && status < 500) || /origin (?:not allowed|missing|mismatch)/i.test(words);
}

function judgeOrigin(answers: readonly CallAnswer[], what: string): Judgement {
  const silent = answers.filter(
    ({ status, reply, close }) => status === 0 || (status === 101 && !reply && !close),
  );
  if (silent.length > 0) return { state: 'error', reason: `not every call was answered: ${tally(answers)}` };
  const open = answers.filter((answer) => !isForeignRefused(answer));
  return open.length > 0
    ? { state: 'fail', observed: `${what} was heard by the gateway: ${tally(open)}` }
    : { state: 'pass', observed: `${what} was refused: ${tally(answers)}` };
}

const foreignOrigin: Probe<GatewayFacts> = {
  ...common,
  id: 'foreign-origin',
  title: 'Pages of other sites get no connection',
  why: 'Any page that the owner visits could speak to the gateway on his own machine, with what his browser has stored.',
  measures: ['control-ui-origins'],
  expects: 'a WebSocket with the origin of another site is refused before anything else is looked at',
  weakenedBy: ['control-ui-origins'],
  attempts: (_target, facts) => {
    const auth = facts.token === undefined ? {} : { token: facts.token };
    const steps = [dashboard(auth, { origin: FOREIGN }), dashboard(auth, { origin: 'null' })];
    return everywhere(facts, steps);
  },
  judge: (seen) => {
    const found = allAnswers(seen, [...seen.keys()]);
    return 'state' in found ? found : judgeOrigin(found.answers, 'the origin of another site');
  },
};

const rebinding: Probe<GatewayFacts> = {
  ...common,
  id: 'dns-rebinding',
  title: 'A name that an attacker points here is not the dashboard',
  why: 'With DNS rebinding a page of the attacker has the same origin as the gateway for the browser.',
  measures: ['no-dangerous-flags', 'control-ui-origins'],
  expects: 'a WebSocket whose Host and Origin are the same foreign name is refused',
  weakenedBy: ['no-dangerous-flags', 'control-ui-origins'],
  attempts: (_target, facts) => {
    const auth = facts.token === undefined ? {} : { token: facts.token };
    const steps = [dashboard(auth, { host: REBOUND, origin: `http://${REBOUND}` })];
    return everywhere(facts, steps);
  },
  judge: (seen) => {
    const found = allAnswers(seen, [...seen.keys()]);
    return 'state' in found ? found : judgeOrigin(found.answers, 'a rebound name');
  },
};

const foreignHost: Probe<GatewayFacts> = {
  ...common,
  id: 'foreign-host',
  title: 'Ingress serves its own names only',
  why: 'What answers to any name can be spoken to by a page of an attacker whose name points here.',
  measures: ['isolated-network'],
  expects: 'calls for another name get no page and no answer of the gateway',
  weakenedBy: ['ingress-any-host'],
  attempts: (_target, { entrance }) => {
    if (entrance?.via !== 'ingress') return { skipped: 'no ingress stands before the gateway' };
    return [
      calls('outside', { at: 'host', endpoint: entrance }, [
        { http: { path: '/', headers: { host: REBOUND } } },
        { http: { path: '/healthz', headers: { host: REBOUND } } },
        { http: { path: '/', headers: { host: `${REBOUND.split(':')[0] ?? ''}.` } } },
        { http: { path: '/' } },
      ]),
    ];
  },
  judge: (seen) => {
    const answers = answersOf(seen, 'outside');
    if ('state' in answers) return answers;
    const [own, foreign] = [answers.at(-1), answers.slice(0, -1)];
    if (own === undefined || own.status === 0 || foreign.some(({ status }) => status === 0))
      return { state: 'error', reason: `not every call was answered: ${tally(answers)}` };
    if (!isIn(own)) return { state: 'error', reason: `its own name is not served either: ${tally(answers)}` };
    const served = foreign.filter(isIn);
    return served.length > 0
      ? {
          state: 'fail',
          observed: `${served.length} of ${foreign.length} calls for another name were served`,
        }
      : { state: 'pass', observed: `other names: ${tally(foreign)}; its own: ${tally([own])}` };
  },
};

export const originProbes: readonly Probe<GatewayFacts>[] = [foreignOrigin, rebinding, foreignHost];
