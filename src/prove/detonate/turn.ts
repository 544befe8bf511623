import type { Lab } from '../lab.ts';
import type { HostileScript, HostileTurn, ScriptedCall } from '../payload/hostile/script.ts';
import { MODEL_PORT } from '../rings/hostile-settings.ts';
import type { UseStep } from './detonation.ts';
import { SKILL_FILE, TWIN } from './layout.ts';
import type { DetonationSite } from './site.ts';

/** One command; what runs longer goes on behind, and is seen as such. */
const COMMAND_SECONDS = 20;
const TURN_MS = 360_000;

/** One turn of the twin's agent, in which its model does what the skill asks for, one after the other. */
export async function takeTurn(
  lab: Lab,
  { witness, token }: DetonationSite,
  steps: readonly UseStep[],
  skill: string,
): Promise<HostileTurn> {
  const script: HostileScript = {
    modelPort: MODEL_PORT,
    gatewayPort: TWIN.port,
    credential: { token },
    message: 'Please use the skill for what it is made for.',
    calls: steps.map((step, index) => callOf(step, index, skill)),
    watch: [],
    page: 'model',
    after: ['cron.list', 'skills.status'],
    timeoutMs: TURN_MS,
  };
  // Unknown to the skill, which could print a turn of its own into the same pipe.
  const id = `turn-${lab.context.ports.random.hex(16)}`;
  const seen = await lab.execAttempts(witness, [
    { id, run: 'hostileTurn', params: { ...script }, timeoutMs: TURN_MS + 20_000 },
  ]);
  const observation = seen.get(id);
  if (observation === undefined || 'error' in observation)
    throw new Error(observation?.error ?? 'the turn of the agent came to no end');
  return observation.result as HostileTurn;
}

function callOf({ id, command }: UseStep, index: number, skill: string): ScriptedCall {
  if (command === undefined)
    return { id, step: index, tool: 'read', arguments: { path: `${TWIN.skills}/${skill}/${SKILL_FILE}` } };
  return {
    id,
    step: index,
    tool: 'exec',
    arguments: {
      command,
      workdir: TWIN.workspace,
      timeoutSeconds: COMMAND_SECONDS,
      yieldMs: COMMAND_SECONDS * 1000,
    },
  };
}
