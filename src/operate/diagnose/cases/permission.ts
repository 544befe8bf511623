import { dirname, join } from 'node:path';
import { hostId } from '../../../engine/host-id.ts';
import { shellQuote } from '../../../errors/quote.ts';
import { CONTAINER_UID, GATEWAY, PATHS } from '../../../render/layout.ts';
import type { Case, Evidence, Finding } from '../case.ts';
import { lineEvidence } from '../log-lines.ts';
import { type MountSeen, type Observations, valueOf } from '../observations.ts';
import { command, gatewayOf, mend, startLines } from './help.ts';

const DENIED = /\b(?:EACCES|EPERM)\b|permission denied|operation not permitted/i;

/** A mount that the gateway's user may not use as it must. */
export const permissionDenied: Case = {
  id: 'permission-denied',
  title: "The gateway's user may not use what is mounted",
  symptom: 'EACCES, EPERM or "permission denied" in the log, and mostly no start at all.',
  looksAt: ['mounts', 'gatewayLog'],
  recognise(seen) {
    const wrong = (valueOf(seen.mounts) ?? []).flatMap((mount) => {
      const why = whyUnusable(mount);
      return why === null ? [] : [{ mount, why }];
    });
    const lines = lineEvidence(startLines(seen), DENIED);
    if (wrong.length === 0 && lines.length === 0) return [];
    return wrong.length === 0
      ? [fromLog(seen, lines)]
      : wrong.map(({ mount, why }) => ofMount(seen, mount, why, lines));
  },
};

function ofMount(seen: Observations, mount: MountSeen, why: string, lines: Evidence[]): Finding {
  const { uid, gid, mode, target, user } = mount;
  return {
    cause: why,
    evidence: [
      {
        from: `${target} in the container`,
        text: `owner ${uid}:${gid}, mode 0${mode.toString(8)}; the gateway runs as ${user?.uid ?? '?'}:${user?.gid ?? '?'}`,
      },
      ...lines.filter(({ text }) => text.includes(target)).slice(-1),
    ],
    fix: mend(seen, ours(seen, mount), others(seen, mount)),
  };
}

function fromLog(seen: Observations, lines: Evidence[]): Finding {
  const path = /'(\/[^']{1,200})'/.exec(lines.at(-1)?.text ?? '')?.[1];
  return {
    cause: `The gateway's user may not ${/mkdir|open|write|rename|chmod/.test(lines.at(-1)?.text ?? '') ? 'write' : 'use'} ${path ?? 'a file that it needs'}.`,
    evidence: lines,
    fix: mend(
      seen,
      ['Owners and modes are set right by:', command(seen, 'up')],
      [
        `Give the folder that is mounted there to the user of the container (1000 in the official image)${mapping(seen)}, e.g.:`,
        `  sudo chown -R ${onHost(seen, { uid: CONTAINER_UID, gid: CONTAINER_UID })} ./openclaw-data`,
      ],
    ),
  };
}

function ours(seen: Observations, { target, use, user }: MountSeen): string[] {
  if (use === 'read') return [...setRight(seen, target), command(seen, 'up')];
  const name = gatewayOf(seen)?.name ?? 'the gateway';
  const image = gatewayOf(seen)?.inspect?.Config.Image ?? 'IMAGE';
  const ids = user ?? { uid: CONTAINER_UID, gid: CONTAINER_UID };
  // With userns-remap root of a container may not give away what belongs to an id of the host.
  const owner = isRemapped(seen) ? onHost(seen, ids) : `${ids.uid}:${ids.gid}`;
  const asRoot = `${isRemapped(seen) ? '--userns host ' : ''}--user 0:0`;
  return [
    "Give OpenClaw's state back to its user, then start it again:",
    `  docker run --rm --network none ${asRoot} --cap-drop ALL --cap-add CHOWN --cap-add DAC_OVERRIDE --cap-add FOWNER --volumes-from ${name} --entrypoint chown ${image} -hR ${owner} ${target}`,
    command(seen, 'up'),
  ];
}

