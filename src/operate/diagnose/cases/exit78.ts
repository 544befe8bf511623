import type { Case, Evidence, Finding } from '../case.ts';
import { lineEvidence } from '../log-lines.ts';
import type { ContainerSeen, Observations } from '../observations.ts';
import { command, gatewayOf, mend, startLines } from './help.ts';
import { configInvalid } from './config.ts';
import { diskFull } from './disk.ts';
import { ownerLease } from './lease.ts';
import { permissionDenied } from './permission.ts';

const CODE = 78;
const WORDS =
  /Gateway failed to start|Doctor cannot repair|requires state migration|Unable to create fallback|Missing config|database is not open|Error:|EACCES|EROFS|ENOENT/;
const NO_TEMP = /Unable to create fallback OpenClaw temp dir: (\S+)/;

/** OpenClaw itself refused to start, on purpose: a restart does not help. */
export const refusedStart: Case = {
  id: 'exit-78',
  title: 'OpenClaw refuses to start (exit code 78)',
  symptom: 'The gateway ends within seconds, again and again, with exit code 78.',
  looksAt: ['containers', 'gatewayLog'],
  recognise(seen) {
    const gateway = gatewayOf(seen);
    if (gateway === undefined || !isRefused(gateway)) return [];
    const lines = lineEvidence(startLines(seen), WORDS, 'log of the gateway', 3);
    const restarts = gateway.inspect?.RestartCount ?? 0;
    const first = {
      from: `docker inspect ${gateway.name}`,
      text: `exit code ${CODE}, restarted ${restarts} times`,
    };
    const temp = lines.map(({ text }) => NO_TEMP.exec(text)?.[1]).find((path) => path !== undefined);
    if (temp !== undefined) return [withoutTemp(seen, temp, [first, ...lines])];
    const others = [configInvalid, permissionDenied, ownerLease, diskFull].filter(
      (one) => one.recognise(seen).length > 0,
    );
    // The case that explains it shows the lines.
    if (others.length > 0) return [explained(others, first)];
    return [
      {
        cause:
          'OpenClaw ended itself rather than start on what it found: state of another version, that is damaged or that it may not write. A restart does not change that.',
        evidence: [first, ...lines],
        fix: doctor(seen, gateway),
      },
    ];
  },
};

function isRefused({ inspect, events }: ContainerSeen): boolean {
  if (inspect === null) return false;
  const { State: state } = inspect;
  if (!state.Running && state.ExitCode === CODE) return true;
  // Between two attempts it runs for a moment.
  const last = events.findLast(({ kind }) => kind === 'die');
  return state.Health?.Status !== 'healthy' && last?.exitCode === CODE;
}

function withoutTemp(seen: Observations, path: string, evidence: Evidence[]): Finding {
  return {
    cause: `With a read-only root OpenClaw finds no folder for its temporary files: ${path} cannot be made.`,
    evidence,
    fix: mend(
      seen,
      ['The files of this deployment were changed; write them again:', command(seen, 'up')],
      [
        'Set XDG_CACHE_HOME to a folder in the state volume, e.g. XDG_CACHE_HOME=/home/node/.openclaw/cache. In the folder of the compose file:',
        '  clawproof fix --write --only read-only-root',
      ],
    ),
  };
}

function explained(others: readonly Case[], evidence: Evidence): Finding {
  const titles = others.map(({ title }) => title).join('; ');
  return {
    cause: `OpenClaw ended itself rather than start on what it found; why is said under: ${titles}.`,
    evidence: [evidence],
    fix: ['Mend that first.'],
  };
}

function doctor(seen: Observations, { name, inspect }: ContainerSeen): string[] {
  return mend(
    seen,
    [
      'See the whole log, let OpenClaw look itself, then start it:',
      command(seen, 'logs'),
      command(seen, 'openclaw -- doctor'),
      command(seen, 'up'),
    ],
    [
      'Back up the volume first. Then, with the same volumes and while the gateway is stopped:',
      `  docker run --rm -it --volumes-from ${name} --entrypoint openclaw ${inspect?.Config.Image ?? 'IMAGE'} doctor --fix`,
    ],
  );
}
