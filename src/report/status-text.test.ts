import { expect, test } from 'vitest';
import type { DeploymentStatus, ServiceStatus } from '../operate/status.ts';
import { statusText } from './status-text.ts';
import { createStyle } from './style.ts';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const service = (name: string, change: Partial<ServiceStatus> = {}): ServiceStatus => {
  const startedAt = '2026-11-22T08:58:00.000Z';
  return {
    service: name,
    state: 'running',
    health: 'healthy',
    startedAt,
    restarts: 0,
    image: 'x',
    ...change,
  };
};
const READY: DeploymentStatus = {
  folder: '/srv/openclaw',
  name: 'openclaw',
  preset: 'caged',
  openclaw: '2026.9.6',
  url: 'http://127.0.0.1:18789/',
  token: null,
  ready: true,
  healthz: 200,
  readyz: 200,
  services: [service('gateway', { restarts: 2 }), service('egress'), service('ingress')],
  flaws: { version: '2026.9.6', count: 0, upTo: '2026-11-22' },
  exec: { mode: 'deny', accepted: null, warning: null },
};
const absent = (name: string): ServiceStatus =>
  service(name, { state: 'absent', health: '', startedAt: null, image: null });

test.each<[string, DeploymentStatus]>([
  ['ready', READY],
  [
    'starting',
    {
      ...READY,
      ready: false,
      healthz: null,
      readyz: 503,
      services: [
        service('gateway', { health: 'starting', startedAt: '2026-11-22T09:59:58.500Z' }),
        service('egress', { state: 'restarting', health: '', restarts: 7 }),
        service('ingress'),
      ],
    },
  ],
  [
    'down',
    {
      ...READY,
      ready: false,
      healthz: null,
      readyz: null,
      services: ['gateway', 'egress', 'ingress'].map(absent),
    },
  ],
  [
    'baseline, ended',
    {
      ...READY,
      preset: 'baseline',
      ready: false,
      healthz: null,
      readyz: null,
      services: [service('gateway', { state: 'exited', health: 'unhealthy' })],
    },
  ],
])('%s', (_name, status) => {
  expect(statusText(status, createStyle(false), NOW)).toMatchSnapshot();
});

test('colour tells the three states apart and changes no word', () => {
  const texts = [
    READY,
    { ...READY, ready: false },
    { ...READY, ready: false, services: [absent('gateway')] },
  ].map((status) => statusText(status, createStyle(true), NOW));
  // oxlint-disable-next-line no-control-regex
  expect(texts.map((text) => /^\u001B\[(\d+)m/.exec(text)?.[1])).toEqual(['32', '33', '31']);
  // oxlint-disable-next-line no-control-regex
  expect(texts[0]?.replaceAll(/\u001B\[\d+m/g, '')).toBe(statusText(READY, createStyle(false), NOW));
});

test('published flaws are told, and none are not', () => {
  const text = (flaws: DeploymentStatus['flaws']): string =>
    statusText({ ...READY, flaws }, createStyle(false), NOW);
  const flawed = text({ version: '2026.5.22', count: 8, upTo: '2026-11-22' });
  expect(flawed).toContain('8 published flaws of OpenClaw 2026.5.22, by the list of 2026-11-22.');
  expect(text(null)).toBe(text(READY.flaws));
});
