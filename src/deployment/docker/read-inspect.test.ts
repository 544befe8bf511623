import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isAppError } from '../../errors/app-error.ts';
import { measures } from '../../measures/registry.generated.ts';
import { runMeasures } from '../../measures/run.ts';
import type { Deployment } from '../deployment.ts';
import { deploymentFromInspect } from './read-inspect.ts';

/** Recorded from engine 20.10.24: a caged deployment, and a container made as open as it gets. */
function recorded(name: string): Deployment {
  const { containers, networks } = JSON.parse(
    readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8'),
  ) as { containers: unknown[]; networks: unknown[] };
  return deploymentFromInspect(containers, networks, { preset: 'caged' });
}

function failing(deployment: Deployment): string[] {
  return runMeasures(measures, deployment)
    .filter((result) => result.state === 'fail')
    .map((result) => result.id);
}

describe('deploymentFromInspect', () => {
  it('reads a hardened gateway', () => {
    const gateway = recorded('caged').services.find((service) => service.role === 'gateway');
    expect(gateway).toMatchObject({
      name: 'gateway',
      user: '1000:1000',
      hostname: 'openclaw-gateway',
      readOnlyRoot: true,
      privileged: false,
      init: true,
      capDrop: ['ALL'],
      securityOptions: ['no-new-privileges:true'],
      ports: [],
      networkMode: '',
      ipcMode: '',
      restart: 'unless-stopped',
      stopGraceSeconds: 90,
      logging: { driver: 'json-file', maxSize: '10m', maxFile: '3' },
      state: { status: 'running', oomKilled: false },
    });
    expect(gateway?.limits).toMatchObject({ memoryBytes: 2 ** 31, memorySwapBytes: 2 ** 31 });
    expect(gateway?.mounts).toContainEqual({
      kind: 'volume',
      source: 'openclaw_state',
      target: '/home/node/.openclaw',
      readOnly: false,
    });
    expect(Object.keys(gateway?.networks ?? {})).toEqual(['openclaw_cage']);
  });

  it('finds nothing to complain of in a caged deployment', () => {
    expect(failing(recorded('caged'))).toEqual([]);
  });

  it('reads ports with their addresses', () => {
    const ingress = recorded('caged').services.find((service) => service.role === 'ingress');
    expect(ingress?.ports).toEqual([
      { containerPort: 8080, protocol: 'tcp', hostAddress: '127.0.0.1', hostPort: 18_789 },
    ]);
  });

  it('reads an open container', () => {
    const [service] = recorded('weak').services;
    expect(service).toMatchObject({
      role: 'gateway',
      hostname: '',
      privileged: true,
      pidMode: 'host',
      ipcMode: 'host',
      capAdd: ['CAP_SYS_ADMIN'],
      groupAdd: ['docker'],
      restart: 'on-failure:5',
      healthcheck: { test: ['CMD-SHELL', 'curl -f http://x'], disabled: false, intervalSeconds: 30 },
      limits: { memoryBytes: 2 ** 30, memorySwapBytes: 2 ** 31 },
    });
    expect(service?.mounts?.map((mount) => [mount.kind, mount.target]).toSorted()).toEqual([
      ['bind', '/var/run/docker.sock'],
      ['tmpfs', '/scratch'],
      ['tmpfs', '/tmp'],
      ['volume', '/home/node/.openclaw'],
    ]);
  });

  it('finds everything that is open in it', () => {
    expect(failing(recorded('weak'))).toEqual([
      'fixed-hostname',
      'heap-below-memory',
      'init-process',
      'isolated-network',
      'log-rotation',
      'loopback-publish',
      'no-capabilities',
      'no-devices',
      'no-engine-socket',
      'no-host-namespaces',
      'no-new-privileges',
      'no-secrets-in-environment',
      'not-privileged',
      'official-image',
      'pinned-image',
      'read-only-root',
      'resource-limits',
      'seccomp-default',
      'self-healing',
      'stop-grace',
    ]);
  });

  it.each([[[1]], [[{}]], [[null]]])('refuses %j with words', (containers) => {
    let caught: unknown;
    try {
      deploymentFromInspect(containers, []);
    } catch (error) {
      caught = error;
    }
    expect(isAppError(caught) && caught.id).toBe('inspect-not-understood');
  });
});
