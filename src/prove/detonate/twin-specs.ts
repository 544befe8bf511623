import type { EngineReport } from '../../engine/engine-report.ts';
import { hostId } from '../../engine/host-id.ts';
import type { ContainerSpec, HostConfigSpec } from '../container-spec.ts';
import type { LabFile } from '../lab.ts';
import { KIT } from '../layout.ts';
import type { SinkOptions } from '../payload/detonation/record.ts';
import type { Bait, BaitSet } from './baits.ts';
import type { SkillFile } from './detonation.ts';
import { TWIN } from './layout.ts';

const MiB = 1024 * 1024;
const GiB = 1024 * MiB;
const OWNER = { uid: 1000, gid: 1000 } as const;
const ROOT = { uid: 0, gid: 0 } as const;

/** The cable between twin and sinkhole: what a container of an ordinary Docker network has. */
export const CABLE = { sink: '172.17.0.1', twin: '172.17.0.2', bits: 30 } as const;

export const SINK_CONTROL = 5219;
export const SINK_READY = '/dev/shm/sink.json';
const SINK_FOLDER = '/sink';

/** Folders that somebody who is not root may write, each a volume in memory; all others are the image's. */
export const SCRATCH = [
  { purpose: 'home', path: TWIN.home, mib: 256 },
  { purpose: 'state', path: TWIN.state, mib: 256 },
  { purpose: 'tmp', path: '/tmp', mib: 128 },
  { purpose: 'var-tmp', path: '/var/tmp', mib: 32 },
  { purpose: 'shm', path: '/dev/shm', mib: 64 },
] as const;

/** The engine's host mounts it, and takes ids for its own: with userns-remap, the twin's user has other ones there. */
export function scratchOptions(
  { mib }: { mib: number },
  engine: Pick<EngineReport, 'kind' | 'engine'>,
): string {
  const [uid, gid] = [OWNER.uid, OWNER.gid].map((id) => hostId(id, engine) ?? id);
  return `nosuid,nodev,size=${mib}m,mode=0700,uid=${uid},gid=${gid}`;
}

export interface TwinVolumes {
  world: string;
  skills: string;
  /** Volume of each folder of `SCRATCH`, in its order. */
  scratch: readonly string[];
}

/**
 * The container in which the skill is used: OpenClaw's own image and limits, a home of its own in memory, and no network but
 * the cable that is put in when it runs.
 */
export function twinSpec(
  image: string,
  path: string,
  volumes: TwinVolumes,
  baits: readonly Bait[],
): ContainerSpec {
  const authority = `${TWIN.world}/ca.pem`;
  const trust = [
    'NODE_EXTRA_CA_CERTS',
    'SSL_CERT_FILE',
    'CURL_CA_BUNDLE',
    'REQUESTS_CA_BUNDLE',
    'GIT_SSL_CAINFO',
  ];
  return {
    Image: image,
    Hostname: 'gateway',
    User: `${OWNER.uid}:${OWNER.gid}`,
    Env: [
      `PATH=${path}:${TWIN.world}/tools`,
      `HOME=${TWIN.home}`,
      'NODE_ENV=production',
      ...trust.map((name) => `${name}=${authority}`),
      ...baits.flatMap(({ variable, value }) => (variable === undefined ? [] : [`${variable}=${value}`])),
    ],
    Labels: {},
    Entrypoint: ['/bin/sh', '-c', START],
    Cmd: [],
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      ...LOCKED,
      Memory: 2 * GiB + 512 * MiB,
      PidsLimit: 512,
      Mounts: [
        ...scratchMounts(volumes, false),
        readOnly(volumes.world, TWIN.world),
        readOnly(volumes.skills, TWIN.skills),
      ],
      Sysctls: { 'net.ipv6.conf.all.disable_ipv6': '1' },
    },
    networks: {},
  };
}

/** OpenClaw begins when it has its cable. */
const START = [
  `cp -R ${TWIN.world}/home/. ${TWIN.home}/`,
  `chmod 700 ${TWIN.home}/.ssh ${TWIN.state}`,
  `chmod 600 ${TWIN.config} ${TWIN.home}/.ssh/id_ed25519`,
  'until [ -e /sys/class/net/eth0 ]; do sleep 0.1; done',
  // Once more: on a busy host some of its own time limits are short.
  'openclaw gateway || exec openclaw gateway',
].join('; ');

/** The container to which every name and every address leads. */
export function sinkSpec(image: string, volume: string): ContainerSpec {
  return {
    Image: image,
    User: '65534:65534',
    Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/tmp'],
    Labels: {},
    Entrypoint: ['node', KIT.sink, `${SINK_FOLDER}/options.json`],
    Cmd: [],
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      ...LOCKED,
      Memory: 768 * MiB,
      PidsLimit: 64,
      Tmpfs: { '/tmp': 'rw,nosuid,nodev,noexec,size=1m,mode=1777' },
      Mounts: [readOnly(volume, SINK_FOLDER)],
      Sysctls: { 'net.ipv4.ip_unprivileged_port_start': '0', 'net.ipv6.conf.all.disable_ipv6': '1' },
    },
    networks: {},
  };
}

/** Sees the twin's processes, and is no user that these could end. */
export function watcherSpec(image: string, twin: string): ContainerSpec {
  return {
    Image: image,
    User: '65534:65534',
    Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/tmp'],
    Labels: {},
    HostConfig: { ...LOCKED, Init: false, PidMode: `container:${twin}`, Memory: 256 * MiB, PidsLimit: 32 },
    networks: {},
  };
}

