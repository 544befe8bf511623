import { describe, expect, test } from 'vitest';
import type { TwinSpec } from '../proof-target.ts';
import { agentVariants } from './agent.ts';

const spec = {
  target: { deployment: { services: [], networks: [] } },
  gateway: { Env: ['PATH=/bin', 'HTTPS_PROXY=http://egress:3128'], networks: { cage: {} } },
  sidecars: [],
  networks: [
    { name: 'cage', internal: true, isChanged: false },
    { name: 'front', internal: true, isChanged: false },
  ],
  config: {
    proxy: { proxyUrl: 'http://egress:3128' },
    tools: {
      deny: ['group:runtime', 'group:automation', 'sessions_spawn'],
      exec: { mode: 'deny' },
      fs: { workspaceOnly: true },
      sessions: { visibility: 'self' },
    },
  },
} as unknown as TwinSpec;

function weakened(id: string, from = spec): TwinSpec | null | undefined {
  return agentVariants.find((variant) => variant.id === id)?.weaken(from);
}

describe('variants of the agent ring', () => {
  test('commands run, and nothing else is allowed', () => {
    expect(weakened('agent-commands-full')?.config).toMatchObject({
      tools: {
        deny: ['group:automation', 'sessions_spawn'],
        exec: { mode: 'full' },
        fs: { workspaceOnly: true },
      },
    });
  });

  test('tools are not denied, and commands still are', () => {
    expect(weakened('agent-tools-unrestricted')?.config).toMatchObject({
      tools: {
        deny: ['exec', 'process', 'code_execution'],
        sessions: { visibility: 'agent' },
        exec: { mode: 'deny' },
      },
    });
  });

  test('apply_patch leaves the workspace together with the other file tools', () => {
    expect(weakened('agent-files-anywhere')?.config).toMatchObject({
      tools: { fs: { workspaceOnly: false }, exec: { mode: 'deny', applyPatch: { workspaceOnly: false } } },
    });
  });

  test('a way out: the network of the gateway, and no proxy', () => {
    const weak = weakened('agent-uncaged');
    expect(weak?.networks).toMatchObject([
      { name: 'cage', internal: false, isChanged: true },
      { name: 'front', internal: true, isChanged: false },
    ]);
    expect(weak?.gateway.Env).toEqual(['PATH=/bin']);
    expect(weak?.config).not.toHaveProperty('proxy');
  });

  test('what is that weak already cannot be weakened, and nothing is changed in place', () => {
    const before = JSON.stringify(spec);
    for (const { id, weaken } of agentVariants) {
      const weak = weaken(spec);
      if (weak !== null && id !== 'browser-ssrf-policy') expect(weaken(weak), id).toBeNull();
    }
    expect(JSON.stringify(spec)).toBe(before);
  });
});
