import type { Mount, Service } from '../../deployment/deployment.ts';
import { hostPathsOf } from '../../deployment/host-paths.ts';
import type { DocumentPath } from '../../documents/located.ts';
import {
  fixOf,
  fixService,
  makeReadOnly,
  mountPath,
  mountText,
  remove,
  set,
  shortMount,
  type ServiceView,
} from '../fix-service.ts';
import type { Failure, Fix, NoFix } from '../fix.ts';
import { holdsCredentials, isHarmless, isInHostTree, isPartOfHost } from '../host-folders.ts';
import { isWithin, layoutOf } from '../layout.ts';
import { allRoles, eachService, failedMount, failedPart, failuresOr, field, unseenMount } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { weakenGateway } from '../weaken.ts';

const wholeHomePattern =
  /^(?:\/home\/[^/]+|\/root|\/Users\/[^/]+|~|\$HOME|\$\{HOME\}|\$PWD|\$\{PWD\}|\.\.?|\.\.(?:\/\.\.)+|[A-Za-z]:)$/;
const configPattern = /^\/etc\/openclaw(?:\/|$)|\/openclaw\.json5?$/;
const sharedPropagation = ['shared', 'rshared', 'slave', 'rslave'];

export const measure = defineMeasure({
  id: 'minimal-mounts',
  title: 'Only what OpenClaw needs is mounted, and its configuration read-only',
  risk: { precondition: 'agent', impact: 'gateway' },
  rows: ['G3'],
  references: {
    cis: ['5.6', '5.20'],
    nist: ['4.4.4', '4.5.5'],
    owasp: ['D8', 'ASI03'],
    openclaw: ['fs.synced_dir'],
    scanners: [
      'compose-lint CL-0013',
      'compose-lint CL-0017',
      'compose-lint CL-0025',
      'KICS 1c1325ff',
      'docker-bench 5.6',
      'DockSec sensitive-host-mount',
      'kube-linter host-mounts',
      'Kubescape C-0048',
      'docker-bench 5.20',
    ],
  },
  why: 'The agent reads and writes every file that is mounted, so a broad mount hands over keys, start-up scripts or whole projects.',
  check: (deployment) =>
    eachService(deployment, allRoles, (service) =>
      field(service, 'mounts', (mounts) =>
        failuresOr([...mounts.flatMap((mount) => look(service, mount)), ...watchFailures(service)]),
      ),
    ),
  fix: (failure, context) => fixService(failure, context, (view) => mend(view, failure)),
  weaken: (deployment) =>
    weakenGateway(deployment, (service) => {
      const home: Mount = { kind: 'bind', source: '/home', target: '/host/home', readOnly: true };
      return { mounts: [...(service.mounts ?? []), home] };
    }),
});

function look(service: Service, mount: Mount): Outcome[] {
  const found = failures(service, mount);
  return found.length > 0 ? found : unseenMount(service, mount);
}

/** The project folder is what people watch while they work on it. */
function watchFailures(service: Service): Outcome[] {
  return (service.watchedPaths ?? []).flatMap((path) => {
    const what = exposedByAny(hostPathsOf(path));
    if (what === undefined || what === wholeFolder) return [];
    const detail = `docker compose watch copies ${path.source} into it: ${what}`;
    return [failedPart(service, `watch ${path.index}`, detail, 'develop', 'watch', path.index)];
  });
}

const wholeFolder = 'a whole home or project folder, with everything that lies in it';
const wholeHost = 'the whole host';

function failures(service: Service, mount: Mount): Outcome[] {
  if (mount.kind !== 'bind') return [];
  const what = exposedByAny(hostPathsOf(mount));
  if (service.role === 'neighbour') {
    const isHost = what !== undefined && isTheHost(mount);
    const detail = `${mount.source} is mounted at ${mount.target}: ${what}`;
    return isHost ? [failedMount(service, mount, `source ${mount.target}`, detail)] : [];
  }
  const found: Outcome[] = [];
  if (what !== undefined)
    found.push(
      failedMount(
        service,
        mount,
        `source ${mount.target}`,
        `${mount.source} is mounted at ${mount.target}: ${what}`,
      ),
    );
  // The one-off command line is there to change the configuration; the running gateway is not.
  if (service.role === 'gateway' && configPattern.test(mount.target) && !mount.readOnly) {
    found.push(
      failedMount(
        service,
        mount,
        `writable ${mount.target}`,
        `the configuration at ${mount.target} is writable: the agent could lift its own restrictions`,
      ),
    );
  }
  const propagation = mount.options?.find((option) => sharedPropagation.includes(option));
  if (propagation !== undefined)
    found.push(
      failedMount(
        service,
        mount,
        `propagation ${mount.target}`,
        `${mount.target} has the propagation ${propagation}: mounts travel between host and container`,
      ),
    );
  return found;
}

