import type { Attempt, Seen } from '../../probe.ts';
import { OWN_SCRIPT_SAYS } from '../../stack/own-script.ts';
import { answerOf, call } from './calls.ts';

/** Programs that run another one. OpenClaw looks through them, and has no setting that refuses them. */
const WRAPPERS = ['env', 'time', 'nice', 'nohup', 'timeout 9', 'flock clawproof-lock', 'stdbuf -o0', 'exec'];

const idOf = (wrapper: string, what: 'shell' | 'script'): string => `${wrapper.split(' ')[0]}-${what}`;

/** Each of them before a shell, which must not run, and before the allowed script, which may: it is allowed. */
export function wrapped(script: string, print: string, workdir: string): Attempt[] {
  return WRAPPERS.flatMap((wrapper) => [
    call(idOf(wrapper, 'shell'), 'exec', { command: `${wrapper} sh -c '${print}'`, workdir }),
    call(idOf(wrapper, 'script'), 'exec', { command: `${wrapper} ${script} one`, workdir }),
  ]);
}

/** The attempts that must be refused. */
export const WRAPPED_SHELLS = WRAPPERS.map((wrapper): readonly [id: string, what: string] => [
  idOf(wrapper, 'shell'),
  `a shell behind ${wrapper.split(' ')[0]}`,
]);

/** The attempts that may be refused. */
export const WRAPPED_SCRIPTS = WRAPPERS.map((wrapper) => idOf(wrapper, 'script'));

/** Behind which of them the allowed script ran. */
export function ranBehind(seen: Seen): string[] {
  return WRAPPERS.filter((wrapper) => {
    const answer = answerOf(seen, idOf(wrapper, 'script'));
    return typeof answer !== 'string' && answer.result.includes(`${OWN_SCRIPT_SAYS} one`);
  }).map((wrapper) => wrapper.split(' ')[0] ?? wrapper);
}
