import type { ContainerState } from '../../../engine/docker-types.ts';
import type { Case, Evidence, Finding } from '../case.ts';
import { lineEvidence } from '../log-lines.ts';
import { type Answers, type ContainerSeen, type Observations, valueOf } from '../observations.ts';
import { command, gatewayLines, mend } from './help.ts';
import { isMemoryDeath } from './memory.ts';
import { PORT_IN_USE } from './port.ts';

const REFUSED = 78;
const TELLING = /error|fail|fatal|denied|refused|invalid/i;

/** A container that should run and does not. */
export const notRunning: Case = {
  id: 'not-running',
  title: 'A container does not run',
  symptom: 'Nothing answers; `clawproof status` shows it exited, created or restarting.',
  looksAt: ['containers'],
  recognise: (seen) => (valueOf(seen.containers) ?? []).flatMap((container) => stopped(seen, container)),
};

function stopped(seen: Observations, container: ContainerSeen): Finding[] {
  const { name, service, inspect } = container;
  if (inspect === null) return [absent(seen, container)];
  const { State: state, RestartCount: restarts } = inspect;
  if (doesRun(state) || isSaidElsewhere(seen, container, state)) return [];
  return [
    {
      cause: `${name} ${whatItDid(state, restarts)}.`,
      evidence: [stateEvidence(name, state), ...deathEvidence(container), ...lastLines(seen, container)],
      fix: mend(
        seen,
        [
          'Start it; what it says last stands in the log:',
          command(seen, 'up'),
          command(seen, `logs --service ${service}`),
        ],
        [
          'Start it; what it says last stands in the log:',
          `  docker start ${name}`,
          `  docker logs --tail 50 ${name}`,
        ],
      ),
    },
  ];
}

function absent(seen: Observations, { name, service }: ContainerSeen): Finding {
  return {
    cause: `The container of ${service} is not there: it was taken down, or never started.`,
    evidence: [{ from: `docker inspect ${name}`, text: 'no such container' }],
    fix: [command(seen, 'up')],
  };
}

function doesRun(state: ContainerState): boolean {
  return state.Paused || (state.Running && !isLooping(state));
}

function isLooping(state: ContainerState): boolean {
  return state.Restarting || state.Status === 'restarting';
}

/** Cases of their own say it better. */
function isSaidElsewhere(seen: Observations, { role }: ContainerSeen, state: ContainerState): boolean {
  if (PORT_IN_USE.test(state.Error)) return true;
  if (role === 'gateway') return state.ExitCode === REFUSED || isMemoryDeath(state.ExitCode, seen);
  // Something that does its work once and ends.
  return role === 'other' && state.Status === 'exited' && state.ExitCode === 0;
}

function whatItDid(state: ContainerState, restarts: number): string {
  if (isLooping(state)) return `starts and ends again and again (${restarts} times)`;
  return state.Status === 'created' ? 'was made, but never started' : `ended ${wordsOf(state.ExitCode)}`;
}

function stateEvidence(name: string, state: ContainerState): Evidence {
  const error = state.Error === '' ? '' : `: ${state.Error}`;
  return {
    from: `docker inspect ${name}`,
    text: `${state.Status}, exit code ${state.ExitCode}, ended ${state.FinishedAt}${error}`,
  };
}

function deathEvidence({ name, events }: ContainerSeen): Evidence[] {
  const last = events.findLast(({ kind }) => kind === 'die');
  if (last === undefined) return [];
  const text = `died ${new Date(last.at).toISOString()} with exit code ${last.exitCode ?? 'unknown'}`;
  return [{ from: `events of ${name}`, text }];
}

function lastLines(seen: Observations, { role }: ContainerSeen): Evidence[] {
  return role === 'gateway' ? lineEvidence(gatewayLines(seen).slice(-20), TELLING) : [];
}

function wordsOf(code: number): string {
  if (code === 0 || code === 143 || code === 130) return `when it was told to (exit code ${code})`;
  return code === 137 ? 'because it was killed (exit code 137)' : `with exit code ${code}`;
}

/** The container runs, and its health check fails. */
export const unhealthy: Case = {
  id: 'unhealthy',
  title: 'The gateway runs and does not answer as it should',
  symptom: 'Docker shows (unhealthy); the dashboard hangs or says 502.',
  looksAt: ['containers', 'answers'],
  recognise: (seen) => (valueOf(seen.containers) ?? []).flatMap((container) => ill(seen, container)),
};

function ill(seen: Observations, { name, role, inspect, service }: ContainerSeen): Finding[] {
  if (inspect === null || !inspect.State.Running) return [];
  const { State: state } = inspect;
  const answers = role === 'gateway' ? valueOf(seen.answers) : undefined;
  const evidence = healthEvidence(name, state, answers);
  if (state.Paused)
    return [
      {
        cause: `${name} was paused: it exists, and does nothing.`,
        evidence,
        fix: [`  docker unpause ${name}`],
      },
    ];
  const why = whyIll(state, answers);
  if (why === null) return [];
  const again = `  docker restart --time 90 ${name}`;
  return [
    {
      cause: `${name} ${why}`,
      evidence,
      fix: mend(
        seen,
        [
          'See what it says. The health check ends a gateway that hangs by itself; to start it anew at once:',
          command(seen, `logs --service ${service}`),
          again,
        ],
        ['See what it says, then start it anew:', `  docker logs --tail 50 ${name}`, again],
      ),
    },
  ];
}

function whyIll({ Health: health }: ContainerState, answers: Answers | undefined): string | null {
  // After a pause the word stays until the next check.
  if (health?.Status === 'unhealthy' && health.FailingStreak > 0)
    return 'does not answer its health check: it hangs, or has far too little CPU. Docker itself never restarts a container for that.';
  if (answers !== undefined && health?.Status === 'healthy' && answers.readyz !== 200)
    return 'answers, but does not admit traffic (/readyz).';
  return null;
}

function healthEvidence(name: string, state: ContainerState, answers: Answers | undefined): Evidence[] {
  const { Status: health = 'not checked', FailingStreak: failures = 0 } = state.Health ?? {};
  const failed = (state.Health?.Log ?? []).filter(({ ExitCode }) => ExitCode !== 0).slice(-1);
  return [
    {
      from: `docker inspect ${name}`,
      text: `${state.Status}, health ${health}, ${failures} failures in a row`,
    },
    ...failed.map(({ Output, End = '' }) => ({
      from: `health check of ${name}`,
      text: `${End} ${Output.trim().slice(0, 200) || 'no output'}`.trim(),
    })),
    ...(answers === undefined ? [] : [answerEvidence(answers)]),
  ];
}

function answerEvidence({ healthz, readyz, readyzBody }: Answers): Evidence {
  const body = readyz === 200 ? '' : ` ${readyzBody.slice(0, 200)}`.trimEnd();
  return {
    from: 'what the gateway answers',
    text: `/healthz: ${healthz ?? 'nothing'}, /readyz: ${readyz ?? 'nothing'}${body}`,
  };
}
