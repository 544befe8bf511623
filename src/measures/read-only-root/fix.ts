import type { Mount } from '../../deployment/deployment.ts';
import type { Change, Failure, Fix, NoFix } from '../fix.ts';
import {
  add,
  fixOf,
  isUnknown,
  makeReadOnly,
  mountPath,
  mountText,
  set,
  splitOutsideVariables,
  type ServiceView,
} from '../fix-service.ts';
import { layoutOf, mountWritableBy, type OpenclawLayout, writableMount } from '../layout.ts';
import { officialLocal } from '../service-image.ts';
import { isMissingOptions, isProgramMount } from './writable.ts';

const temporary = '/tmp:size=256m,mode=1777,noexec,nosuid,nodev';
/** Where a program that starts as root keeps sockets and process ids. */
const runtime = '/run:size=16m,mode=0755,noexec,nosuid,nodev';

/** Home in the official image. */
const usualHome = '/home/node';

/** What a repair consists of, while it is put together. */
interface Parts {
  changes: Change[];
  /** What may not work any more; empty for a safe repair. */
  losses: string[];
}

/**
 * Repairs one failure. A root that becomes read-only brings everything that OpenClaw writes to: /tmp, and its caches in the
 * state folder, which must be on a mount.
 */
export function mend(view: ServiceView, failure: Failure): Fix | NoFix {
  const { name, service } = view;
  const parts: Parts = { changes: [], losses: [] };
  const [what = '', ...rest] = (failure.key ?? '').split(' ');
  const mount = service.mounts?.find((candidate) => candidate.target === rest.join(' '));
  if (what === 'options' && mount)
    return finish(`Let nothing be executed from ${mount.target} of ${name}`, hardenTmpfs(view, mount, parts));
  if (what === 'program' && mount)
    return finish(`Mount ${mount.target} of ${name} read-only`, closeProgram(view, mount, parts));
  if (what === 'writable') return finish(`Give ${name} what it needs to write to`, addWritable(view, parts));
  return finish(
    `Make the root of ${name} read-only, with what OpenClaw writes to kept writable`,
    closeRoot(view, parts),
  );
}

function closeRoot(view: ServiceView, parts: Parts): Parts | NoFix {
  parts.changes.push(set(view.at('read_only'), true));
  let result: Parts | NoFix = addWritable(view, parts);
  for (const mount of view.service.mounts ?? []) {
    if ('why' in result) return result;
    if (isMissingOptions(mount)) result = hardenTmpfs(view, mount, result);
    else if (isProgramMount(mount)) result = closeProgram(view, mount, result);
  }
  if (!('why' in result) && view.image.kind !== 'official') noteForeignImage(view, result);
  return result;
}

function finish(title: string, parts: Parts | NoFix): Fix | NoFix {
  if ('why' in parts) return parts;
  return parts.losses.length > 0
    ? fixOf(title, 'unsafe', parts.changes, parts.losses.join(' '))
    : fixOf(title, 'safe', parts.changes);
}

function addWritable(view: ServiceView, parts: Parts): Parts | NoFix {
  const { service, at, name } = view;
  const mounts = service.mounts ?? [];
  if (!writableMount(mounts, '/tmp')) parts.changes.push(add(at('tmpfs'), temporary));
  if (service.role !== 'gateway' && service.role !== 'cli') return parts;
  const layout = layoutOf(service, view.image);
  if (!layout)
    return {
      why: `Where ${name} keeps its state depends on a variable that is set nowhere; set it, or write the path.`,
    };
  if (!writableMount(mounts, layout.state)) {
    const isClosed = mounts.some((candidate) => candidate.target === layout.state && candidate.readOnly);
    if (isClosed)
      return {
        why: `The state folder ${layout.state} of ${name} is mounted read-only, and OpenClaw cannot run without writing to it; mount it writable first.`,
      };
    // A mount there would say that it is upstream's image, which starts as a user and needs nothing else.
    if (service.image?.reference === officialLocal && view.image.kind === 'other')
      return {
        why: `Whether ${officialLocal} is upstream's image or one of your own is told by what is mounted into it, and nothing is. Mount a volume at the folder in which ${name} keeps its state, ${layout.state} in upstream's image.`,
      };
    addStateVolume(view, layout.state, parts);
  }
  nameState(view, layout, parts);
  moveCaches(view, layout, parts);
  return parts;
}

