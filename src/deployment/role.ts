import type { Service, ServiceRole } from './deployment.ts';
import { isOneOff, runsEntry, runsGateway } from './role-command.ts';

export const roleLabel = 'dev.clawproof.role';
export const presetLabel = 'dev.clawproof.preset';

const roles: readonly ServiceRole[] = ['gateway', 'cli', 'egress', 'ingress', 'edge', 'neighbour'];
/** Names that OpenClaw has had. */
const productPattern = /openclaw|clawdbot|moltbot/;
const gatewayPort = 18_789;
const stateFolderPattern = /\/\.(?:openclaw|clawdbot|moltbot)(?:\/|$)/;
const variablePattern = /^(?:OPENCLAW|CLAWDBOT|MOLTBOT)_/;

/** What stands beside OpenClaw under its name: `openclaw-browser`, `openclaw-db`. */
const accessoryPattern =
  /(?:^|[-_.])(?:admin|backup|browser|caddy|channels|chrome|chromium|cron|dashboard|database|db|dind|exporter|fileserver|init|metrics|mongo|mysql|nginx|ollama|postgres|proxy|redis|sandbox|syncthing|tailscale|traefik|tunnel|ui|vnc|vpn|web)(?:[-_.]|$)/;
/** Products of others, whatever their service is called and whichever port they publish for OpenClaw. */
const foreignPattern =
  /^(?:autoheal|browserless|busybox|caddy|chrome|chromium|cloudflared|code-server|docker|envoy|gluetun|haproxy|httpd|mariadb|minio|mongo|mysql|nginx|ollama|open-webui|pgvector|postgres|prometheus|grafana|qdrant|redis|searxng|signal-cli-rest-api|socat|squid|syncthing|tailscale|traefik|valkey|watchtower|wireguard)$/;

/** One trace of OpenClaw in a service; three points make it OpenClaw. */
interface Clue {
  points: number;
  text: string;
  /** True for what nothing but OpenClaw itself has. */
  isStrong?: boolean;
}

export interface DetectedRole {
  role: ServiceRole;
  reason: string;
}

type Undecided = Omit<Service, 'role' | 'roleReason'>;

/**
 * Finds out what a service is: clawproof's own by their label, OpenClaw by image, command, mounts, environment and port.
 * A name alone is never enough; `settleRoles` then looks at all services together.
 */
export function detectRole(service: Undecided): DetectedRole {
  const label = service.labels?.[roleLabel];
  const labelled = roles.find((role) => role === label);
  if (labelled) return { role: labelled, reason: `label ${roleLabel}` };
  const clues = cluesOf(service);
  const points = clues.reduce((sum, clue) => sum + clue.points, 0);
  if (points < 3)
    return { role: 'neighbour', reason: 'no trace of OpenClaw in image, command, mounts or ports' };
  const reason = clues.map((clue) => clue.text).join(', ');
  return { role: isOneOff(service) ? 'cli' : 'gateway', reason };
}

/**
 * Compares the services of one deployment: beside a gateway that shows itself clearly, what has only traces of it is a
 * neighbour; a service in the gateway's network namespace that does not run it is a command line; and where there is no
 * OpenClaw at all, one that is built here and called by its name is taken for it.
 */
export function settleRoles(services: readonly Service[]): void {
  const gateways = services.filter((service) => service.role === 'gateway' && !isLabelled(service));
  const clear = services.filter((service) => service.role === 'gateway' && isClear(service));
  if (clear.length > 0) for (const service of gateways) if (!isClear(service)) demote(service, clear);
  for (const service of gateways) {
    const owner = /^service:(.*)$/.exec(service.networkMode ?? '')?.[1];
    const isShared = clear.some((other) => other.name === owner && other.role === 'gateway');
    if (isShared && !runsGateway(service)) service.role = 'cli';
  }
  if (!services.some((service) => service.role === 'gateway' || service.role === 'cli')) adopt(services);
}