/**
 * Plays the model and compares the files. It has the twin's network and, to read, its folders; processes of the skill
 * neither see nor reach it, though it is the same user.
 */
export function witnessSpec(image: string, twin: string, volumes: TwinVolumes): ContainerSpec {
  return {
    Image: image,
    User: `${OWNER.uid}:${OWNER.gid}`,
    Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/nonexistent'],
    Labels: {},
    Entrypoint: ['node', '--eval', 'setInterval(() => undefined, 1 << 30)'],
    Cmd: [],
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      ...LOCKED,
      NetworkMode: `container:${twin}`,
      Memory: 512 * MiB,
      PidsLimit: 64,
      Mounts: scratchMounts(volumes, true),
    },
    networks: {},
  };
}

const LOCKED: HostConfigSpec = {
  NetworkMode: 'none',
  ReadonlyRootfs: true,
  CapDrop: ['ALL'],
  SecurityOpt: ['no-new-privileges'],
  Init: true,
  LogConfig: { Type: 'json-file', Config: { 'max-size': '4m' } },
};

function scratchMounts({ scratch }: TwinVolumes, isReadOnly: boolean): ReturnType<typeof readOnly>[] {
  return SCRATCH.map(({ path }, index) => ({
    ...readOnly(scratch[index] ?? '', path),
    ReadOnly: isReadOnly,
  }));
}

function readOnly(volume: string, target: string): NonNullable<HostConfigSpec['Mounts']>[number] {
  return { Type: 'volume', Source: volume, Target: target, ReadOnly: true, VolumeOptions: { NoCopy: true } };
}

/** What a volume of the twin's is filled with: bait, settings, an ordinary workspace, stand-ins for missing programs. */
export function worldFiles(
  { files }: BaitSet,
  config: object,
  authority: string,
  programs: readonly string[],
): LabFile[] {
  const homes: Record<string, string> = {
    ...files,
    ...ORDINARY,
    [TWIN.config]: `${JSON.stringify(config, null, 2)}\n`,
  };
  return [
    ...Object.entries(homes).map(([path, content]) => ({
      path: `home${path.slice(TWIN.home.length)}`,
      content,
      mode: 0o644,
      ...OWNER,
    })),
    { path: 'ca.pem', content: authority, mode: 0o444, ...ROOT },
    { path: 'resolv.conf', content: `nameserver ${CABLE.sink}\n`, mode: 0o444, ...ROOT },
    ...programs.map((name) => ({
      path: `tools/${name}`,
      content: `#!/bin/sh\nexec node ${KIT.standIn} '${name}' "$@"\n`,
      mode: 0o555,
      ...ROOT,
    })),
  ];
}

/** What is in every home, so that what is added to it is seen as such. */
const ORDINARY: Record<string, string> = {
  [`${TWIN.home}/.bashrc`]: '# ~/.bashrc\nalias ll="ls -l"\n',
  [`${TWIN.home}/.profile`]: '# ~/.profile\n',
  [`${TWIN.workspace}/SOUL.md`]: '# Soul\n\nBe helpful and honest.\n',
  [`${TWIN.workspace}/AGENTS.md`]: '# Agents\n\nKeep to what the owner asks for.\n',
  [`${TWIN.workspace}/IDENTITY.md`]: '# Identity\n\nName: Assistant\n',
  [`${TWIN.workspace}/USER.md`]: '# User\n\nName: the owner\n',
  [`${TWIN.workspace}/TOOLS.md`]: '# Tools\n',
  [`${TWIN.workspace}/HEARTBEAT.md`]: '# Heartbeat\n',
  [`${TWIN.workspace}/notes.txt`]: 'Buy milk. Call the dentist on Monday.\n',
};

/** The skill as it came; everything in it can be started. */
export function skillVolume(name: string, files: readonly SkillFile[]): LabFile[] {
  return files.map(({ path, content, mode }) => ({
    path: `${name}/${path}`,
    content,
    mode: 0o444 | (mode & 0o111) | (startsLikeProgram(content) ? 0o111 : 0),
    ...OWNER,
  }));
}

function startsLikeProgram(content: Uint8Array): boolean {
  return (content[0] === 0x23 && content[1] === 0x21) || (content[0] === 0x7f && content[1] === 0x45);
}

export function sinkFiles(options: SinkOptions): LabFile[] {
  return [{ path: 'options.json', content: JSON.stringify(options), mode: 0o444, ...ROOT }];
}

/**
 * Shell commands that join two network namespaces, and nothing else, by a cable. What goes to any address ends at the
 * sinkhole, which takes them all for its own.
 */
export function cableScript(sinkPid: number, twinPid: number): string {
  const { sink, twin, bits } = CABLE;
  const inSink = [
    `ip link add eth0 type veth peer name eth0 netns ${twinPid}`,
    `ip addr add ${sink}/${bits} dev eth0`,
    'ip link set lo up',
    'ip link set eth0 up',
    // Before all others: answers to the twin would end here, too.
    `ip route add ${twin}/32 dev eth0 table local`,
    'ip route add local 0.0.0.0/0 dev lo table local',
  ].join('; ');
  const inTwin = [
    `ip addr add ${twin}/${bits} dev eth0`,
    'ip link set eth0 up',
    `ip route add default via ${sink}`,
  ].join('; ');
  return [
    'set -e',
    `nsenter -t ${sinkPid} -n sh -ec '${inSink}'`,
    `nsenter -t ${twinPid} -n sh -ec '${inTwin}'`,
  ].join('\n');
}
