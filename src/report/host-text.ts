import type { HostProposal } from '../operate/host/harden.ts';
import type { SandboxTrial } from '../operate/host/sandbox-check.ts';
import { SANDBOX_RISK_WORDS } from '../policy/sandbox-risks.ts';
import type { Style } from './style.ts';

/** What `host status` tells. */
export interface HostView {
  version: string;
  kind: string;
  configFile: string;
  isRootless: boolean;
  mapsUsers: boolean;
  /** Limits that the engine takes and does not enforce. */
  ignoredLimits: string[];
  there: string[];
  missing: string[];
  left: { name: string; why: string }[];
  hardenedAt: string | null;
  hasRuntime: boolean;
}

/** What would change and what it does, for a person. @param diff of daemon.json */
export function proposalText(proposal: HostProposal, diff: string, style: Style): string {
  const { carry, mounts, kept, rootBefore } = proposal;
  return [
    diff.trimEnd(),
    '',
    ...planLines(proposal, style),
    ...kept.map(({ path }) => `  ${style.yellow('!')} ${path.join('.')} has another value by now and stays`),
    ...(carry === null ? [] : carryLines(carry)),
    ...mountLines(mounts),
    ...(carry === null && rootBefore !== null
      ? [
          `  What was stored since the change stays in ${rootBefore}; the engine goes back to the data of before.`,
        ]
      : []),
    '',
  ].join('\n');
}

function planLines({ plan, validated }: HostProposal, style: Style): string[] {
  if (plan === undefined) return [];
  const effects = new Map(plan.set.map(({ name, effect }) => [name, effect]));
  const check =
    validated === true
      ? "  The engine's own check accepts the file."
      : '  This engine has no check for the file; it is taken back when the engine does not come up with it.';
  return [
    ...[...effects].map(([name, effect]) => `  ${style.green('+')} ${name.padEnd(18)} ${effect}`),
    ...plan.there.map((name) => `  ${style.dim('=')} ${name.padEnd(18)} is so already`),
    ...plan.left.map(({ name, why }) => `  ${style.yellow('-')} ${name.padEnd(18)} left out: ${why}`),
    ...(effects.size > 0 ? [check] : []),
  ];
}

function carryLines({ volumes, images, left }: NonNullable<HostProposal['carry']>): string[] {
  return [
    '  With userns-remap the engine begins in a new folder. Copied into it:',
    `    images    ${images.join(', ') || 'none'}`,
    `    volumes   ${volumes.map(({ name }) => name).join(', ') || 'none'} (owners moved; the originals stay)`,
    ...left.map((what) => `    not       ${what}`),
    '    not       containers: "clawproof up" and "docker compose up" make them anew',
  ];
}

function mountLines(mounts: HostProposal['mounts']): string[] {
  if (mounts.length === 0) return [];
  return [
    '  Mounted folders and files of this host keep their owners. A container reaches them as another user then:',
    '  what it shall read or write must belong to its user plus the first id of dockremap in /etc/subuid.',
    '  "clawproof up" sees to that in its own folders; the others are yours:',
    ...mounts.map(({ container, source, uid }) => `    ${source} (owner ${uid}), mounted by ${container}`),
  ];
}

export function hostText(view: HostView, style: Style): string {
  const line = (mark: string, words: string): string => `  ${mark} ${words}`;
  const { isRootless, mapsUsers, ignoredLimits } = view;
  const users = isRootless
    ? 'the engine runs without root: root of a container is nobody on this host'
    : mapsUsers
      ? 'users are mapped: root of a container is nobody on this host'
      : 'users are not mapped: root of a container is root of this host';
  return [
    `${style.bold(`Docker Engine ${view.version}`)} (${view.kind}), settings in ${view.configFile}`,
    line(isRootless || mapsUsers ? style.green('✔') : style.yellow('·'), users),
    ...(ignoredLimits.length === 0
      ? [line(style.green('✔'), 'limits on memory, processors and processes are enforced')]
      : ignoredLimits.map((name) =>
          line(
            style.red('✖'),
            `a limit on ${name} is taken and not enforced: nothing stops a container there`,
          ),
        )),
    ...view.there.map((name) => line(style.green('✔'), name)),
    ...view.missing.map((name) => line(style.yellow('·'), `${name} is not set: clawproof host harden`)),
    ...view.left.map(({ name, why }) => line(style.dim('-'), `${name}: ${why}`)),
    line(
      view.hasRuntime ? style.green('✔') : style.dim('-'),
      view.hasRuntime ? 'runtime runsc is known to the engine' : 'no runtime runsc: clawproof host sandbox',
    ),
    ...(view.hardenedAt === null
      ? []
      : [`  Hardened by clawproof at ${view.hardenedAt}; back: clawproof host harden --undo`]),
    '',
  ].join('\n');
}

/** What was tried with runsc, and what follows from it. */
export function sandboxText(trials: readonly SandboxTrial[], style: Style): string {
  const risks = [
    ...new Set(trials.flatMap(({ holds, risk }) => (holds || risk === undefined ? [] : [risk]))),
  ];
  const starts = trials.every(({ holds, risk }) => holds || risk !== undefined);
  return [
    style.bold('Tried with containers under runsc'),
    ...trials.flatMap(({ title, holds, seen }) => [
      `  ${holds ? style.green('✔') : style.red('✖')} ${title}`,
      `      ${style.dim(seen)}`,
    ]),
    '',
    ...(starts ? [] : ['Preset sandboxed cannot be used on this host.']),
    ...(starts && risks.length === 0 ? ['Preset sandboxed can be used: preset: sandboxed'] : []),
    ...(starts && risks.length > 0
      ? [
          'Preset sandboxed can be used by whoever accepts in clawproof.yaml what does not hold:',
          '  preset: sandboxed',
          `  sandbox: { accept: [${risks.join(', ')}] }`,
          '',
          ...risks.map((risk) => `  ${risk}: ${SANDBOX_RISK_WORDS[risk].doc}`),
        ]
      : []),
    '',
  ].join('\n');
}
