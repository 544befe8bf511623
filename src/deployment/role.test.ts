import { describe, expect, it } from 'vitest';
import { deploymentFromCompose } from './compose/read-compose.ts';

function roleOf(service: string): string | undefined {
  return deploymentFromCompose(`services: { ${service} }`, 'f').services[0]?.role;
}

describe('detectRole', () => {
  it.each([
    ['agent: { image: "ghcr.io/openclaw/openclaw:2026.9.6" }', 'gateway'],
    ['agent: { image: "openclaw:local", command: [node, dist/index.js, gateway, --bind, lan] }', 'gateway'],
    ['agent: { build: ., command: [openclaw, gateway], ports: ["127.0.0.1:18789:18789"] }', 'gateway'],
    ['openclaw: { build: ., volumes: ["./data:/home/node/.openclaw"] }', 'gateway'],
    ['bot: { image: "me/my-openclaw:1", environment: { OPENCLAW_STATE_DIR: /x } }', 'gateway'],
    ['old: { image: clawdbot/clawdbot }', 'gateway'],
    ['openclaw-cli: { image: openclaw, entrypoint: [node, dist/index.js] }', 'cli'],
    ['x: { image: openclaw, network_mode: "service:gateway" }', 'cli'],
    ['openclaw-db: { image: postgres }', 'neighbour'],
    ['gateway: { image: nginx }', 'neighbour'],
    ['egress: { image: squid }', 'neighbour'],
    ['way-out: { image: squid, labels: { dev.clawproof.role: egress } }', 'egress'],
    ['x: { image: openclaw, labels: ["dev.clawproof.role=neighbour"] }', 'neighbour'],
  ])('%s is %s', (service, role) => {
    expect(roleOf(service)).toBe(role);
  });
});

function rolesOf(...services: string[]): string[] {
  const { services: read } = deploymentFromCompose(
    `services:\n${services.map((line) => `  ${line}\n`).join('')}`,
    'f',
  );
  return read.map(({ name, role }) => `${name} ${role}`);
}

describe('roles of services that real people write', () => {
  it.each([
    ['a: { image: "ghcr.io/openclaw/openclaw:${TAG}" }', 'gateway'],
    ['a: { image: "${OPENCLAW_IMAGE}" }', 'gateway'],
    ['a: { image: "${OPENCLAW_IMAGE:-alpine/openclaw}:latest" }', 'gateway'],
    ['a: { image: "localhost:5000/coollabsio/openclaw@sha256:0" }', 'gateway'],
    ['a: { image: clawdbot/gateway }', 'gateway'],
    ['a: { image: clawdbot/cli }', 'gateway'],
    ['claw-cli: { image: clawdbot/cli }', 'cli'],
    ['claw: { build: ., ports: ["8080:18789"], volumes: ["./d:/home/claw/.openclaw"] }', 'gateway'],
    ['a: { image: openclaw, command: ["--bind", "lan", "--port", "9090"] }', 'gateway'],
    ['a: { image: openclaw, command: gateway }', 'gateway'],
    ['a: { image: node:22, command: npx openclaw gateway run --bind lan }', 'gateway'],
    ['a: { image: node:22, command: sh -c "openclaw doctor --fix; exec openclaw gateway" }', 'gateway'],
    ['a: { image: openclaw, entrypoint: /entrypoint.sh, command: [supervisord, -c, /s.conf] }', 'gateway'],
    ['a: { image: openclaw, entrypoint: [tini, "--"], command: [sh, -c, "./start.sh"] }', 'gateway'],
    ['a: { image: openclaw, network_mode: "service:tailscale" }', 'gateway'],
    ['a: { image: openclaw, network_mode: "container:gluetun" }', 'gateway'],
    ['openclaw: { build: ., ports: ["8080:8080"] }', 'gateway'],
    ['a: { image: openclaw, command: [openclaw, status] }', 'cli'],
    ['a: { image: openclaw, entrypoint: [node, dist/index.js] }', 'cli'],
    ['a: { image: openclaw, entrypoint: [node, openclaw.mjs], command: ["tui"] }', 'cli'],
    ['a: { image: openclaw, command: sleep infinity }', 'cli'],
    ['a: { image: openclaw, entrypoint: [tail, -f, /dev/null] }', 'cli'],
    ['a: { image: openclaw, command: [echo, built], profiles: [build] }', 'cli'],
    ['a: { image: openclaw, command: [sh, -ec, "cp -a /app /seed"], restart: "no" }', 'cli'],
    ['cli-work: { image: openclaw, stdin_open: true }', 'cli'],
    ['openclaw-browser: { image: "coollabsio/openclaw-browser" }', 'neighbour'],
    [
      'openclaw-proxy: { image: nginx, ports: ["18789:18789"], environment: { OPENCLAW_URL: x } }',
      'neighbour',
    ],
    ['tailscale: { image: tailscale/tailscale, ports: ["18789:18789"], hostname: openclaw }', 'neighbour'],
    ['openclaw-mysql: { image: "mysql:8.4", environment: { OPENCLAW_DB: x } }', 'neighbour'],
    [
      'app: { image: node:22, command: [node, dist/index.js], environment: { OPENCLAW_URL: x } }',
      'neighbour',
    ],
    ['app: { build: ., command: [node, dist/index.js] }', 'neighbour'],
    ['api-gateway: { image: me/gateway, command: [gateway, --port, "80"] }', 'neighbour'],
  ])('%s is %s', (service, role) => {
    expect(roleOf(service)).toBe(role);
  });

  it('beside a clear gateway, traces of OpenClaw make no other', () => {
    expect(
      rolesOf(
        'gw: { build: ., command: [node, dist/index.js, gateway, --bind, lan] }',
        'config-service: { build: ./c, environment: { OPENCLAW_X: x }, volumes: ["a:/home/node/.openclaw"] }',
        'openclaw-swarm: { image: "openclaw-swarm-local:main" }',
      ),
    ).toEqual(['gw gateway', 'config-service neighbour', 'openclaw-swarm neighbour']);
  });

  it('several gateways are several', () => {
    expect(rolesOf('a: { image: me/openclaw }', 'b: { image: me/openclaw }')).toEqual([
      'a gateway',
      'b gateway',
    ]);
  });

  it("what runs in the gateway's network, or has its image and another program, is a command line", () => {
    expect(
      rolesOf(
        'a: { image: openclaw-custom, ports: ["18789:18789"] }',
        'b: { image: openclaw-custom, environment: { OPENCLAW_X: x }, entrypoint: /tools.sh }',
        'c: { image: me/openclaw, network_mode: "service:a" }',
        'd: { image: me/openclaw, network_mode: "service:vpn" }',
      ),
    ).toEqual(['a gateway', 'b cli', 'c cli', 'd gateway']);
  });
});
