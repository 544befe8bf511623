import { callDocker } from '../../engine/docker-call.ts';
import { callEngine } from '../../engine/engine-call.ts';
import { isPlaceholder } from '../../measures/placeholder.ts';
import type { Lab } from '../lab.ts';
import type { Observation } from '../payload/protocol.ts';
import type { TwinSpec } from '../proof-target.ts';
import type { RunningStack } from '../stack/running-stack.ts';
import { stackLog } from '../stack/stack-log.ts';
import { replaceSecrets } from '../stack/twin-secrets.ts';
import { guessBits, readTargetSecrets, searchable, type TargetSecrets } from './target-secrets.ts';

interface Place {
  where: string;
  what: string;
}

export interface LookContext {
  lab: Lab;
  spec: TwinSpec;
  /** Absent when no probe needs a twin that runs. */
  stack?: RunningStack;
  /** Tokens that callers sent, and secrets of the twin, by what they are. */
  sent: Readonly<Record<string, string>>;
}

const LOG_LINES = '5000';

/** Looks that are taken by the engine and in this process; none gives away a secret. */
export const LOOKS: Readonly<
  Record<string, (context: LookContext, secrets: TargetSecrets) => Promise<unknown>>
> = {
  searchInspect,
  searchLogs,
  tokenStrength: async (_context, { token, asksForNone }) => {
    if (asksForNone) return { kind: 'none' };
    if (token === undefined) return { kind: 'unknown' };
    return { kind: 'token', bits: isPlaceholder(token.value) ? 0 : guessBits(token.value) };
  },
  tokenReuse: async (_context, { token, others }) => {
    if (token === undefined) return { same: [] };
    const same = others.filter(({ value, where }) => value === token.value && where !== token.where);
    // A variable that the settings take the token from is one place.
    return {
      same: isOnePlace(token.where, same) ? [] : same.map(({ where }) => where),
      compared: others.length,
    };
  },
};

function isOnePlace(token: string, same: readonly { where: string }[]): boolean {
  return same.length === 1 && same[0]?.where.startsWith('env ') === true && token.startsWith('gateway.auth.');
}

/** Takes one look. @returns what a payload would */
export async function look(name: string, context: LookContext, secrets: TargetSecrets): Promise<Observation> {
  const known = Object.hasOwn(LOOKS, name) ? LOOKS[name] : undefined;
  if (known === undefined) return { error: `there is no look ${name}` };
  try {
    return { result: await known(context, secrets) };
  } catch (error) {
    context.lab.context.ports.signal.throwIfAborted();
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

export { readTargetSecrets };

/** Containers of the target with their images, and what the twin's specification carries. */
async function searchInspect({ lab, spec }: LookContext, secrets: TargetSecrets): Promise<unknown> {
  const { connection } = lab.context.engine;
  const get = async (what: string, path: string): Promise<string> => {
    const { value } = await callEngine<unknown>(connection, {
      action: `look at ${what}`,
      method: 'GET',
      path,
      accept: [404],
    });
    return JSON.stringify(value ?? '');
  };
  const containers = [
    { role: 'gateway', id: spec.target.container.id, image: spec.gateway.Image },
    ...spec.sidecars.map(({ role, container, spec: sidecar }) => ({
      role,
      id: container,
      image: sidecar.Image,
    })),
  ];
  const texts = await Promise.all(
    containers.flatMap(({ role, id, image }) => [
      get(role, `/containers/${id}/json`).then((text) => ({ where: `docker inspect of ${role}`, text })),
      get(`the image of ${role}`, `/images/${image}/json`).then((text) => ({
        where: `the image of ${role}`,
        text,
      })),
      get(`the history of ${role}'s image`, `/images/${image}/history`).then((text) => ({
        where: `the history of ${role}'s image`,
        text,
      })),
    ]),
  );
  const found: Place[] = texts.flatMap(({ where, text }) =>
    searchable(secrets)
      .filter(({ value }) => text.includes(JSON.stringify(value).slice(1, -1)))
      .map(({ where: what }) => ({ where, what })),
  );
  for (const { role, spec: each } of [{ role: 'gateway', spec: spec.gateway }, ...spec.sidecars])
    for (const { where } of replaceSecrets({ env: each.Env }, () => 'x').planted)
      found.push({ where: `docker inspect of ${role}`, what: where });
  return { found, searched: texts.length };
}

/** Logs of the twin for all that was sent to it, and of the target for its own secrets. */
async function searchLogs({ lab, spec, stack, sent }: LookContext, secrets: TargetSecrets): Promise<unknown> {
  const { ports, engine } = lab.context;
  const found: Place[] = [];
  let searched = 0;
  const search = (where: string, text: string, values: readonly { where: string; value: string }[]): void => {
    searched += 1;
    for (const { where: what, value } of values) if (text.includes(value)) found.push({ where, what });
  };
  const twin = Object.entries(sent).map(([where, value]) => ({ where, value }));
  if (stack !== undefined)
    for (const { role, container } of [{ role: 'gateway', container: stack.gateway }, ...stack.sidecars])
      search(`the log of ${role}`, await stackLog(lab.context, container), twin);
  const own = searchable(secrets);
  for (const { role, id } of [
    { role: 'gateway', id: spec.target.container.id },
    ...spec.sidecars.map((sidecar) => ({ role: sidecar.role, id: sidecar.container })),
  ]) {
    const { stdout, stderr, code } = await callDocker(
      ports,
      engine.program,
      ['logs', '--tail', LOG_LINES, id],
      {
        action: `read the log of ${role}`,
        timeoutMs: 30_000,
        // Logs of some drivers cannot be read.
        accept: () => true,
      },
    );
    if (code === 0) search(`the target's own log of ${role}`, stdout + stderr, own);
  }
  return { found, searched };
}