/** Where the image has another home, a state folder that is only expected there is named: elsewhere nothing is writable. */
function nameState(view: ServiceView, { home, state }: OpenclawLayout, { changes }: Parts): void {
  const environment = view.service.environment ?? {};
  const isTold = ['HOME', 'OPENCLAW_STATE_DIR', 'CLAWDBOT_STATE_DIR'].some(
    (name) => environment[name] !== undefined,
  );
  if (!isTold && home !== usualHome && state.endsWith('/.openclaw'))
    changes.push(set(view.at('environment', 'OPENCLAW_STATE_DIR'), state));
}

function addStateVolume(view: ServiceView, state: string, parts: Parts): void {
  const shared = view.context.deployment.services
    .flatMap((service) => service.mounts ?? [])
    .find((mount) => mount.target === state && mount.kind === 'volume' && mount.from === undefined);
  const volume = shared?.source ?? 'openclaw-state';
  parts.changes.push(add(view.at('volumes'), `${volume}:${state}`));
  if (!shared) parts.changes.push(set(['volumes', volume], {}));
  parts.losses.push(
    `So far the state of ${view.name} was in its container, and lost with it; it starts anew in the volume ${volume}. Copy what you need out of the old container first.`,
  );
}

/** Caches go into the state folder, unless they have a writable place already. */
function moveCaches(view: ServiceView, layout: { home: string; state: string }, { changes }: Parts): void {
  const environment = view.service.environment ?? {};
  const mounts = view.service.mounts ?? [];
  const folders: [variable: string, usual: string, wanted: string][] = [
    ['XDG_CACHE_HOME', `${layout.home}/.cache`, `${layout.state}/cache`],
    ['XDG_CONFIG_HOME', `${layout.home}/.config`, `${layout.state}/xdg/config`],
    ['XDG_DATA_HOME', `${layout.home}/.local/share`, `${layout.state}/xdg/data`],
    ['npm_config_cache', `${layout.home}/.npm`, `${layout.state}/cache/npm`],
  ];
  for (const [variable, usual, wanted] of folders) {
    const current = environment[variable] ?? environment[variable.toUpperCase()] ?? usual;
    const isPartlyMounted = mounts.some((mount) => mount.target.startsWith(`${current}/`));
    const isCache = variable === 'XDG_CACHE_HOME';
    if (isUnknown(current) || mountWritableBy(view.image, mounts, current) || (isPartlyMounted && !isCache))
      continue;
    changes.push(set(view.at('environment', variable), wanted));
  }
}

function hardenTmpfs(view: ServiceView, mount: Mount, parts: Parts): Parts | NoFix {
  const path = mountPath(view, mount);
  const text = mountText(view, mount);
  if (!path || text === undefined)
    return {
      why: `How the tmpfs ${mount.target} is written is not understood; give it noexec, nosuid and nodev.`,
    };
  const [target = '', ...rest] = splitOutsideVariables(text, ':');
  const dropped = ['exec', 'suid', 'dev', 'noexec', 'nosuid', 'nodev', ''];
  const kept = rest
    .join(':')
    .split(',')
    .filter((option) => !dropped.includes(option));
  parts.changes.push(set(path, `${target}:${[...kept, 'noexec', 'nosuid', 'nodev'].join(',')}`));
  parts.losses.push(`Programs that are put into ${mount.target} can no longer be started from there.`);
  return parts;
}

function closeProgram(view: ServiceView, mount: Mount, parts: Parts): Parts | NoFix {
  const change = makeReadOnly(view, mount);
  if (!change)
    return {
      why: `${mount.target} is mounted writable over a folder of programs, in a form that cannot be made read-only; mount it elsewhere.`,
    };
  parts.changes.push(change);
  parts.losses.push(`What is mounted at ${mount.target} can no longer be changed from inside.`);
  return parts;
}

/** What else an image writes to that nobody here knows is the user's to say. */
function noteForeignImage(view: ServiceView, parts: Parts): void {
  if (view.image.startsAs !== 'ordinary' && !writableMount(view.service.mounts ?? [], '/run'))
    parts.changes.push(add(view.at('tmpfs'), runtime));
  parts.losses.push(
    `The image of ${view.name} is not the official one: whatever else it writes to at start needs a mount of its own, or it does not start.`,
  );
}
