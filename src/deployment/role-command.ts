import type { Service } from './deployment.ts';

/** OpenClaw's program under the names it has had. */
const programPattern = /(?:^|\/)(?:openclaw|clawdbot|moltbot)(?:\.m?js)?$/;
/** The same in upstream's source folder, where other programs have theirs, too. */
const buildPattern = /(?:^|\/)dist\/index\.m?js$/;
/** What only starts another program, and shells in front of a script. */
const wrappers = new Set([
  'tini',
  'dumb-init',
  'docker-init',
  'catatonit',
  'env',
  'exec',
  '--',
  'node',
  'npx',
]);
/** Programs that do something once, or nothing at all until somebody comes in. */
const idlePrograms = new Set([
  'bash',
  'cat',
  'chown',
  'cp',
  'echo',
  'false',
  'id',
  'ls',
  'mkdir',
  'sh',
  'sleep',
  'tail',
  'true',
  'zsh',
]);
const startPattern = /gateway|supervisord|entrypoint|(?:^|\/)start/;
const shells = new Set(['ash', 'bash', 'sh', 'zsh']);

type Commanded = Pick<Service, 'command' | 'entrypoint'>;

/** The words of entrypoint and command, with scripts taken apart at white space. */
function words(service: Commanded): string[] {
  if (!service.command && !service.entrypoint) return [];
  return [...(service.entrypoint ?? []), ...(service.command ?? [])].flatMap((text) =>
    text.split(/[\s;"'`()]+/).filter((word) => word !== ''),
  );
}

function isEntry(word: string): boolean {
  return programPattern.test(word) || buildPattern.test(word);
}

/** True when the command starts OpenClaw's gateway. */
export function runsGateway(service: Commanded): boolean {
  const all = words(service);
  return all.some((word, index) => isEntry(word) && subcommand(all, index) === 'gateway');
}

/** True when the command starts OpenClaw's program with whatever arguments. */
export function runsEntry(service: Commanded): boolean {
  return words(service).some((word) => programPattern.test(word));
}

/** The first word behind the program that is no flag; undefined when there is none. */
function subcommand(all: readonly string[], entry: number): string | undefined {
  return all.slice(entry + 1).find((word) => !word.startsWith('-'));
}

/**
 * True for the operator's command line and for what runs once, rather than the gateway: by profile or name, by
 * OpenClaw's program with another command, or by a program that only waits.
 */
export function isOneOff(service: Omit<Service, 'role'>): boolean {
  if (runsGateway(service)) return false;
  if (service.profiles?.includes('cli') === true) return true;
  if (/(?:^|[-_])cli(?:[-_]|$)/.test(service.name)) return true;
  if (/^service:.*(?:openclaw|clawdbot|moltbot|gateway)/.test(service.networkMode ?? '')) return true;
  return doesSomethingElse(service);
}

function doesSomethingElse(service: Commanded): boolean {
  const all = words(service);
  const entry = all.findIndex(isEntry);
  if (entry >= 0) return isOtherCommand(all, entry);
  const programs = [programOf(all), programOf(service.command ?? [])];
  // A shell with a script that starts something is like any other entrypoint.
  if (programs.some((program) => shells.has(program)) && all.some((word) => startPattern.test(word)))
    return false;
  return programs.some((program) => idlePrograms.has(program));
}

/** Name of what is started in the end, without the programs in front of it. */
function programOf(all: readonly string[]): string {
  return baseName(all.find((word) => !wrappers.has(baseName(word))) ?? '');
}

/** OpenClaw's program with a command that is not `gateway`, or with nothing at all. */
function isOtherCommand(all: readonly string[], entry: number): boolean {
  return subcommand(all, entry) !== undefined || entry === all.length - 1;
}

function baseName(path: string): string {
  return path.split('/').at(-1) ?? '';
}
