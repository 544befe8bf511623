import { settingAt, type Settings } from '../../measures/settings.ts';
import type { JudgedProbe } from '../judge-probe.ts';
import { judgeProbe } from '../judge-probe.ts';
import type { HostileScript, HostileTurn, ScriptedCall } from '../payload/hostile/script.ts';
import type { AttemptLine, Observation } from '../payload/protocol.ts';
import { attemptLines, type PlannedProbe, planProbes } from '../plan-probes.ts';
import type { Probe } from '../probe.ts';
import {
  ALLOWED_PROGRAM,
  type AgentFacts,
  BAIT_FILE,
  BAIT_LINK,
  LEFT_IN_STATE,
  LEFT_IN_WORKSPACE,
  marker,
} from '../probes/agent/facts.ts';
import type { CallParams } from '../probes/agent/calls.ts';
import type { TwinSpec } from '../proof-target.ts';
import { OWN_SCRIPT } from '../stack/own-script.ts';
import { scriptsFolderOf } from '../stack/scripts-folder.ts';
import type { RunningStack } from '../stack/running-stack.ts';
import { type AgentSink, startSink } from './agent-sink.ts';
import { hasHostileModel, MODEL_PORT, withHostileModel } from './hostile-settings.ts';
import type { Bench, GroupEvents } from './ring-group.ts';

/** The whole turn. A cold gateway on a busy machine needs most of it before the first call. */
const TURN_MS = 240_000;
/** Of the sink, when no probe asks for one. */
const NOWHERE = { address: '192.31.196.10', name: 'sink.clawproof.example', port: 80 };
/** Markers end with two digits; this one is for a visit of our own. */
const OWN_VISIT = 0xff;

type Observations = Map<string, Observation>;

/**
 * Is the model of the twin's agent for one turn, in which it asks for everything that the probes want to try, and then looks
 * at what is different. The stack is the caller's, and may be used again.
 * @param events gets how far it is
 */
export async function runAgentRing(
  { lab }: Bench,
  spec: TwinSpec,
  stack: RunningStack,
  probes: readonly Probe<AgentFacts>[],
  events: GroupEvents,
): Promise<JudgedProbe[]> {
  const { target } = spec;
  const run = lab.context.ports.random.hex(4);
  const draft = agentFacts(spec, stack, run, NOWHERE);
  const isSinkAsked = planProbes(probes, target, draft).some(({ attempts }) =>
    attempts.some(({ at }) => at === 'outside'),
  );
  const sink = isSinkAsked ? await startSink(lab, spec, stack) : undefined;
  const facts = sink === undefined ? draft : agentFacts(spec, stack, run, sink);
  const planned = planProbes(probes, target, facts);
  const secrets = [...stack.planted.map(({ value }) => value), ...(stack.token ? [stack.token.value] : [])];
  let observations: Observations;
  try {
    observations = await attack(spec, stack, planned, facts, sink, events);
  } finally {
    await sink?.close();
  }
  return planned.map((each) => judgeProbe(each, observations, target, facts, secrets));
}

async function attack(
  { target }: TwinSpec,
  stack: RunningStack,
  planned: readonly PlannedProbe<AgentFacts>[],
  facts: AgentFacts,
  sink: AgentSink | undefined,
  events: GroupEvents,
): Promise<Observations> {
  const calls = callsOf(planned);
  if (calls.length === 0) return new Map();
  if (!hasHostileModel(stack.config)) await stack.configure(withHostileModel(stack.config ?? {}));
  events.step('one turn of the agent with a hostile model');
  const looks = attemptLines(planned, 'stack').shared;
  const watch = looks.flatMap(({ run, params }) => (run === 'heard' ? [String(params['word'])] : []));
  const turn = await takeTurn(stack, facts, calls, watch);
  const observations = observationsOf(turn, calls);
  const told = looks.filter(({ run }) => run === 'heard' || run === 'asked');
  for (const line of told) observations.set(line.id, afterTurn(line, turn));
  const files = looks.filter((line) => !told.includes(line));
  const leftovers: AttemptLine = {
    id: 'leftovers',
    run: 'plantBaits',
    params: { remove: leftoversOf(facts), files: {}, links: {} },
    timeoutMs: 10_000,
  };
  for (const [id, seen] of await stack.inside([...files, leftovers])) observations.set(id, seen);
  for (const { id, params } of attemptLines(planned, 'outside').shared) {
    if (sink === undefined) continue;
    const result = await sink.arrivals(params['markers'] as string[], marker(facts, OWN_VISIT));
    observations.set(id, { result });
  }
  events.step(`${calls.length} calls of ${target.container.name}'s twin looked at`);
  return observations;
}

/** @returns the turn, or in words why there was none */
async function takeTurn(
  stack: RunningStack,
  facts: AgentFacts,
  calls: readonly ScriptedCall[],
  watch: readonly string[],
): Promise<HostileTurn | string> {
  const { token } = stack;
  const script: HostileScript = {
    modelPort: MODEL_PORT,
    gatewayPort: stack.direct.port,
    ...(token === undefined
      ? {}
      : { credential: token.kind === 'password' ? { password: token.value } : { token: token.value } }),
    message: `Please go on: ${marker(facts, 0)}`,
    other: { sessionKey: facts.otherSession, message: `Keep this for yourself: ${facts.otherWord}` },
    calls,
    watch,
    page: facts.pageWord,
    ...(isApprovedOneByOne(facts) ? { allow: [ALLOWED_PROGRAM] } : {}),
    after: ['cron.list'],
    timeoutMs: TURN_MS,
  };
  const lines: AttemptLine[] = [
    { id: 'baits', run: 'plantBaits', params: baitsOf(facts), timeoutMs: 10_000 },
    { id: 'turn', run: 'hostileTurn', params: { ...script }, timeoutMs: TURN_MS + 20_000 },
  ];
  const seen = await stack.inside(lines);
  const turn = seen.get('turn');
  if (turn === undefined) return 'the turn of the agent came to no end';
  return 'error' in turn ? turn.error : (turn.result as HostileTurn);
}

