import type { Service, ServiceRole } from './deployment.ts';

export const roleLabel = 'dev.clawproof.role';
export const presetLabel = 'dev.clawproof.preset';

const roles: readonly ServiceRole[] = ['gateway', 'cli', 'egress', 'ingress', 'neighbour'];
/** Names that OpenClaw has had. */
const productNames = ['openclaw', 'clawdbot', 'moltbot'];
const gatewayPort = 18_789;
const stateFolderPattern = /\/\.(?:openclaw|clawdbot|moltbot)(?:\/|$)/;
const entryPattern = /(?:^|\/)(?:openclaw(?:\.mjs|\.js)?|clawdbot|moltbot)$|(?:^|\/)dist\/index\.m?js$/;

/** One trace of OpenClaw in a service; three points make it OpenClaw. */
interface Clue {
  points: number;
  text: string;
}

export interface DetectedRole {
  role: ServiceRole;
  reason: string;
}

/**
 * Finds out what a service is: clawproof's own by their label, OpenClaw by image, command, mounts, environment and port.
 * A name alone is never enough.
 */
export function detectRole(service: Omit<Service, 'role' | 'roleReason'>): DetectedRole {
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

function cluesOf(service: Omit<Service, 'role'>): Clue[] {
  const stateFolder = service.mounts?.some((mount) => stateFolderPattern.test(mount.target));
  const port = service.ports?.some((published) => published.containerPort === gatewayPort);
  const environment = Object.keys(service.environment ?? {}).some((name) =>
    /^(?:OPENCLAW|CLAWDBOT)_/.test(name),
  );
  const name = productNames.some((product) => service.name.toLowerCase().includes(product));
  return [
    ...imageClue(service.image?.reference ?? ''),
    ...commandClue(service),
    ...(stateFolder === true ? [{ points: 2, text: 'state folder' }] : []),
    ...(port === true ? [{ points: 2, text: `port ${gatewayPort}` }] : []),
    ...(environment ? [{ points: 1, text: 'environment' }] : []),
    ...(name ? [{ points: 1, text: 'service name' }] : []),
  ];
}

function imageClue(reference: string): Clue[] {
  const repository = imageName(reference);
  if (productNames.includes(repository)) return [{ points: 3, text: 'image' }];
  return productNames.some((name) => repository.includes(name)) ? [{ points: 2, text: 'image name' }] : [];
}

function commandClue(service: Omit<Service, 'role'>): Clue[] {
  if (runsGateway(service)) return [{ points: 3, text: 'command' }];
  return words(service).some((word) => entryPattern.test(word)) ? [{ points: 2, text: 'command' }] : [];
}

/** Last part of an image's repository, without registry, tag and digest. */
function imageName(reference: string): string {
  const withoutDigest = reference.split('@')[0] ?? '';
  return (withoutDigest.split('/').at(-1) ?? '').split(':')[0]?.toLowerCase() ?? '';
}

function words(service: Pick<Service, 'command' | 'entrypoint'>): string[] {
  return [...(service.entrypoint ?? []), ...(service.command ?? [])].flatMap((text) => text.split(/\s+/));
}

function runsGateway(service: Pick<Service, 'command' | 'entrypoint'>): boolean {
  const all = words(service);
  return all.includes('gateway') && all.some((word) => entryPattern.test(word));
}

/** The operator's command line rather than the gateway: shares its namespace, stands in a profile, or runs another command. */
function isOneOff(service: Omit<Service, 'role'>): boolean {
  if (runsGateway(service)) return false;
  if (/^(?:service|container):/.test(service.networkMode ?? '')) return true;
  if (service.profiles?.includes('cli') === true) return true;
  return /(?:^|[-_])cli$/.test(service.name);
}
