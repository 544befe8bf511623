import { fixOf, fixService, remove, type ServiceView } from '../fix-service.ts';
import type { Change, Fix, NoFix } from '../fix.ts';
import { allRoles, eachService, failedPart, failuresOr, field } from '../look.ts';
import { isSettings } from '../settings.ts';
import { defineMeasure } from '../measure.ts';
import { weakenGateway } from '../weaken.ts';

/** Disks, memory and the device folder itself: whoever has them has the host. Others may be a neighbour's purpose. */
const hostDevices =
  /^\/dev(?:\/(?:(?:sd|hd|vd|xvd|nvme|mmcblk|md|dm-|loop|sr|nbd|zd|bcache)\w*|mapper(?:\/.*)?|disk(?:\/.*)?|mem|kmem|port|kmsg|kcore|sg\d+|bsg\/.*|input(?:\/.*)?|uinput))?$/;

export const measure = defineMeasure({
  id: 'no-devices',
  title: 'No device of the host is handed in',
  risk: { precondition: 'second-flaw', impact: 'host' },
  rows: ['G3'],
  references: {
    cis: ['5.18'],
    nist: ['4.4.3'],
    owasp: ['D3'],
    scanners: ['compose-lint CL-0016', 'docker-bench 5.18'],
  },
  why: 'A device is a driver of the kernel to attack, and some of them are the disk, the memory or the keyboard itself.',
  check: (deployment) =>
    eachService(deployment, allRoles, (service) =>
      field(service, 'devices', (devices) =>
        failuresOr(
          devices
            .filter((device) => service.role !== 'neighbour' || isTheHost(device))
            .map((device) => failedPart(service, device, `it is given ${device}`, ...pathOf(device))),
        ),
      ),
    ),
  fix: (failure, context) => fixService(failure, context, (view) => withoutDevice(view, failure.key ?? '')),
  weaken: (deployment) => weakenGateway(deployment, () => ({ devices: ['/dev/kmsg'] })),
});

function isTheHost(device: string): boolean {
  return hostDevices.test(device);
}

/** Where a device is written, as far as its form tells. */
function pathOf(device: string): string[] {
  if (/^[abc]\s/.test(device)) return ['device_cgroup_rules'];
  return device.startsWith('/') ? ['devices'] : ['deploy', 'resources', 'reservations', 'devices'];
}

function withoutDevice({ name, data, at }: ServiceView, device: string): Fix | NoFix {
  const changes: Change[] = [];
  for (const path of [
    ['devices'],
    ['deploy', 'resources', 'reservations', 'devices'],
    ['device_cgroup_rules'],
  ]) {
    const list = path.reduce<unknown>((part, key) => (isSettings(part) ? part[key] : undefined), data);
    if (Array.isArray(list))
      list.forEach((entry: unknown, index) => {
        if (deviceOf(entry) === device) changes.push(remove(at(...path, index)));
      });
  }
  if (changes.length === 0) return { why: `Where ${device} is written was not found; remove it there.` };
  return fixOf(
    `Take ${device} away from ${name}`,
    'unsafe',
    changes,
    `What ${name} does with ${device} no longer works; a model or browser that needs it belongs in a container of its own.`,
  );
}

/** A device by the name that the model has for it. */
function deviceOf(entry: unknown): string | undefined {
  if (typeof entry === 'string') return entry.startsWith('/') ? entry.split(':')[0] : entry;
  if (!isSettings(entry)) return undefined;
  const named = entry['source'] ?? entry['driver'] ?? 'device request';
  return typeof named === 'string' ? named : undefined;
}
