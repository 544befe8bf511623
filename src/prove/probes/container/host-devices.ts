import type { SeenDevice } from '../../payload/host-view.ts';
import type { Judgement, Probe } from '../../probe.ts';
import { count, fail, few, judgeResult, pass } from '../judgement.ts';

/** Devices that every container has: they hold nothing of the host. */
const STANDARD = [
  'console',
  'core',
  'full',
  'fd',
  'null',
  'ptmx',
  'random',
  'stderr',
  'stdin',
  'stdout',
  'tty',
  'urandom',
  'zero',
];

export const hostDevices: Probe = {
  id: 'host-devices',
  ring: 'container',
  title: 'No device of the host can be opened',
  why: 'A disk, the kernel log or a network device is a part of the host: who opens it is past all files and their owners.',
  measures: ['no-devices', 'not-privileged'],
  rows: ['G3', 'H2'],
  expects: 'there is no device but those that every container has, or each refuses to be opened',
  weakenedBy: ['host-device', 'not-privileged'],
  attempts: () => [
    { id: 'open', at: 'cell', run: 'devices', params: { standard: STANDARD.map((name) => `/dev/${name}`) } },
  ],
  judge: (seen) => judgeResult<SeenDevice[]>(seen, 'open', judgeDevices),
};

function judgeDevices(devices: readonly SeenDevice[]): Judgement {
  const open = devices.filter((device) => device.open === 'done');
  if (open.length > 0)
    return fail(
      `it opened ${count(open.length, 'device')} of the host: ${few(open.map(({ path }) => path))}`,
    );
  if (devices.length === 0) return pass('only the devices that every container has');
  const refused = devices.filter((device) => device.open !== 'not tried');
  const left = devices.length - refused.length;
  if (refused.length === 0)
    return fail(
      `${few(devices.map(({ path }) => path))}: ${count(devices.length, 'device')} of the host, not opened because that alone could set something going`,
    );
  return pass(
    `${count(refused.length, 'device')} of the host refused to be opened: ${few(refused.map(({ path, open: code }) => `${path} ${code}`))}${left === 0 ? '' : `; ${left} not tried`}`,
  );
}
