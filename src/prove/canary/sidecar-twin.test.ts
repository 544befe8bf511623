import { expect, test } from 'vitest';
import type { ContainerSpec, MountSpec } from '../container-spec.ts';
import { sidecarSpec } from './sidecar-twin.ts';

const bind = (Source: string, Target: string): MountSpec => ({
  Type: 'bind',
  Source,
  Target,
  ReadOnly: true,
});

test.each([
  ['/root/openclaw/config/egress/squid.conf', true],
  ['/srv/openclaw/config/egress/squid.conf', true],
  ['/etc/shadow', false],
  ['/root', false],
  ['/var/run/docker.sock', false],
  ['/srv/openclaw/secrets/gateway_token', false],
])('a sidecar of the lab is given %s: %s', (source, isGiven) => {
  const HostConfig = { Mounts: [bind(source, '/etc/clawproof/file')] } as ContainerSpec['HostConfig'];
  const { HostConfig: made } = sidecarSpec({ HostConfig } as ContainerSpec, { lab: {} }, []);
  expect(made.Mounts).toHaveLength(isGiven ? 1 : 0);
});