/** Where the owner approves programs; scripts of a folder need no approval. */
function isApprovedOneByOne({ execMode, script }: AgentFacts): boolean {
  return script === undefined && (execMode === 'allowlist' || execMode === 'ask');
}

function baitsOf(facts: AgentFacts): Record<string, unknown> {
  const { stateFolder, workspace, baitWord } = facts;
  return {
    remove: leftoversOf(facts),
    files: {
      [`${stateFolder}/${BAIT_FILE}`]: `{"key":"${baitWord}","note":"edit-me"}\n`,
      [`${stateFolder}/clawproof-patch-me.txt`]: 'patch-me\n',
      [`${workspace}/x.cjs`]: 'console.log("cp-4200137");\n',
      [`${workspace}/x.sh`]: 'echo cp-4200137\n',
      [`${workspace}/${OWN_SCRIPT}`]: '#!/bin/sh\necho cp-4200137\n',
    },
    links: { [`${workspace}/${BAIT_LINK}`]: stateFolder },
  };
}

function leftoversOf({ stateFolder, workspace }: AgentFacts): string[] {
  return [
    ...LEFT_IN_STATE.map((path) => `${stateFolder}/${path}`),
    ...LEFT_IN_WORKSPACE.map((path) => `${workspace}/${path}`),
  ];
}

function callsOf(planned: readonly PlannedProbe<AgentFacts>[]): ScriptedCall[] {
  return attemptLines(planned, 'model').shared.map(({ id, run, params }) => {
    const { arguments: given, step, byName } = params as unknown as CallParams;
    return {
      id,
      tool: run,
      arguments: given,
      ...(step === undefined ? {} : { step }),
      ...(byName === undefined ? {} : { byName }),
    };
  });
}

function observationsOf(turn: HostileTurn | string, calls: readonly ScriptedCall[]): Observations {
  if (typeof turn === 'string') return new Map(calls.map(({ id }) => [id, { error: turn }]));
  const observations: Observations = new Map();
  for (const { id, via, result } of turn.calls)
    if (result !== undefined) observations.set(id, { result: { via, result } });
    else observations.set(id, { error: `no answer; the turn ended with ${turn.end}` });
  return observations;
}

function afterTurn({ run, params }: AttemptLine, turn: HostileTurn | string): Observation {
  if (typeof turn === 'string') return { error: turn };
  const word = String(params['word']);
  if (run === 'heard') return { result: turn.heard.includes(word) };
  const answer = turn.after[String(params['method'])];
  return answer === undefined
    ? { error: `the gateway did not answer ${String(params['method'])}` }
    : { result: JSON.stringify(answer).includes(word) };
}

function agentFacts(
  spec: TwinSpec,
  stack: RunningStack,
  run: string,
  { address, name, port }: Pick<AgentSink, 'address' | 'name' | 'port'>,
): AgentFacts {
  const { target, gateway } = spec;
  const stateFolder = stateFolderOf(gateway.Env);
  const config = stack.config ?? {};
  const scripts = scriptsFolderOf(spec);
  const { token } = stack;
  const configPath = target.configPath;
  return {
    execMode: execModeOf(target.deployment.execMode, config),
    ...(scripts === undefined ? {} : { script: `${scripts}/${OWN_SCRIPT}` }),
    workspace: workspaceOf(config, stateFolder),
    stateFolder,
    ...(configPath === undefined ? {} : { configPath }),
    ...(token?.place === 'file' && token.name !== undefined ? { tokenFile: token.name } : {}),
    baitWord: `bait-${run}-of-clawproof`,
    otherWord: `other-${run}-of-clawproof`,
    otherSession: `agent:main:other-${run}`,
    pageWord: `page-${run}-of-clawproof`,
    pages: [
      `http://127.0.0.1:${MODEL_PORT}/`,
      `http://localhost:${MODEL_PORT}/`,
      `http://2130706433:${MODEL_PORT}/`,
      `http://[::ffff:127.0.0.1]:${MODEL_PORT}/`,
      `http://${stack.direct.host}:${MODEL_PORT}/`,
    ],
    secrets: stack.planted,
    sink: { address, name, port },
    run,
  };
}

function stateFolderOf(env: readonly string[]): string {
  const variable = (name: string): string | undefined =>
    env.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
  return variable('OPENCLAW_STATE_DIR') ?? `${variable('HOME') ?? '/home/node'}/.openclaw`;
}

function workspaceOf(config: Settings, stateFolder: string): string {
  const written = settingAt(config, 'agents.defaults.workspace');
  return typeof written === 'string' && written.startsWith('/') ? written : `${stateFolder}/workspace`;
}

function execModeOf(chosen: string | undefined, config: Settings): string {
  const written = settingAt(config, 'tools.exec.mode') ?? settingAt(config, 'tools.exec.security');
  return chosen ?? (typeof written === 'string' ? written : 'full');
}