function demote(service: Service, gateways: readonly Service[]): void {
  const image = service.image?.reference;
  const isSameImage = image !== undefined && gateways.some((gateway) => gateway.image?.reference === image);
  service.role = isSameImage ? 'cli' : 'neighbour';
  service.roleReason = isSameImage
    ? `${service.roleReason ?? ''}, image of ${gateways[0]?.name ?? 'the gateway'}`
    : `only traces of OpenClaw, which is ${gateways[0]?.name ?? 'another service'}`;
}

function isLabelled(service: Service): boolean {
  return service.labels?.[roleLabel] !== undefined;
}

/** True for a label, and for what nothing but OpenClaw itself has. */
function isClear(service: Service): boolean {
  return isLabelled(service) || cluesOf(service).some((clue) => clue.isStrong === true);
}

function adopt(services: readonly Service[]): void {
  const candidates = services.filter(
    (service) => hasProductName(service.name) && service.isBuilt === true && !isLabelled(service),
  );
  for (const service of candidates) {
    service.role = isOneOff(service) ? 'cli' : 'gateway';
    service.roleReason = 'service name; nothing else here looks like OpenClaw';
  }
}

function cluesOf(service: Undecided): Clue[] {
  const isGateway = runsGateway(service);
  const reference = service.image?.reference ?? '';
  if (!isGateway && foreignPattern.test(imageName(reference))) return [];
  const clues = [...imageClue(reference), ...commandClue(service, isGateway)];
  clues.push(...attachmentClues(service));
  const { environment = {} } = service;
  if (Object.keys(environment).some((name) => variablePattern.test(name)))
    clues.push({ points: 1, text: 'environment' });
  if (builtFor(service)) clues.push({ points: 1, text: 'build' });
  if (hasProductName(service.name)) clues.push({ points: 1, text: 'service name' });
  return clues;
}

function attachmentClues({ mounts = [], ports = [] }: Undecided): Clue[] {
  const clues: Clue[] = [];
  if (mounts.some((mount) => stateFolderPattern.test(mount.target)))
    clues.push({ points: 2, text: 'state folder' });
  if (ports.some((published) => published.containerPort === gatewayPort))
    clues.push({ points: 2, text: `port ${gatewayPort}`, isStrong: true });
  return clues;
}

function imageClue(reference: string): Clue[] {
  const repository = imageName(reference);
  const isProduct = /^(?:openclaw|clawdbot|moltbot)$/;
  const folder = reference.toLowerCase().split('/').at(-2) ?? '';
  const isRole = /^(?:gateway|cli)$/.test(repository) && isProduct.test(folder);
  if (isProduct.test(repository) || isRole) return [{ points: 3, text: 'image', isStrong: true }];
  return hasProductName(repository) ? [{ points: 2, text: 'image name' }] : [];
}

function commandClue(service: Undecided, isGateway: boolean): Clue[] {
  if (isGateway) return [{ points: 3, text: 'command', isStrong: true }];
  return runsEntry(service) ? [{ points: 2, text: 'command' }] : [];
}

/** The name of a Dockerfile, a stage or an argument that speaks of OpenClaw. */
function builtFor({ build }: Undecided): boolean {
  if (!build) return false;
  const named = [build.dockerfile ?? '', build.target ?? '', build.context];
  return (
    named.some((text) => hasProductName(text.toLowerCase().split('/').at(-1) ?? '')) ||
    Object.keys(build.args ?? {}).some((name) => variablePattern.test(name))
  );
}

/** OpenClaw's name, but not that of something beside it. */
function hasProductName(name: string): boolean {
  const lower = name.toLowerCase();
  return productPattern.test(lower) && !accessoryPattern.test(lower);
}

/** Last part of an image's repository, without registry, tag and digest. */
function imageName(reference: string): string {
  // A variable that is set nowhere tells by its own name what it stands for: ${OPENCLAW_IMAGE}.
  const withoutDigest = (reference.split('@')[0] ?? '').replaceAll(/[${}]/g, '').replace(/_IMAGE$/, '');
  return (withoutDigest.split('/').at(-1) ?? '').split(':')[0]?.toLowerCase() ?? '';
}
