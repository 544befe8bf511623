import { config, journal, only, others, type Row } from './changes.ts';
import { containerSeen, failedStart, hardened, mountSeen, READY_ENGINE } from './healthy.ts';
import type { EngineFacts } from '../../../engine/engine-report.ts';
import type { Observations } from '../observations.ts';
import * as said from './recorded-lines.ts';

const facts: Partial<EngineFacts> = { userNamespaces: true, rootDir: '/var/lib/docker/200000.200000' };
const REMAPPED: Observations['engine'] = { value: { ...READY_ENGINE, engine: facts as EngineFacts } };
const tokenOfRoot = mountSeen({
  target: '/run/secrets/gateway_token',
  kind: 'file',
  uid: 0,
  gid: 0,
  mode: 0o400,
  use: 'read',
});

/** What keeps a gateway from starting. */
export const START_ROWS: readonly Row[] = [
  {
    id: 'engine',
    what: 'an engine that is too old',
    change: {
      engine: {
        value: {
          ok: false,
          kind: 'local',
          endpoint: 'unix:///x',
          programs: [],
          notes: [],
          missing: [
            {
              id: 'engine-version',
              message: 'Docker Engine 19.3.15 is too old; clawproof needs 20.10 or newer',
              commands: ['Update Docker with the package manager that installed it.'],
            },
          ],
        },
      },
    },
    evidence: 'unix:///x',
    fix: 'Update Docker',
  },
  {
    id: 'interrupted-change',
    what: 'a change that was killed',
    change: { change: journal({ open: { name: 'token rotate', since: 's', begun: ['new-token'] } }) },
    evidence: 'token rotate, begun s; steps begun: new-token',
    fix: 'clawproof recover -C /srv/openclaw',
  },
  {
    id: 'interrupted-change',
    what: 'a note that cannot be read',
    change: { change: journal({ unreadable: 'it cannot be understood' }) },
    evidence: 'cannot be understood',
    fix: 'recover',
  },
  {
    id: 'interrupted-change',
    what: 'an up that was killed',
    change: { change: journal({ unfinishedRun: { command: 'up', at: 'a', detail: 'files' } }) },
    evidence: 'last step files',
    fix: 'clawproof up -C /srv/openclaw',
  },
  {
    id: 'disk-full',
    what: 'a full disk',
    change: {
      disks: { value: [{ path: '/srv', what: 'folder of the deployment', freeBytes: 20 * 1024 ** 2 }] },
    },
    evidence: '20 MiB free',
    fix: 'docker system df',
  },
  {
    id: 'disk-full',
    what: 'a full volume, of which OpenClaw does not say so',
    change: failedStart(said.FULL_STATE),
    evidence: 'database is not open',
    fix: 'df -h',
  },
  {
    id: 'port-taken',
    what: 'a port that the engine could not publish',
    change: {
      containers: only(
        containerSeen('gateway'),
        containerSeen('ingress', {
          state: { Status: 'exited', Running: false, ExitCode: 0, Error: said.PORT_ERROR },
        }),
      ),
      port: { value: { port: 28_945, takenBy: 'something listens there' } },
    },
    evidence: 'bind: address already in use',
    fix: "ss -ltnp 'sport = :28945'",
  },
  {
    id: 'out-of-memory',
    what: 'a kill by the kernel',
    change: {
      containers: only(
        containerSeen('gateway', {
          state: { Status: 'exited', Running: false, OOMKilled: true, ExitCode: 137 },
        }),
      ),
    },
    evidence: 'State.OOMKilled is true, exit code 137',
    fix: 'resources.memory',
  },
  {
    id: 'out-of-memory',
    what: 'kills that the engine remembers',
    change: {
      containers: only(
        containerSeen('gateway', { state: { OOMKilled: true } }, [
          { kind: 'oom', at: Date.parse('2026-11-22T13:21:52Z'), exitCode: null },
        ]),
      ),
    },
    evidence: 'oom at 2026-11-22T13:21:52Z',
    fix: 'resources.memory',
  },
  {
    id: 'out-of-memory',
    what: 'a full heap',
    change: failedStart([said.HEAP], 134),
    evidence: 'Reached heap limit',
    fix: 'resources.heap',
  },
  {
    id: 'config-invalid',
    what: 'retired keys that stop a start',
    change: failedStart(said.INVALID_CONFIG),
    evidence: 'Unrecognized key: "redactSensitive"',
    fix: 'clawproof fix -C /srv/openclaw --write',
  },
  {
    id: 'config-invalid',
    what: 'retired keys before the next start',
    change: { deployment: config({ ...hardened.openclawConfig, logging: { redactSensitive: 'tools' } }) },
    evidence: 'logging.redactSensitive is retired since 2026.8.1',
    fix: 'clawproof fix',
  },
  {
    id: 'config-invalid',
    what: 'no configuration at all',
    change: failedStart([said.MISSING_CONFIG]),
    evidence: 'Missing config',
    fix: 'clawproof up',
  },
  {
    id: 'permission-denied',
    what: 'a state that belongs to root',
    change: {
      ...failedStart(said.PERMISSION),
      mounts: { value: [mountSeen({ uid: 0, gid: 0, mode: 0o755 })] },
    },
    evidence: 'owner 0:0, mode 0755',
    fix: '-hR 1000:1000 /home/node/.openclaw',
  },
  {
    id: 'permission-denied',
    what: 'a state that belongs to root, on an engine that maps users',
    change: {
      ...failedStart(said.PERMISSION),
      mounts: { value: [mountSeen({ uid: 65_534, gid: 65_534, mode: 0o755 })] },
      engine: REMAPPED,
    },
    evidence: 'owner 65534:65534, mode 0755',
    fix: '-hR 201000:201000 /home/node/.openclaw',
  },
  {
    id: 'permission-denied',
    what: 'a token that may not be read, on an engine that maps users',
    change: {
      mounts: { value: [tokenOfRoot] },
      engine: REMAPPED,
    },
    evidence: 'owner 0:0, mode 0400',
    fix: 'sudo chown 201000:201000 /srv/openclaw/secrets/gateway_token',
  },
  {
    id: 'permission-denied',
    what: 'a token that may not be read',
    change: {
      mounts: {
        value: [tokenOfRoot],
      },
    },
    evidence: 'owner 0:0, mode 0400',
    fix: 'sudo chown 1000:1000 /srv/openclaw/secrets/gateway_token',
  },
  {
    id: 'permission-denied',
    what: 'what the log alone tells',
    change: failedStart(said.PERMISSION),
    evidence: 'EACCES',
    fix: 'clawproof up',
  },
  {
    id: 'owner-lease',
    what: 'migrations of a gateway that was killed',
    change: failedStart([said.LEASE]),
    evidence: 'already running for this state directory',
    fix: 'until 2026-11-22T13:11:53.849Z',
  },
  {
    id: 'owner-lease',
    what: 'the lease of a gateway that was killed',
    change: failedStart([said.LEASE_OF_OWNER], 1),
    evidence: 'owner lease is still active',
    fix: 'three minutes',
  },
  {
    id: 'exit-78',
    what: 'a read-only root without a folder for temporary files',
    change: { ...others, ...failedStart([said.READ_ONLY_ROOT]) },
    evidence: 'Unable to create fallback OpenClaw temp dir',
    fix: 'XDG_CACHE_HOME',
  },
  {
    id: 'exit-78',
    what: 'something that has a case of its own',
    change: failedStart(said.PERMISSION),
    evidence: 'exit code 78, restarted 4 times',
    fix: 'Mend that first',
  },
];