/** What a neighbour must not have either: the whole host in any way, and its system to write to. */
function isTheHost(mount: Mount): boolean {
  return hostPathsOf(mount).some((path) => {
    const source = path.replace(/\/+$/, '');
    return source === '' || (!mount.readOnly && isInHostTree(source));
  });
}

/** The worst of what the paths of one mount stand for. */
function exposedByAny(paths: readonly string[]): string | undefined {
  const found = paths.map(exposedBy).filter((what) => what !== undefined);
  return found.find((what) => what === wholeHost) ?? found[0];
}

function exposedBy(written: string): string | undefined {
  const source = written === '/' ? written : written.replace(/\/+$/, '');
  if (source === '' || source === '/') return wholeHost;
  if (isHarmless(source)) return undefined;
  if (holdsCredentials(source)) return 'it holds credentials';
  if (wholeHomePattern.test(source)) return wholeFolder;
  return isPartOfHost(source) ? 'a part of the host system' : undefined;
}

function mend(view: ServiceView, failure: Failure): Fix | NoFix {
  const [what = '', ...rest] = (failure.key ?? '').split(' ');
  const target = rest.join(' ');
  if (what === 'watch')
    return {
      why: 'Name the one folder that is worked on as the path that is watched, below the project folder.',
    };
  const mount = view.service.mounts?.find((candidate) => candidate.target === target);
  const path = mount && mountPath(view, mount);
  if (!path || mount.entry?.field !== 'volumes')
    return { why: `${target} does not come from an entry of volumes; change it where it is defined.` };
  if (what === 'writable') return closeConfig(view, mount);
  return what === 'propagation' ? withoutPropagation(view, mount, path) : withoutMount(view, mount, path);
}

function withoutMount(view: ServiceView, mount: Mount, path: DocumentPath): Fix | NoFix {
  const { name, service, image } = view;
  const layout = layoutOf(service, image);
  if (layout && service.role !== 'neighbour' && isWithin(layout.state, mount.target))
    return {
      why: `OpenClaw keeps its state in ${mount.source}. Move what belongs to it into a folder of its own, such as ./openclaw-state, and mount that at ${layout.state}.`,
    };
  return fixOf(
    `Remove the mount of ${mount.source} from ${name}`,
    'unsafe',
    [remove(path)],
    `${name} no longer sees what is in ${mount.source}; mount the one folder that it needs, read-only where it only reads.`,
  );
}

function closeConfig(view: ServiceView, mount: Mount): Fix | NoFix {
  const change = makeReadOnly(view, mount);
  if (!change)
    return { why: `How ${mount.target} is mounted is not understood; make it read-only with \`:ro\`.` };
  const isFile = /\.json5?$/.test(mount.target);
  const file = isFile ? mount.target : `${mount.target.replace(/\/+$/, '')}/openclaw.json`;
  const isNamed = view.service.environment?.['OPENCLAW_CONFIG_PATH'] !== undefined;
  return fixOf(
    `Mount the configuration of ${view.name} read-only`,
    'unsafe',
    [change, set(view.at('environment', 'OPENCLAW_CONFIG_READONLY'), '1')],
    `Settings can no longer be changed from the dashboard, by the agent or by commands in this container${isNamed ? '' : `; change ${file} on the host`}. A file of an older OpenClaw must be brought up to date by \`openclaw doctor --fix\` first.`,
  );
}

function withoutPropagation(view: ServiceView, mount: Mount, path: DocumentPath): Fix | NoFix {
  const text = mountText(view, mount);
  const effect = `What is mounted below ${mount.target} later on no longer appears on the other side.`;
  const title = `Keep mounts at ${mount.target} of ${view.name} from travelling`;
  if (text === undefined) return fixOf(title, 'unsafe', [remove([...path, 'bind', 'propagation'])], effect);
  const parts = shortMount(text);
  if (!parts) return { why: `How ${mount.target} is mounted is not understood; remove its propagation.` };
  const options = parts.options.filter((option) => !sharedPropagation.includes(option));
  const short = [parts.source, parts.target, ...(options.length > 0 ? [options.join(',')] : [])].join(':');
  return fixOf(title, 'unsafe', [set(path, short)], effect);
}
