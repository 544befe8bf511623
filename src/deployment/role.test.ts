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
