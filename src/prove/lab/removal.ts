import { callEngine, type EngineCall } from '../../engine/engine-call.ts';
import { isAppError } from '../../errors/app-error.ts';
import type { EngineConnection } from '../../ports/engine-api.ts';
import type { Clock, System } from '../../ports/system.ts';
import { NAME_PREFIX, PROOF_LABELS } from '../layout.ts';
import { isLeftBehind } from './owner-label.ts';

const REMOVE_MS = 60_000;
/** What is being taken apart still holds others for a moment, and is refused itself while somebody else removes it. */
const ATTEMPTS = 10;
const WAIT_MS = 300;

interface Made {
  kind: 'container' | 'network' | 'volume';
  id: string;
  name: string;
  owner: string;
  created?: Date;
}

/** Everything of proofs on the engine that has this label, in the order in which it can be removed. */
async function findMade(connection: EngineConnection, label: string): Promise<Made[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
  const list = async <T>(kind: string, path: string): Promise<T | undefined> =>
    (await callEngine<T>(connection, { action: `list the ${kind}s of proofs`, method: 'GET', path })).value;
  const [containers, networks, volumes] = await Promise.all([
    list<ListedContainer[]>('container', `/containers/json?all=1&filters=${filters}`),
    list<ListedNetwork[]>('network', `/networks?filters=${filters}`),
    list<{ Volumes?: ListedVolume[] | null }>('volume', `/volumes?filters=${filters}`),
  ]);
  const all = [
    ...(containers ?? []).map((each) =>
      made('container', each.Id, each.Names?.[0]?.slice(1), each.Labels, each.Created * 1000),
    ),
    ...(networks ?? []).map((each) => made('network', each.Id, each.Name, each.Labels, each.Created)),
    ...(volumes?.Volumes ?? []).map((each) =>
      made('volume', each.Name, each.Name, each.Labels, each.CreatedAt),
    ),
  ];
  // Labels can come with an image that somebody else made: then also the user's own containers have them.
  return all.filter(({ name }) => name.startsWith(`${NAME_PREFIX}-`));
}

interface ListedContainer {
  Id: string;
  Names?: string[] | null;
  Labels?: Record<string, string> | null;
  /** Seconds since 1970. */
  Created: number;
}

interface ListedNetwork {
  Id: string;
  Name: string;
  Labels?: Record<string, string> | null;
  Created?: string;
}

interface ListedVolume {
  Name: string;
  Labels?: Record<string, string> | null;
  CreatedAt?: string;
}

function made(
  kind: Made['kind'],
  id: string,
  name: string | undefined,
  labels: Record<string, string> | null | undefined,
  created: string | number | undefined,
): Made {
  const date = new Date(created ?? Number.NaN);
  return {
    kind,
    id,
    name: name ?? id,
    owner: labels?.[PROOF_LABELS.owner] ?? '',
    ...(Number.isNaN(date.getTime()) ? {} : { created: date }),
  };
}

/** Removes all that one run made. @returns what could not be removed, in words */
export async function removeRun(connection: EngineConnection, clock: Clock, id: string): Promise<string[]> {
  return removeAll(connection, clock, await findMade(connection, `${PROOF_LABELS.proof}=${id}`));
}

/** Removes what runs left behind that were killed. @returns what could not be removed, in words */
export async function removeLeftBehind(
  connection: EngineConnection,
  { clock, system }: { clock: Clock; system: System },
): Promise<string[]> {
  const found = await findMade(connection, PROOF_LABELS.owner);
  const dead = await Promise.all(
    found.map(({ owner, created }) => isLeftBehind(system, owner, created, clock.now())),
  );
  return removeAll(
    connection,
    clock,
    found.filter((_, index) => dead[index]),
  );
}

/** Containers first: they hold the others. */
async function removeAll(
  connection: EngineConnection,
  clock: Clock,
  found: readonly Made[],
): Promise<string[]> {
  const left: string[] = [];
  for (const kinds of [['container'], ['network', 'volume']]) {
    const results = await Promise.all(
      found.filter(({ kind }) => kinds.includes(kind)).map((each) => remove(connection, clock, each)),
    );
    left.push(...results.filter((result) => result !== undefined));
  }
  return left;
}

async function remove(connection: EngineConnection, clock: Clock, thing: Made): Promise<string | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await callEngine(connection, removalOf(thing));
      return undefined;
    } catch (error) {
      if (!isAppError(error)) throw error;
      if (attempt === ATTEMPTS) return `${thing.kind} ${thing.name} (${error.message})`;
      await clock.sleep(WAIT_MS);
    }
  }
}

/** 404 = gone already. No signal: this happens after an abort, too. */
export function removalOf({ kind, id, name }: Pick<Made, 'kind' | 'id' | 'name'>): EngineCall {
  const paths = {
    container: `/containers/${id}?force=1&v=1`,
    network: `/networks/${id}`,
    volume: `/volumes/${encodeURIComponent(id)}?force=1`,
  };
  const action = `remove the ${kind} ${name}`;
  return { action, method: 'DELETE', path: paths[kind], accept: [404], timeoutMs: REMOVE_MS };
}
