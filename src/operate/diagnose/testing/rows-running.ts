import {
  answers,
  clock,
  config,
  egress,
  exposed,
  log,
  only,
  others,
  published,
  type Row,
} from './changes.ts';
import { containerSeen, hardened, withGateway } from './healthy.ts';
import * as said from './recorded-lines.ts';

/** What is wrong with one that runs, or ran. */
export const RUNNING_ROWS: readonly Row[] = [
  {
    id: 'not-running',
    what: 'a container that is gone',
    change: { containers: only({ ...containerSeen('gateway'), inspect: null }) },
    evidence: 'no such container',
    fix: 'clawproof up',
  },
  {
    id: 'not-running',
    what: 'a container that was killed',
    change: {
      containers: only(
        containerSeen('gateway'),
        containerSeen('egress', { state: { Status: 'exited', Running: false, ExitCode: 137 } }),
      ),
    },
    evidence: 'exited, exit code 137',
    fix: 'logs -C /srv/openclaw --service egress',
  },
  {
    id: 'unhealthy',
    what: 'a gateway that hangs',
    change: {
      containers: only(
        containerSeen('gateway', {
          state: {
            Health: {
              Status: 'unhealthy',
              FailingStreak: 4,
              Log: [{ ExitCode: 1, Output: 'clawproof: the gateway did not answer 3 times' }],
            },
          },
        }),
      ),
    },
    evidence: 'did not answer 3 times',
    fix: 'docker restart --time 90 openclaw-gateway-1',
  },
  {
    id: 'unhealthy',
    what: 'a gateway that was paused',
    change: { containers: only(containerSeen('gateway', { state: { Status: 'paused', Paused: true } })) },
    evidence: 'paused',
    fix: 'docker unpause openclaw-gateway-1',
  },
  {
    id: 'unhealthy',
    what: 'a gateway that admits nobody',
    change: { answers: answers({ readyz: 503, readyzBody: '{"ready":false}' }) },
    evidence: '/readyz: 503 {"ready":false}',
    fix: 'logs',
  },
  {
    id: 'loopback-bind',
    what: 'a gateway on the container’s own loopback',
    change: {
      ...others,
      deployment: config({ gateway: { bind: 'loopback' } }),
      containers: only(published()),
    },
    evidence: 'gateway.bind: "loopback"',
    fix: 'gateway.bind lan',
  },
  {
    id: 'clock-skew',
    what: 'a device with a wrong clock',
    change: { gatewayLog: log(said.STALE_SIGNATURE) },
    evidence: 'device signature expired',
    fix: 'timedatectl',
  },
  {
    id: 'clock-skew',
    what: 'an engine that is ahead',
    change: { clock: clock({ engineAheadMs: 120_000 }) },
    evidence: '120 s ahead of',
    fix: 'SystemTime',
  },
  {
    id: 'clock-skew',
    what: 'a journal from the future',
    change: { clock: clock({ future: [{ what: 'journal', at: Date.UTC(2027, 0, 1) }] }) },
    evidence: '2027-01-01T00:00:00Z',
    fix: 'date -u',
  },
  {
    id: 'clock-skew',
    what: 'a time before OpenClaw was published',
    change: { clock: clock({ publishedAt: Date.UTC(2027, 0, 1) }) },
    evidence: 'before OpenClaw 2026.9.6 was published',
    fix: 'date -u',
  },
  {
    id: 'dns',
    what: 'an allowed name that does not resolve',
    change: { egressLog: egress(said.EGRESS_NO_NAME) },
    evidence: '192.0.2.53',
    fix: 'docker exec openclaw-egress-1 getent hosts api.anthropic.com',
  },
  {
    id: 'dns',
    what: 'a program that asks by itself',
    change: { gatewayLog: log('2026-11-22T13:25:40.690Z getaddrinfo EAI_AGAIN discord.com') },
    evidence: 'EAI_AGAIN',
    fix: 'getent hosts discord.com',
  },
  {
    id: 'egress-denied',
    what: 'a host, with the tool that asked for it',
    change: { egressLog: egress(said.EGRESS_DENIED), gatewayLog: log(said.TOOL_FAILED) },
    evidence: '[tools-invoke] tool execution failed',
    fix: 'egress.allow in clawproof.yaml: denied.example.org',
  },
  {
    id: 'egress-denied',
    what: 'a host that has a word',
    change: { egressLog: egress(said.EGRESS_MISTRAL) },
    evidence: 'api.mistral.ai:443',
    fix: 'egress.allow in clawproof.yaml: mistral',
  },
  {
    id: 'egress-denied',
    what: 'an address',
    change: { egressLog: egress(said.EGRESS_ADDRESS) },
    evidence: '169.254.169.254:80',
    fix: 'never allowed',
  },
  {
    id: 'pairing-required',
    what: 'a browser',
    change: { gatewayLog: log(said.PAIRING) },
    evidence: 'pairing required: device is not approved yet',
    fix: 'openclaw -C /srv/openclaw -- devices approve 8ee03a75-a80e-4f27-b86a-6f2a6064436a',
  },
  {
    id: 'pairing-required',
    what: 'a browser that left at once',
    change: { gatewayLog: log(said.PAIRING_LEFT) },
    evidence: 'cause=pairing-required',
    fix: 'approve 8068a2b8-4d31-4ddd-9f0f-37c56adc2329',
  },
  {
    id: 'token-mismatch',
    what: 'a caller with another token',
    change: { gatewayLog: log(...said.TOKEN_MISMATCH) },
    evidence: 'gateway token mismatch',
    fix: 'clawproof token -C /srv/openclaw show',
  },
  {
    id: 'token-mismatch',
    what: 'a file with another token',
    change: { answers: answers({ token: 401 }) },
    evidence: 'HTTP 401',
    fix: 'rotate',
  },
  {
    id: 'token-mismatch',
    what: 'an empty file',
    change: { answers: answers({ token: null, tokenFile: 'it is empty, or not there' }) },
    evidence: 'empty',
    fix: 'rotate',
  },
  {
    id: 'locked-out',
    what: 'a caller who guessed',
    change: { gatewayLog: log(said.LOCKED_OUT) },
    evidence: 'reason=rate_limited',
    fix: 'five minutes',
  },
  {
    id: 'proxy-attribution',
    what: 'a proxy in front of somebody else’s',
    change: { ...others, gatewayLog: log(said.ATTRIBUTION) },
    evidence: 'unattributable proxy-shaped traffic',
    fix: `gateway.trustedProxies '["127.0.0.1"]'`,
  },
  {
    id: 'allowed-origins',
    what: 'another address',
    change: { gatewayLog: log(said.ORIGIN) },
    evidence: 'origin=https://claw.example.org',
    fix: 'access.allowedOrigins in clawproof.yaml: ["https://claw.example.org"]',
  },
  {
    id: 'reachable-from-outside',
    what: 'a port for everybody',
    change: {
      deployment: exposed,
      firewall: { value: { active: [], dockerUser: [], listening: ['0.0.0.0:18789'] } },
    },
    evidence: 'published on 0.0.0.0',
    fix: 'clawproof up',
  },
  {
    id: 'reachable-from-outside',
    what: 'a funnel',
    change: {
      deployment: config({ ...hardened.openclawConfig, gateway: { tailscale: { mode: 'funnel' } } }),
    },
    evidence: 'funnel',
    fix: 'serve',
  },
  {
    id: 'past-firewall',
    what: 'a firewall that is not asked',
    change: {
      ...others,
      deployment: exposed,
      firewall: { value: { active: ['ufw is on'], dockerUser: [], listening: [] } },
    },
    evidence: 'ufw is on',
    fix: 'clawproof fix --write --only loopback-publish',
  },
  {
    id: 'docker-socket',
    what: 'a socket',
    change: {
      ...others,
      deployment: withGateway({
        mounts: [
          { kind: 'bind', source: '/var/run/docker.sock', target: '/var/run/docker.sock', readOnly: false },
        ] as never,
      }),
    },
    evidence: 'docker.sock is mounted',
    fix: '--only no-engine-socket --unsafe',
  },
  {
    id: 'secrets-in-files',
    what: 'a key in the environment',
    change: { deployment: withGateway({ environment: { OPENAI_API_KEY: `sk-${'a1'.repeat(20)}` } }) },
    evidence: 'OPENAI_API_KEY holds a secret',
    fix: 'secrets -C /srv/openclaw import',
  },
];