function others(seen: Observations, { target, user, use }: MountSeen): string[] {
  const mount = gatewayOf(seen)?.inspect?.Mounts.find(({ Destination }) => Destination === target);
  const owner = onHost(seen, user ?? { uid: CONTAINER_UID, gid: CONTAINER_UID });
  const source = mount?.Source ?? target;
  const what =
    use === 'state' ? 'Give it to the user of the container' : 'Let the user of the container read it';
  return [
    `${what}${mapping(seen)}:`,
    `  sudo chown -R ${owner} ${source}`,
    ...(mount?.Type === 'bind'
      ? ['Or use a named volume in its place, which the image’s user gets by itself.']
      : []),
  ];
}

/** The owner as a chown on the engine's host takes it. */
function onHost(seen: Observations, { uid, gid }: { uid: number; gid: number }): string {
  const engine = valueOf(seen.engine);
  const id = (number: number): number | string => (engine ? (hostId(number, engine) ?? 'UID') : number);
  return `${id(uid)}:${id(gid)}`;
}

/** What has to be known of the number in `onHost`; the part of a sentence. */
function mapping(seen: Observations): string {
  const engine = valueOf(seen.engine);
  if (engine === undefined) return '';
  if (hostId(CONTAINER_UID, engine) === null) return ' (UID = the id that it has on the host of the engine)';
  return isRemapped(seen) ? ' (this engine maps users: what it has as 1000 is another id here)' : '';
}

function isRemapped(seen: Observations): boolean {
  return valueOf(seen.engine)?.engine?.userNamespaces === true;
}

/** Null when the gateway can use it. OpenClaw must own its state: it changes modes in it. */
function whyUnusable({ user, uid, gid, mode, use, target, kind }: MountSeen): string | null {
  if (user === null || user.uid === 0) return null;
  const isOwner = user.uid === uid;
  if (use === 'state' && kind === 'directory' && !isOwner)
    return `${target}, OpenClaw's state, belongs to user ${uid}, and the gateway runs as user ${user.uid}: it must own its state.`;
  const bits = bitsFor(user, { uid, gid, mode });
  const needed = use === 'state' ? 7 : kind === 'directory' ? 5 : 4;
  if (kind === 'other' || (bits & needed) === needed) return null;
  return `User ${user.uid}, as which the gateway runs, may not ${use === 'state' ? 'write' : 'read'} ${target}.`;
}

/** Read, write and execute as the kernel grants them to this user. */
function bitsFor(
  user: { uid: number; gid: number },
  { uid, gid, mode }: Pick<MountSeen, 'uid' | 'gid' | 'mode'>,
): number {
  if (user.uid === uid) return (mode >> 6) & 7;
  return user.gid === gid ? (mode >> 3) & 7 : mode & 7;
}

/** What is mounted, where it is in the folder, and the mode that shuts out everybody else. */
const OWNED: Readonly<Record<string, { path: string; mode: string }>> = {
  [GATEWAY.configFolder]: { path: dirname(PATHS.openclawConfig), mode: '700' },
  [GATEWAY.configFile]: { path: PATHS.openclawConfig, mode: '600' },
  [GATEWAY.tokenFile]: { path: PATHS.gatewayToken, mode: '400' },
};

/** `up` leaves alone what runs from unchanged files, owners and modes included. */
function setRight(seen: Observations, target: string): string[] {
  const deployment = seen.target;
  const owned = OWNED[target];
  if (owned === undefined || deployment.kind !== 'deployment') return ['Owners and modes are set right by:'];
  const path = shellQuote(join(deployment.folder, owned.path));
  return [
    `Give it to the user of the container${mapping(seen)}, then:`,
    `  sudo chown ${onHost(seen, { uid: CONTAINER_UID, gid: CONTAINER_UID })} ${path}`,
    `  sudo chmod ${owned.mode} ${path}`,
  ];
}
