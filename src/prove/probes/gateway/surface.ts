import type { Probe } from '../../probe.ts';
import {
  allAnswers,
  answersOf,
  type CallAnswer,
  calls,
  CLAIMED_IDENTITY,
  isIn,
  outermost,
  tally,
} from './calls.ts';
import type { GatewayFacts } from './gateway-facts.ts';

const PATHS = [
  '/healthz',
  '/readyz',
  '/startupz',
  '/',
  '/api',
  '/api/status',
  '/api/channels',
  '/api/sessions',
  '/api/config',
  '/metrics',
  '/status',
  '/version',
  '/config',
  '/control-ui-config.json',
  '/__openclaw/control-ui-config.json',
  '/v1/models',
  '/avatar/main',
  '/openclaw.json',
  '/.env',
  '/../../etc/passwd',
] as const;

/** What belongs to the inside: folders of the container, settings, accounts. */
const INSIDE =
  /\/home\/[a-z]+\/|\/root\/|\/etc\/[a-z]+\/|\/app\/node_modules|\/run\/secrets|root:x:0|"(?:agents|channels|providers|sessionKey|stateDir|configPath|hostname|workspace|allowedOrigins|trustedProxies)"\s*:/;
const VERSION = /\b20\d\d\.\d{1,2}\.\d{1,2}\b/;

const unauthenticated: Probe<GatewayFacts> = {
  id: 'unauthenticated-answers',
  ring: 'gateway',
  title: 'Without a token there is nothing to learn',
  why: 'Names, paths and settings tell an attacker what to aim at.',
  measures: ['gateway-token'],
  rows: ['H6'],
  expects: 'answers without a token hold no path, name, setting or secret of the gateway',
  weakenedBy: ['identity-by-header'],
  attempts: (_target, facts) =>
    [
      { id: 'beside', headers: {} },
      { id: 'with-identity', headers: CLAIMED_IDENTITY },
    ].map(({ id, headers }) =>
      calls(
        id,
        { at: 'neighbour', endpoint: facts.direct },
        PATHS.map((path) => ({ http: { path, headers } })),
      ),
    ),
  judge: (seen, _target, { secrets }) => {
    const found = allAnswers(seen, ['beside', 'with-identity']);
    if ('state' in found) return found;
    const { answers } = found;
    const paths = [...PATHS, ...PATHS];
    if (answers.some(({ status }) => status === 0))
      return { state: 'error', reason: `not every call was answered: ${tally(answers)}` };
    const telling = paths.filter((_, index) => {
      const answer = answers[index];
      if (answer === undefined || !isIn(answer)) return false;
      const text = `${JSON.stringify(answer.headers ?? {})} ${answer.body ?? ''}`;
      // Pages and programs of the dashboard are the same for everybody, and name many settings.
      const isPage = /text\/html|javascript/.test(answer.headers?.['content-type'] ?? '');
      return (
        (!isPage && (INSIDE.test(text) || VERSION.test(answer.body ?? ''))) ||
        Object.values(secrets).some((secret) => text.includes(secret))
      );
    });
    if (telling.length > 0)
      return {
        state: 'fail',
        observed: `without a token, ${[...new Set(telling)].join(', ')} told what is inside`,
      };
    const versions = paths.filter((_, index) => VERSION.test(answers[index]?.body ?? ''));
    const note =
      versions.length === 0 ? '' : `; OpenClaw's own version stands in ${[...new Set(versions)].join(', ')}`;
    return {
      state: 'pass',
      observed: `${PATHS.length} paths, plain and with a claimed identity: ${tally(answers)}${note}`,
    };
  },
};

const FOREIGN_GATEWAY = 'wss://attacker.example/gw';

const page: Probe<GatewayFacts> = {
  id: 'dashboard-page',
  ring: 'gateway',
  title: 'The dashboard runs its own programs only, in no frame of others',
  why: 'A frame around it catches clicks; a foreign script in it has the token; a link with gatewayUrl hands the token away.',
  measures: ['control-ui-origins'],
  rows: ['H6'],
  expects:
    'a Content-Security-Policy without foreign or inline scripts, frame-ancestors none or self, and nothing of ?gatewayUrl= in the page or a redirect (whether the page asks before it connects elsewhere needs a browser, and is not tried)',
  weakenedBy: ['ingress-without-policy'],
  attempts: (_target, facts) => [
    calls('page', outermost(facts), [
      { http: { path: '/' } },
      { http: { path: `/?gatewayUrl=${encodeURIComponent(FOREIGN_GATEWAY)}&token=clawproof` } },
    ]),
  ],
  judge: (seen) => {
    const answers = answersOf(seen, 'page');
    if ('state' in answers) return answers;
    const [plain, linked] = answers;
    if (plain === undefined || linked === undefined || plain.status === 0 || linked.status === 0)
      return { state: 'error', reason: `the page was not answered: ${tally(answers)}` };
    if (!/text\/html/.test(plain.headers?.['content-type'] ?? ''))
      return { state: 'skipped', reason: `there is no dashboard: ${tally(answers)}` };
    const problems = [...pageProblems(plain), ...linkProblems(linked)];
    return problems.length > 0
      ? { state: 'fail', observed: problems.join('; ') }
      : { state: 'pass', observed: `${policyWords(plain)}; ?gatewayUrl= leaves no trace` };
  },
};

function pageProblems({ headers = {} }: CallAnswer): string[] {
  return policyProblems(headers['content-security-policy'] ?? '', headers['x-frame-options']);
}

/** What a link with another gateway's address does to the answer. */
function linkProblems({ status, body = '', headers = {} }: CallAnswer): string[] {
  const isTold = `${body}${JSON.stringify(headers)}`.includes('attacker.example');
  return [
    ...(status >= 300 && status < 400 ? ['a link with gatewayUrl redirects'] : []),
    ...(isTold ? ['the address in gatewayUrl comes back in the answer'] : []),
  ];
}

/** The directives that matter, each cut to its first sources. */
function policyWords({ headers = {} }: CallAnswer): string {
  return (headers['content-security-policy'] ?? '')
    .split(';')
    .filter((part) => /script-src|frame-ancestors/.test(part))
    .map((part) => part.trim().split(' ').slice(0, 3).join(' '))
    .join('; ');
}

/** What a policy lets in that it must not. */
export function policyProblems(policy: string, frameOptions = ''): string[] {
  const directives = new Map(
    policy.split(';').map((part): [string, string[]] => {
      const [name = '', ...values] = part.trim().split(/\s+/);
      return [name.toLowerCase(), values];
    }),
  );
  const scripts = directives.get('script-src') ?? directives.get('default-src');
  const frames = directives.get('frame-ancestors');
  const problems: string[] = [];
  if (scripts === undefined) problems.push('no Content-Security-Policy says whose programs the page may run');
  else {
    const foreign = scripts.filter((source) => /^(?:\*|https?:|data:|'unsafe-(?:inline|eval)')/.test(source));
    if (foreign.length > 0) problems.push(`the page may run ${foreign.join(' ')}`);
  }
  const isFramed =
    frames === undefined
      ? !/^(?:deny|sameorigin)$/i.test(frameOptions)
      : frames.some((source) => !/^'(?:none|self)'$/.test(source));
  if (isFramed) problems.push('pages of others may show the dashboard in a frame');
  return problems;
}

export const surfaceProbes: readonly Probe<GatewayFacts>[] = [unauthenticated, page];
