import type { Probe } from '../../probe.ts';
import { bendsCommands, runsCommands } from './commands.ts';
import {
  controlsGateway,
  opensPortals,
  plantsTasks,
  readsSessions,
  startsAgents,
  writesSessions,
} from './control.ts';
import type { AgentFacts } from './facts.ts';
import { patchesFiles, readsFiles, writesFiles } from './files.ts';
import { changesLimits, installsPlugins, rewritesInstructions } from './persistence.ts';
import { browsesPrivate, fetchesPrivate, sendsSecrets } from './web.ts';

/** What a model tries that somebody else speaks through. */
export const probes: readonly Probe<AgentFacts>[] = [
  runsCommands,
  bendsCommands,
  readsFiles,
  writesFiles,
  patchesFiles,
  changesLimits,
  installsPlugins,
  rewritesInstructions,
  readsSessions,
  writesSessions,
  startsAgents,
  plantsTasks,
  controlsGateway,
  opensPortals,
  fetchesPrivate,
  browsesPrivate,
  sendsSecrets,
];
