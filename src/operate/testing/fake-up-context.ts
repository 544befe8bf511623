import {
  type FakeCompose,
  fakeCompose,
  type FakeDocker,
  fakeDocker,
  runningContainer,
} from '../../engine/fake/fake-docker.ts';
import type { EngineFacts, EngineReport } from '../../engine/engine-report.ts';
import { defaultPolicy, type PolicyOverrides } from '../../policy/defaults.ts';
import { type FakePorts, fakePorts } from '../../ports/fake/fake-ports.ts';
import type { UpContext } from '../up/types.ts';

export interface FakeUpContext extends UpContext {
  ports: FakePorts;
  docker: FakeDocker;
  compose: FakeCompose;
}

export const FACTS: EngineFacts = {
  version: '20.10.24+dfsg1',
  apiVersion: '1.41',
  operatingSystem: 'Debian GNU/Linux 12 (bookworm)',
  architecture: 'x86_64',
  kernel: '6.1.0-39-amd64',
  rootDir: '/var/lib/docker',
  rootDirFree: null,
  storageDriver: 'overlay2',
  cgroupVersion: '1',
  seccomp: true,
  apparmor: false,
  userNamespaces: false,
  runtimes: ['runc'],
  limits: { memory: true, cpu: true, pids: true },
  cpus: 2,
  memoryBytes: 8 * 1024 ** 3,
};

/** A usable engine on this host, with `facts` put in. */
export function engineReport(
  facts: Partial<EngineFacts> = {},
  change: Partial<EngineReport> = {},
): EngineReport {
  return {
    ok: true,
    kind: 'local',
    endpoint: 'unix:///var/run/docker.sock',
    docker: { path: '/usr/bin/docker', version: '20.10.24+dfsg1' },
    programs: [],
    engine: { ...FACTS, ...facts },
    compose: { version: '2.26.1-4' },
    missing: [],
    notes: [],
    ...change,
  };
}

/** A deployment in /srv/openclaw on a root-run engine whose containers run, with everything in memory. */
export function fakeUpContext(
  policy: PolicyOverrides = {},
  engine: EngineReport = engineReport(),
): FakeUpContext {
  const docker = fakeDocker();
  const names = policy.preset === 'baseline' ? ['gateway'] : ['gateway', 'egress', 'ingress'];
  for (const name of names)
    docker.containers.set(`${policy.name ?? 'openclaw'}-${name}-1`, runningContainer());
  return {
    ports: fakePorts(),
    folder: '/srv/openclaw',
    policy: defaultPolicy(policy),
    engine,
    docker,
    compose: fakeCompose(),
    toolVersion: '0.0.0-test',
  };
}
