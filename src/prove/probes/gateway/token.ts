import { isSettings } from '../../../measures/settings.ts';
import type { Probe } from '../../probe.ts';
import { answersOf, isIn, NO_TOKEN, tally } from './calls.ts';
import type { GatewayFacts } from './gateway-facts.ts';

const common = { ring: 'gateway', measures: ['gateway-token'] } as const;
/** What nobody guesses, even without a lockout. */
const LEAST_BITS = 128;

const strength: Probe<GatewayFacts> = {
  ...common,
  id: 'token-strength',
  title: 'The token cannot be guessed',
  why: 'A short or well-known token is found by trying, lockout or not.',
  rows: ['H6'],
  expects: `at least ${LEAST_BITS} bits of what looks random (the token itself is in no evidence)`,
  weakenedBy: ['weak-token'],
  attempts: () => [{ id: 'strength', at: 'engine', run: 'tokenStrength', params: {} }],
  judge: (seen) => {
    const observation = seen.get('strength');
    if (observation === undefined || 'error' in observation)
      return { state: 'error', reason: observation?.error ?? 'the token was not looked at' };
    const { result } = observation;
    if (!isSettings(result)) return { state: 'error', reason: 'the token was not looked at' };
    if (result['kind'] === 'none') return { state: 'fail', observed: 'the gateway asks for no token' };
    const bits = result['bits'];
    if (typeof bits !== 'number')
      return { state: 'skipped', reason: 'the token of the target cannot be read from here' };
    return bits >= LEAST_BITS
      ? { state: 'pass', observed: `about ${bits} bits` }
      : { state: 'fail', observed: `the token has about ${bits} bits` };
  },
};

const reuse: Probe<GatewayFacts> = {
  ...common,
  id: 'token-reuse',
  title: 'The token opens the gateway and nothing else',
  why: 'Whoever learns a secret that two doors share opens both.',
  measures: ['hooks-token', 'gateway-token'],
  rows: ['H6', 'A1'],
  expects: 'no other setting or variable of the deployment has the same value',
  weakenedBy: ['reused-token'],
  attempts: () => [{ id: 'reuse', at: 'engine', run: 'tokenReuse', params: {} }],
  judge: (seen) => {
    const observation = seen.get('reuse');
    if (observation === undefined || 'error' in observation)
      return { state: 'error', reason: observation?.error ?? 'nothing was compared' };
    const { result } = observation;
    if (!isSettings(result) || !Array.isArray(result['same']))
      return { state: 'error', reason: 'nothing was compared' };
    const compared = result['compared'];
    if (typeof compared !== 'number')
      return { state: 'skipped', reason: 'the token of the target cannot be read from here' };
    return result['same'].length > 0
      ? { state: 'fail', observed: `the same secret is in ${result['same'].join(', ')}` }
      : { state: 'pass', observed: `compared with ${compared} other values` };
  },
};

const rotation: Probe<GatewayFacts> = {
  ...common,
  id: 'token-rotation',
  title: 'After a change the old token is dead',
  why: 'A stolen token that stays alive makes changing it useless.',
  rows: ['H6', 'R2'],
  expects: 'the old token is refused and the new one accepted after a restart',
  weakenedBy: ['identity-by-header'],
  attempts: (_target, facts) =>
    facts.token === undefined
      ? NO_TOKEN
      : [{ id: 'rotate', at: 'stack', run: 'rotateToken', params: {}, timeoutMs: 240_000 }],
  judge: (seen) => {
    const answers = answersOf(seen, 'rotate');
    if ('state' in answers) return answers;
    const [before, old, fresh] = answers;
    if (before === undefined || old === undefined || fresh === undefined || !isIn(before))
      return { state: 'error', reason: `the token was not taken before: ${tally(answers)}` };
    if (isIn(old)) return { state: 'fail', observed: 'the old token is still taken after it was changed' };
    if (!isIn(fresh)) return { state: 'error', reason: `the new token is not taken: ${tally(answers)}` };
    return { state: 'pass', observed: `old token ${tally([old])}, new token ${tally([fresh])}` };
  },
};

export const tokenProbes: readonly Probe<GatewayFacts>[] = [strength, reuse, rotation];
