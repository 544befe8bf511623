import type { HostView } from '../../payload/host-view.ts';
import type { Judgement, Probe } from '../../probe.ts';
import type { ProofEngine } from '../../proof-target.ts';
import { fail, judgeResult, pass, skip, unclear } from '../judgement.ts';

interface Identity {
  uid?: number;
  gid?: number;
  groups?: number[];
}

/** Groups below this belong to the system: disk, docker, shadow. */
const FIRST_ORDINARY_GROUP = 1000;

export const ordinaryUser: Probe = {
  id: 'ordinary-user',
  ring: 'container',
  title: 'OpenClaw runs as an ordinary user',
  why: 'Root in a container is root on the host as soon as anything between them gives way.',
  measures: ['non-root'],
  rows: ['G4', 'G7'],
  expects: 'user and group are not 0, and no group of the system is among the additional ones',
  weakenedBy: [
    'non-root',
    'root-with-default-capabilities',
    'root-with-host-capabilities',
    'root-with-net-raw',
    'root-with-mknod',
    'unfiltered-root',
  ],
  attempts: () => [{ id: 'self', at: 'cell', run: 'self', params: {} }],
  judge: (seen) => judgeResult<Identity>(seen, 'self', judgeIdentity),
};

function judgeIdentity({ uid, gid, groups }: Identity): Judgement {
  if (uid === undefined || gid === undefined || groups === undefined)
    return unclear('who the process is could not be read');
  if (uid === 0) return fail('it runs as root');
  if (gid === 0 || groups.includes(0))
    return fail(`user ${uid} is in the group root, which owns most of the system files`);
  const system = groups.filter((group) => group !== gid && group < FIRST_ORDINARY_GROUP);
  if (system.length > 0)
    return fail(`user ${uid} is in the system's group${system.length > 1 ? 's' : ''} ${system.join(', ')}`);
  const others = groups.filter((group) => group !== gid);
  return pass(`user ${uid}, group ${gid}${others.length === 0 ? '' : `, also ${others.join(', ')}`}`);
}

export const userMapping: Probe = {
  id: 'user-mapping',
  ring: 'container',
  title: 'Root of the container is nobody on the host',
  why: 'Without a mapping user 0 of the container is user 0 of the host: whoever gets out of it as root has the host.',
  measures: ['user-namespace', 'no-host-namespaces'],
  rows: ['G4'],
  expects: 'user 0 inside is another user outside',
  weakenedBy: ['host-users'],
  attempts: () => [{ id: 'map', at: 'cell', run: 'hostView', params: {} }],
  judge: (seen, { engine }) => judgeResult<HostView>(seen, 'map', (view) => judgeMap(view, engine)),
};

function judgeMap({ uidMap }: HostView, { usernsRemap, isRootless }: ProofEngine): Judgement {
  const root = uidMap.find(([inside]) => inside === 0);
  if (uidMap.length === 0) return unclear('the mapping of users could not be read');
  if (root === undefined) return pass('the container has no user 0');
  const [, outside] = root;
  if (outside !== 0) return pass(`user 0 inside is user ${outside} outside`);
  if (isRootless) return pass('the engine itself runs without root');
  return usernsRemap
    ? fail('user 0 inside is user 0 of the host, although the engine maps users')
    : skip('the engine maps no users: user 0 inside is user 0 of the host (see the measure user-namespace)');
}
