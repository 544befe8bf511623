import { describe, expect, it } from 'vitest';
import { parseLocatedYaml } from '../documents/located-yaml.ts';
import { plainOf } from '../documents/located.ts';
import { deploymentFromRoot } from '../deployment/compose/read-project.ts';
import { chooseGateway } from './choose-gateway.ts';

function roles(services: string, named?: string): Record<string, string> {
  const { root } = parseLocatedYaml(`services:\n${services}`, 'compose.yaml');
  const deployment = deploymentFromRoot(root ? (plainOf(root) as Record<string, unknown>) : {}, {});
  const problems = chooseGateway(deployment, named);
  return Object.fromEntries([
    ...deployment.services.map(({ name, role }) => [name, role]),
    ...problems.map(({ id }) => ['problem', id]),
  ]) as Record<string, string>;
}

describe('which service is the gateway', () => {
  it('is the one that uses the network of a VPN container, too', () => {
    const services = `
  tailscale: { image: tailscale/tailscale }
  openclaw-gateway:
    image: ghcr.io/openclaw/openclaw:latest
    network_mode: service:tailscale
  openclaw-cli:
    image: ghcr.io/openclaw/openclaw:latest
    network_mode: service:openclaw-gateway
`;
    expect(roles(services)).toEqual({
      tailscale: 'neighbour',
      'openclaw-gateway': 'gateway',
      'openclaw-cli': 'cli',
    });
  });

  it('is not everything that has its image or its state', () => {
    const services = `
  openclaw-gateway:
    image: me/openclaw-cn:1
    command: openclaw gateway
    volumes: ['./s:/home/node/.openclaw']
  openclaw-installer:
    image: me/openclaw-cn:1
    volumes: ['./s:/home/node/.openclaw']
    environment: { OPENCLAW_X: '1' }
  nginx:
    image: me/openclaw-nginx:1
    environment: { OPENCLAW_BACKEND: a, OPENCLAW_PORT: b }
`;
    expect(roles(services)).toEqual({
      'openclaw-gateway': 'gateway',
      'openclaw-installer': 'cli',
      nginx: 'neighbour',
    });
  });

  it('is both of two that run it', () => {
    const services = `
  work: { image: openclaw, command: openclaw gateway }
  home: { image: openclaw, command: openclaw gateway }
`;
    expect(roles(services)).toEqual({ work: 'gateway', home: 'gateway' });
  });

  it('is the one that the user names', () => {
    const services = `
  a: { image: x }
  b: { image: openclaw, command: openclaw gateway }
`;
    expect(roles(services, 'a')).toEqual({ a: 'gateway', b: 'neighbour' });
    expect(roles(services, 'c')).toEqual({ a: 'neighbour', b: 'gateway', problem: 'service-missing' });
  });

  it('is none among services that have nothing to do with it', () => {
    expect(roles(`\n  db: { image: postgres }\n`)).toEqual({ db: 'neighbour' });
  });
});
