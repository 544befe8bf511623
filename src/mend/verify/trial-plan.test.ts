import { expect, test } from 'vitest';
import type { ComposeConfig } from './compose-config.ts';
import { planTrial, type SourceKind, type TrialInput, withDependencies } from './trial-plan.ts';

const config: ComposeConfig = {
  name: 'claw',
  services: {
    gateway: {
      image: 'openclaw:1',
      container_name: 'claw',
      ports: [{ target: 18_789, published: '18789' }],
      restart: 'always',
      read_only: true,
      depends_on: { proxy: { condition: 'service_healthy' } },
      networks: { cage: { ipv4_address: '10.0.0.4', aliases: ['claw'] } },
      deploy: { replicas: 3, resources: { limits: { memory: '2147483648' } } },
      volumes: [
        { type: 'volume', source: 'state', target: '/state' },
        { type: 'bind', source: '/p/data', target: '/data' },
        { type: 'bind', source: '/p/openclaw.json', target: '/c.json' },
        { type: 'bind', source: '/p/fixed.json', target: '/f.json', read_only: true },
        { type: 'bind', source: '/var/run/docker.sock', target: '/sock' },
        { type: 'bind', source: '/p/none', target: '/none' },
        { type: 'tmpfs', target: '/tmp' },
      ],
    },
    proxy: { build: { context: '.' }, networks: { cage: null, out: null }, volumes: [{ type: 'volume', source: 'state', target: '/s', read_only: true }] },
    helper: { image: 'h', network_mode: 'service:gateway' },
    other: { image: 'other' },
  },
  networks: { cage: { internal: true, ipam: { config: [{ subnet: '10.0.0.0/28' }] } }, out: { external: true, name: 'shared' } },
  volumes: { state: { name: 'claw_state' } },
}; // prettier-ignore

const sources = new Map<string, SourceKind>([
  ['/p/data', 'directory'],
  ['/p/openclaw.json', 'file'],
  ['/p/fixed.json', 'file'],
  ['/var/run/docker.sock', 'other'],
]);

function plan(more: Partial<TrialInput> = {}) {
  return planTrial({
    config,
    gateway: 'gateway',
    name: 'trial',
    label: ['l', 'v'],
    sources,
    copyPath: (index) => `/t/${index}/file`,
    ...more,
  });
}

interface Document {
  services: Record<string, Record<string, unknown>>;
  networks: unknown;
  volumes: unknown;
}

test('only the gateway and what it depends on', () => {
  expect(plan().services).toEqual(['gateway', 'proxy']);
  expect(withDependencies(config, 'helper')).toEqual(['helper', 'gateway', 'proxy']);
  expect(plan().images).toEqual(['openclaw:1', 'claw-proxy']);
});

test('nothing that could clash with the running deployment or reach it', () => {
  const { services, networks } = plan().document as unknown as Document;
  expect(services['gateway']).toMatchObject({
    restart: 'no',
    read_only: true,
    networks: { cage: { aliases: ['claw'] } },
    deploy: { resources: { limits: { memory: '2147483648' } } },
    labels: { l: 'v' },
  });
  for (const key of ['container_name', 'ports', 'build', 'profiles']) {
    expect(services['gateway']).not.toHaveProperty(key);
    expect(services['proxy']).not.toHaveProperty(key);
  }
  expect(services['gateway']?.['deploy']).not.toHaveProperty('replicas');
  const own = { internal: true, labels: { l: 'v' } };
  expect(networks).toEqual({ default: own, cage: own, out: own });
});

test('what is writable is a copy, what is read-only stays, sockets go', () => {
  const { document, volumes, files } = plan();
  const { services, volumes: declared } = document as unknown as Document;
  expect(services['gateway']?.['volumes']).toEqual([
    { type: 'volume', source: 'trial-1', target: '/state', volume: { nocopy: true } },
    { type: 'volume', source: 'trial-2', target: '/data', volume: { nocopy: true } },
    { type: 'bind', source: '/t/0/file', target: '/c.json' },
    { type: 'bind', source: '/p/fixed.json', target: '/f.json', read_only: true },
    { type: 'volume', source: 'trial-3', target: '/none', volume: { nocopy: false } },
    { type: 'tmpfs', target: '/tmp' },
  ]);
  expect(services['proxy']?.['volumes']).toMatchObject([{ source: 'trial-1', read_only: true }]);
  expect(volumes).toEqual([
    { name: 'trial-1', from: { kind: 'volume', source: 'claw_state' } },
    { name: 'trial-2', from: { kind: 'directory', source: '/p/data' } },
    { name: 'trial-3' },
  ]);
  expect(files).toEqual([{ source: '/p/openclaw.json', copy: '/t/0/file' }]);
  expect(Object.keys(declared as object)).toEqual(['trial-1', 'trial-2', 'trial-3']);
});

test('the network of another service stays shared, the one of the host does not', () => {
  const host = { ...config, services: { gateway: { image: 'x', network_mode: 'host' } } };
  const { services } = plan({ config: host }).document as unknown as Document;
  expect(services['gateway']).toMatchObject({ networks: { default: null } });
  expect(services['gateway']).not.toHaveProperty('network_mode');
  const shared = plan({ gateway: 'helper' }).document as unknown as Document;
  expect(shared.services['helper']).toMatchObject({ network_mode: 'service:gateway' });
  expect(shared.services['helper']).not.toHaveProperty('networks');
});
