import { isSettings, type Settings, settingAt } from '../../measures/settings.ts';
import type { TextEdit, TwinSpec, Variant } from '../proof-target.ts';
import { variantOfMeasure } from './from-measure.ts';

function withSettings(spec: TwinSpec, change: (config: Settings) => Settings | null): TwinSpec | null {
  const changed = spec.config === undefined ? null : change(structuredClone(spec.config));
  return changed === null ? null : { ...spec, config: changed };
}

/** The settings with other members at a dotted path; what is not there is made. */
function merged(config: Settings, path: string, members: Settings): Settings {
  const [key = '', ...rest] = path.split('.');
  const inner = isSettings(config[key]) ? config[key] : {};
  return {
    ...config,
    [key]: rest.length === 0 ? { ...inner, ...members } : merged(inner, rest.join('.'), members),
  };
}

/** Changes the text that ingress is configured by; null without one. */
function withIngress(spec: TwinSpec, edits: readonly Omit<TextEdit, 'path'>[]): TwinSpec | null {
  const path = '/etc/clawproof/Caddyfile';
  const ingress = spec.sidecars.find(({ role }) => role === 'ingress');
  const mounted = (ingress?.spec.HostConfig.Mounts ?? []).some(({ Target }) => Target === path);
  if (ingress === undefined || !mounted) return null;
  return {
    ...spec,
    sidecars: spec.sidecars.map((sidecar) =>
      sidecar === ingress
        ? { ...sidecar, edits: [...(sidecar.edits ?? []), ...edits.map((edit) => ({ ...edit, path }))] }
        : sidecar,
    ),
  };
}

const LITERAL_TOKEN = 'Zk3'.padEnd(43, 'b7Qx9LmV2pRt');

export const gatewayVariants: readonly Variant[] = [
  {
    id: 'identity-by-header',
    title: 'A header of the caller says who he is, in place of a token',
    weaken: (spec) =>
      withSettings(spec, (config) => ({
        ...config,
        gateway: {
          ...(isSettings(config['gateway']) ? config['gateway'] : {}),
          auth: { mode: 'trusted-proxy', trustedProxy: { userHeader: 'x-forwarded-user' } },
          trustedProxies: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'],
        },
      })),
  },
  variantOfMeasure('auth-rate-limit', 'A million wrong tokens are allowed in a minute'),
  {
    id: 'short-lockout',
    title: 'A lockout is over after three seconds',
    weaken: (spec) =>
      withSettings(spec, (config) => merged(config, 'gateway.auth.rateLimit', { lockoutMs: 3000 })),
  },
  {
    id: 'trusted-proxies',
    title: 'Every container beside the gateway may say who a client is',
    weaken: (spec) => {
      const trustedProxies = spec.networks.flatMap(({ name, subnet }) =>
        subnet !== undefined && name in spec.gateway.networks ? [subnet] : [],
      );
      return trustedProxies.length === 0
        ? null
        : withSettings(spec, (config) => merged(config, 'gateway', { trustedProxies }));
    },
  },
  variantOfMeasure('control-ui-origins', 'The dashboard may be served from any origin'),
  variantOfMeasure('no-dangerous-flags', 'The Host header says which origin is the own one'),
  {
    id: 'ingress-any-host',
    title: 'Ingress answers to any name',
    weaken: (spec) => withIngress(spec, [{ find: '^\\s*(?:@elsewhere|respond @elsewhere).*$', replace: '' }]),
  },
  {
    id: 'ingress-without-policy',
    title: 'Ingress takes the policy for browsers out of answers',
    weaken: (spec) =>
      withIngress(spec, [
        {
          find: 'header_down -Server',
          replace:
            'header_down -Server\n\t\theader_down -Content-Security-Policy\n\t\theader_down -X-Frame-Options',
        },
      ]),
  },
  {
    id: 'ingress-logs-calls',
    title: 'Ingress writes each address that is called into its log',
    weaken: (spec) =>
      withIngress(spec, [
        { find: '^\\s*level WARN$', replace: '\t\tlevel INFO' },
        { find: '^\\s*request>uri.*$', replace: '' },
        { find: '^:8080 \\{$', replace: ':8080 {\n\tlog' },
      ]),
  },
  {
    id: 'tool-policy-over-http',
    title: 'Tools that change the gateway may be called over HTTP',
    weaken: (spec) =>
      withSettings(spec, (config) =>
        merged(merged(config, 'gateway.tools', { allow: ['gateway', 'cron', 'automations'] }), 'tools', {
          deny: [],
          profile: 'full',
        }),
      ),
  },
  variantOfMeasure('no-http-endpoints', 'POST /v1/chat/completions runs the agent'),
  {
    id: 'mdns-on',
    title: 'The gateway announces itself on the network',
    weaken: (spec) => {
      const changed = withSettings(spec, (config) =>
        merged(merged(config, 'discovery.mdns', { mode: 'full' }), 'plugins.entries.bonjour', {
          enabled: true,
        }),
      );
      if (changed === null) return null;
      const others = changed.gateway.Env.filter((entry) => !entry.startsWith('OPENCLAW_DISABLE_BONJOUR='));
      // Without the variable it stays silent in containers.
      return { ...changed, gateway: { ...changed.gateway, Env: [...others, 'OPENCLAW_DISABLE_BONJOUR=0'] } };
    },
  },
  {
    id: 'weak-token',
    title: 'The token is a short word',
    weaken: (spec) =>
      withSettings(spec, (config) => merged(config, 'gateway.auth', { mode: 'token', token: 'openclaw1' })),
  },
  {
    id: 'reused-token',
    title: 'Webhooks have the token of the gateway',
    weaken: (spec) =>
      withSettings(spec, (config) => {
        const token = settingAt(config, 'gateway.auth.token');
        const same = typeof token === 'string' ? token : LITERAL_TOKEN;
        return merged(merged(config, 'gateway.auth', { mode: 'token', token: same }), 'hooks', {
          token: same,
        });
      }),
  },
  {
    id: 'token-in-environment',
    title: 'The token is in the environment',
    weaken: (spec) => ({
      ...spec,
      gateway: { ...spec.gateway, Env: [...spec.gateway.Env, `OPENCLAW_GATEWAY_TOKEN=${LITERAL_TOKEN}`] },
    }),
  },
  {
    id: 'token-in-config',
    title: 'The token is written into openclaw.json',
    weaken: (spec) =>
      withSettings(spec, (config) => merged(config, 'gateway.auth', { mode: 'token', token: LITERAL_TOKEN })),
  },
];
