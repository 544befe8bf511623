import { posix } from 'node:path';
import { agentUnknown, workspaceElsewhere } from '../../errors/personalize-errors.ts';
import { notRunning } from '../../errors/operate-errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { WORKSPACE_FOLDER } from '../../policy/workspace-file.ts';
import { GATEWAY, PATHS } from '../../render/layout.ts';
import { ownerContext, readOwned } from '../container-owner.ts';
import { parseConfig } from '../openclaw-config.ts';
import type { Session } from '../session.ts';
import { gatewayImage } from '../state/state-volume.ts';
import { containerName } from '../up/start.ts';

export interface Workspace {
  agent: string;
  /** Relative to the state folder. */
  folder: string;
}

/** The agent that OpenClaw has where none is set up. */
const DEFAULT_AGENT = 'main';
const ASK_MS = 120_000;

/**
 * Where an agent's workspace is. As long as openclaw.json says nothing of agents, there is one, in one place; otherwise OpenClaw
 * itself is asked, which knows its own rules.
 * @param id the default agent when absent
 * @throws AppError `agent-unknown`, `workspace-elsewhere`, `not-running` when OpenClaw has to be asked
 */
export async function findWorkspace(
  ports: Ports,
  session: Session,
  id: string | undefined,
): Promise<Workspace> {
  const text = await readOwned(
    ownerContext({ ...session, ports }, gatewayImage(session)),
    session.path,
    PATHS.openclawConfig,
  );
  const config = text === null ? {} : parseConfig(text);
  if (!('agents' in config) && (id === undefined || id === DEFAULT_AGENT))
    return { agent: DEFAULT_AGENT, folder: WORKSPACE_FOLDER };
  const agents = await ports.progress.task('Agents of OpenClaw', () => askOpenClaw(session));
  const found =
    id === undefined
      ? (agents.find(({ isDefault }) => isDefault) ?? agents[0])
      : agents.find((agent) => agent.id === id);
  if (found === undefined)
    throw agentUnknown(
      id ?? DEFAULT_AGENT,
      agents.map((agent) => agent.id),
    );
  const folder = posix.relative(GATEWAY.state, found.workspace);
  if (folder === '' || folder.startsWith('..') || posix.isAbsolute(folder))
    throw workspaceElsewhere(found.id, found.workspace);
  return { agent: found.id, folder };
}

interface Agent {
  id: string;
  workspace: string;
  isDefault: boolean;
}

async function askOpenClaw({ compose, docker, policy }: Session): Promise<Agent[]> {
  const container = await docker.inspectContainer(containerName({ policy }, 'gateway'));
  if (container === null || !container.State.Running) throw notRunning('gateway');
  const { stdout } = await compose.exec('gateway', ['openclaw', 'agents', 'list', '--json'], {
    timeoutMs: ASK_MS,
  });
  return parseAgents(stdout);
}

/** Lines of its log may stand before the list. */
export function parseAgents(text: string): Agent[] {
  const start = text.search(/^\[\s*(?:\{|\])/mu);
  try {
    const list = JSON.parse(text.slice(Math.max(0, start))) as unknown;
    if (!Array.isArray(list)) return [];
    return (list as Partial<Agent>[]).flatMap(({ id, workspace, isDefault }) =>
      typeof id === 'string' && typeof workspace === 'string'
        ? [{ id, workspace, isDefault: isDefault === true }]
        : [],
    );
  } catch {
    return [];
  }
}
