import type { Observation } from '../payload/protocol.ts';
import type { NetworkFacts, NetworkProbe } from '../probes/network/facts.ts';
import { probes } from '../probes/network/index.ts';
import type { ProofTarget } from '../proof-target.ts';

export const facts: NetworkFacts = {
  run: '0123abcd',
  canary: {
    v4: '192.52.193.2',
    v6: '2001:3:c1a0:0::2',
    control: 5219,
    proved: { tcp: true, udp: true, dns: true },
  },
  host: {
    tcp: 40_001,
    udp: 40_002,
    control: 40_003,
    v4: ['198.18.0.5', '172.17.0.1'],
    v6: ['fd00::5'],
    linkLocal: ['fe80::42'],
    listeners: [{ protocol: 'tcp', address: '0.0.0.0', port: 2375 }],
  },
  other: { address: '172.31.9.2', port: 80, hostAddress: '172.31.8.1', isContained: true },
  cell: {
    addresses: ['172.30.1.5'],
    port: 18_789,
    isHost: false,
    isDiverted: true,
    networks: [{ name: 'cage', neighbours: ['db'], isCommon: false, standIn: '172.30.1.6' }],
  },
  published: {
    ports: [{ hostAddress: '127.0.0.1', hostPort: 33_000, containerPort: 8080, service: 'gateway' }],
    addresses: ['172.30.2.2'],
  },
  egress: {
    host: '172.31.7.2',
    port: 3128,
    names: {
      open: { name: 'open.example.com', ports: [443] },
      privately: { name: 'home.example.com', ports: [443] },
      metadata: { name: 'meta.example.com', ports: [443] },
      rebinding: { name: 'again.example.com', ports: [443] },
      mixed: { name: 'mixed.example.com', ports: [443] },
    },
    insiders: ['172.31.9.2'],
  },
  ingress: { address: '172.31.6.2', port: 8080, hostPort: 33_001 },
  syscall: '/clawproof-kit/syscall',
};

export const target = {
  deployment: { evidence: 'effective', services: [], networks: [] },
  gateway: { name: 'gateway', role: 'gateway' },
  engine: { version: '20.10.24' },
} as unknown as ProofTarget;

export function probeOf(id: string): NetworkProbe {
  const probe = probes.find((each) => each.id === id);
  if (probe === undefined) throw new Error(`no probe ${id}`);
  return probe;
}

export type Results = Record<string, unknown>;

export function judge(id: string, results: Results, changes: Partial<NetworkFacts> = {}): string {
  const seen = new Map<string, Observation>(
    Object.entries(results).map(([key, result]) => [key, { result }]),
  );
  const judgement = probeOf(id).judge(seen, target, { ...facts, ...changes });
  return `${judgement.state}: ${'observed' in judgement ? judgement.observed : judgement.reason}`;
}

export const visit = (changes: object): object => ({
  ms: 1,
  via: 'tcp',
  from: '172.30.1.5',
  to: '192.52.193.2',
  port: 443,
  ...changes,
});
export const none = { visits: [], echoRequests: 0 };
export const tcp = (code: string, changes: object = {}): object => ({
  host: '192.52.193.2',
  port: 443,
  code,
  ms: 1,
  ...changes,
});
