import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isAppError } from '../../errors/app-error.ts';
import type { Deployment, Service } from '../deployment.ts';
import { deploymentFromCompose } from './read-compose.ts';

function fixture(name: string): Deployment {
  return deploymentFromCompose(readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8'), name);
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name.localeCompare(b.name);
}

/** Compose spreads ranges of ports out, which moves the entries behind them. */
function withoutEntries(service: Service): Service {
  const ports = structuredClone(service.ports ?? []);
  for (const port of ports) delete port.entry;
  return { ...service, ports };
}

function errorOf(text: string): { id: string; line?: number } {
  try {
    deploymentFromCompose(text, 'compose.yaml');
  } catch (error) {
    if (!isAppError(error)) throw error;
    const { position } = error.entry;
    return { id: error.id, ...(position ? { line: position.line } : {}) };
  }
  throw new Error('was understood');
}

describe('deploymentFromCompose', () => {
  it('reads what a person wrote and what `docker compose config` made of it alike', () => {
    const written = fixture('written.yaml');
    const resolved = fixture('resolved.yaml');
    // Compose sorts services and networks by name.
    expect(resolved.services.toSorted(byName).map(withoutEntries)).toEqual(
      written.services.toSorted(byName).map(withoutEntries),
    );
    expect(resolved.networks.toSorted(byName)).toEqual(written.networks.toSorted(byName));
  });

  it('reads every field that measures look at', () => {
    const [gateway, cli] = fixture('written.yaml').services;
    expect(gateway).toMatchObject({
      role: 'gateway',
      user: '1000:1000',
      readOnlyRoot: true,
      init: true,
      privileged: false,
      limits: { memoryBytes: 2 ** 31, memorySwapBytes: 2 ** 31, cpus: 1.5, pids: 256, openFiles: 2048 },
      stopGraceSeconds: 90,
      healthcheck: { test: ['CMD-SHELL', 'curl x'], disabled: false, intervalSeconds: 90, retries: 4 },
      environment: { A: '1', C: 'true' },
      devices: ['/dev/kvm'],
      logging: { driver: 'json-file', maxSize: '10m', maxFile: '3' },
      networks: { cage: { address: '172.30.0.4' }, out: {} },
    });
    expect(gateway?.ports).toHaveLength(6);
    expect(gateway?.mounts?.map((mount) => mount.target)).toEqual([
      '/b',
      '/c',
      '/anonymous',
      '/y',
      '/tmp',
      '/run/secrets/token',
      '/etc/settings',
    ]);
    expect(cli).toMatchObject({
      role: 'cli',
      networkMode: 'service:gateway',
      pidMode: 'host',
      privileged: true,
      networks: {},
    });
  });

  it('merges anchors with <<', () => {
    const deployment = deploymentFromCompose(
      'x-safe: &safe { read_only: true }\nservices: { openclaw: { <<: *safe, image: openclaw } }',
      'f',
    );
    expect(deployment.services[0]?.readOnlyRoot).toBe(true);
  });

  it('leaves a field that depends on a variable open and lists it', () => {
    const deployment = deploymentFromCompose(
      'services: { openclaw: { image: openclaw, ports: ["${BIND}:1:1"], mem_limit: "${M}" } }',
      'f',
    );
    expect(deployment.services[0]).not.toHaveProperty('ports');
    expect(deployment.services[0]?.unknown).toEqual({ ports: ['BIND'], limits: ['M'] });
    expect(deployment.unread?.map((field) => field.variables)).toEqual([['BIND'], ['M']]);
    expect(deployment.unread?.map((field) => field.path.join('.'))).toEqual([
      'services.openclaw.ports.0',
      'services.openclaw.deploy',
    ]);
  });

  it('says where a file is broken', () => {
    expect(errorOf('services:\n  a: [1\n')).toMatchObject({ id: 'compose-not-understood', line: 2 });
    expect(errorOf('services: [a]').id).toBe('compose-not-understood');
    expect(errorOf('just text').id).toBe('compose-not-understood');
    expect(errorOf('services: { a: 1 }').id).toBe('compose-not-understood');
  });

  it('refuses aliases that multiply without end', () => {
    const lines = Array.from(
      { length: 9 },
      (_, index) =>
        `a${index + 1}: &a${index + 1} [${Array.from({ length: 9 }, () => `*a${index}`).join(', ')}]`,
    );
    expect(errorOf(`a0: &a0 [x]\n${lines.join('\n')}\nservices: {}`).id).toBe('compose-not-understood');
  });

  it('never throws anything but an AppError', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc
            .dictionary(
              fc.constantFrom(
                'ports',
                'volumes',
                'deploy',
                'networks',
                'environment',
                'healthcheck',
                'tmpfs',
                'secrets',
                'ulimits',
              ),
              fc.jsonValue(),
            )
            .map((service) => JSON.stringify({ services: { a: service } })),
        ),
        (text) => {
          try {
            deploymentFromCompose(text, 'f');
          } catch (error) {
            expect(isAppError(error)).toBe(true);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
