import { isSettings } from '../../../measures/settings.ts';
import type { Judgement, Probe, Seen } from '../../probe.ts';
import { bearer, calls, invoke, outermost } from './calls.ts';
import type { GatewayFacts } from './gateway-facts.ts';

const common = { ring: 'gateway' } as const;

/** A place in which a secret was found; never the secret. */
interface Place {
  where: string;
  what: string;
}

function judgeSearch(seen: Seen, id: string, holder: string): Judgement {
  const observation = seen.get(id);
  if (observation === undefined || 'error' in observation)
    return { state: 'error', reason: observation?.error ?? 'nothing was searched' };
  const { result } = observation;
  if (!isSettings(result) || !Array.isArray(result['found']))
    return { state: 'error', reason: 'what was searched is not known' };
  const found = result['found'] as Place[];
  if (found.length > 0) {
    const places = [...new Set(found.map(({ where, what }) => `${what} in ${where}`))];
    const more = places.length > 4 ? ` and ${places.length - 4} more` : '';
    return { state: 'fail', observed: `${places.slice(0, 4).join('; ')}${more}` };
  }
  const searched = Number(result['searched'] ?? 0);
  if (searched === 0) return { state: 'error', reason: `${holder}: nothing could be read` };
  return { state: 'pass', observed: `${searched} ${holder} searched, no secret in them` };
}

const engine: Probe<GatewayFacts> = {
  ...common,
  id: 'secrets-in-inspect',
  title: 'The engine shows no secret',
  why: 'Whoever may look at containers, images or their backups reads what stands in there.',
  measures: ['no-secrets-in-environment', 'no-baked-secrets'],
  rows: ['G8', 'G9', 'G12'],
  expects: 'no secret in what docker inspect tells of containers and images, nor in the history of images',
  weakenedBy: ['token-in-environment'],
  attempts: () => [{ id: 'inspect', at: 'engine', run: 'searchInspect', params: {} }],
  judge: (seen) => judgeSearch(seen, 'inspect', 'descriptions of containers and images'),
};

const processes: Probe<GatewayFacts> = {
  ...common,
  id: 'secrets-in-processes',
  title: 'No process has a secret in its environment or on its command line',
  why: 'Each command that the agent runs inherits the environment, and reads that of its siblings in /proc.',
  measures: ['no-secrets-in-environment'],
  rows: ['G8'],
  expects: 'no secret in environ and cmdline of any process of the gateway',
  weakenedBy: ['token-in-environment'],
  attempts: (_target, { secrets }) => [
    {
      id: 'processes',
      at: 'stack',
      run: 'searchTexts',
      params: { folders: [], texts: secrets, processes: true },
    },
  ],
  judge: (seen) => judgeSearch(withCount(seen, 'processes', 'processes'), 'processes', 'processes'),
};

const files: Probe<GatewayFacts> = {
  ...common,
  id: 'secrets-in-files',
  title: 'State, transcripts and settings hold no secret',
  why: 'What the agent may read and backups carry away is no place for the key to everything.',
  measures: ['no-config-secrets', 'gateway-token'],
  rows: ['G9', 'A3'],
  expects: 'after use, no file that the gateway wrote or is configured with holds a secret',
  weakenedBy: ['token-in-config'],
  attempts: (_target, { secrets, decoy, folders, secretFiles }) => [
    {
      id: 'files',
      at: 'stack',
      run: 'searchTexts',
      params: { folders, texts: { ...secrets, 'a token that a caller sent': decoy }, except: secretFiles },
      timeoutMs: 30_000,
    },
  ],
  judge: (seen) => judgeSearch(withCount(seen, 'files', 'files'), 'files', 'files'),
};

const logs: Probe<GatewayFacts> = {
  ...common,
  id: 'secrets-in-logs',
  title: 'Logs hold no secret',
  why: 'Logs are read by more people, kept longer and sent further than secrets should be.',
  measures: ['log-redaction'],
  rows: ['G12', 'A3'],
  expects: 'after right and wrong tokens in headers and addresses, no log holds one of them',
  weakenedBy: ['ingress-logs-calls'],
  attempts: (_target, facts) => [
    // The right token last: it ends the count of wrong ones.
    calls(
      'calls',
      outermost(facts),
      [
        invoke(bearer(facts.decoy)),
        { http: { path: `/?token=${facts.decoy}` } },
        ...(facts.token === undefined ? [] : [invoke(bearer(facts.token))]),
      ],
      { short: true },
    ),
    { id: 'logs', at: 'engine', run: 'searchLogs', params: {} },
  ],
  judge: (seen) => judgeSearch(seen, 'logs', 'logs'),
};

/** The payload counts what it read in a member of its own name. */
function withCount(seen: Seen, id: string, member: string): Seen {
  const observation = seen.get(id);
  if (observation === undefined || !('result' in observation) || !isSettings(observation.result)) return seen;
  return new Map(seen).set(id, { result: { ...observation.result, searched: observation.result[member] } });
}

export const secretProbes: readonly Probe<GatewayFacts>[] = [engine, processes, files, logs];
