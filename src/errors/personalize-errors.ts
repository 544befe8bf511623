import { AppError } from './app-error.ts';
import { shellQuote } from './quote.ts';

const UNTOUCHED = 'Nothing was changed.';

/** A file of the workspace that cannot be read or written as it is. */
export function workspaceFileRefused(path: string, why: string): AppError {
  return new AppError('workspace-file-refused', {
    exitCode: 4,
    message: `${path} in the agent's workspace is left alone: ${why}. Was it the agent that made it so?`,
    state: UNTOUCHED,
    next: [
      'Ask the agent what it is, or take it away in its container:',
      '  docker compose exec gateway ls -la /home/node/.openclaw/workspace',
    ],
  });
}

/** The script in the state volume failed. */
export function workspaceNotReached(volume: string, why: string): AppError {
  return new AppError('workspace-not-reached', {
    exitCode: 4,
    message: `The workspace in the volume ${volume} could not be read or written: ${why}.`,
    state: 'Files are written one at a time, each in one step: none of them is half written.',
    next: ['Is there space? See: docker system df; df -h', 'Then try again.'],
  });
}

/** The agent wrote the file between the question and the answer. */
export function workspaceFileChanged(path: string): AppError {
  return new AppError('workspace-file-changed', {
    exitCode: 4,
    message: `${path} was changed by somebody else meanwhile.`,
    state: 'What was written meanwhile is kept; what you were shown was not written.',
    next: ['Look at it, and try again: clawproof personalize show'],
  });
}

/** No agent of that name, or its workspace is not in the state volume. */
export function agentUnknown(agent: string, known: readonly string[]): AppError {
  return new AppError('agent-unknown', {
    exitCode: 2,
    message: `There is no agent "${agent}".${known.length > 0 ? ` There are: ${known.join(', ')}.` : ''}`,
    state: UNTOUCHED,
    next: ['List the agents: clawproof openclaw -- agents list'],
  });
}

export function workspaceElsewhere(agent: string, path: string): AppError {
  return new AppError('workspace-elsewhere', {
    exitCode: 2,
    message: `The workspace of the agent "${agent}" is ${path}, which is not in the deployment's state.`,
    state: UNTOUCHED,
    next: ['Let it be where OpenClaw puts it: remove "workspace" of this agent from openclaw.json.'],
  });
}

/** A name that OpenClaw does not read, or that it no longer reads. `retired` says what took its place. */
export function workspaceFileUnknown(
  name: string,
  retired: string | null,
  known: readonly string[],
): AppError {
  return new AppError('workspace-file-unknown', {
    exitCode: 2,
    message:
      retired === null
        ? `"${name}" is no file of a workspace that OpenClaw reads into its sessions.`
        : `OpenClaw no longer reads ${name}: ${retired}`,
    state: UNTOUCHED,
    next: [`Files that it reads: ${known.join(', ')}`],
  });
}

export function answersInvalid(path: string, problems: readonly string[]): AppError {
  return new AppError('answers-invalid', {
    exitCode: 2,
    message: `${path} holds no usable answers: ${problems.join('; ')}.`,
    state: UNTOUCHED,
    next: ['See what can be answered: clawproof personalize ask --help'],
  });
}

export function nobodyToAsk(): AppError {
  return new AppError('nobody-to-ask', {
    exitCode: 2,
    message: 'The questions need a terminal, and there is none.',
    state: UNTOUCHED,
    next: ['Give the answers in a file: clawproof personalize ask --answers answers.yaml --yes'],
  });
}

export function editorFailed(editor: string, code: number): AppError {
  return new AppError('editor-failed', {
    exitCode: 4,
    message:
      code === 127
        ? `There is no editor "${editor}".`
        : `The editor "${editor}" ended with exit code ${code}.`,
    state: 'Nothing was changed; what you typed was not kept.',
    next: ['Name another one: EDITOR=nano clawproof personalize edit SOUL.md'],
  });
}

/** @param waiting files that `up` would change */
export function protectionNeedsUp(waiting: readonly string[]): AppError {
  return new AppError('protection-needs-up', {
    exitCode: 4,
    message: `What clawproof.yaml asks for is not what runs (${waiting.join(', ')}): that comes first.`,
    state: UNTOUCHED,
    next: ['Apply it, then try again: clawproof up'],
  });
}

/** The attempt to write as the agent was not refused, or could not be made. */
export function protectionDoesNotHold(why: string): AppError {
  return new AppError('protection-does-not-hold', {
    exitCode: 4,
    message: `A file that should be protected is not: ${why}.`,
    state: 'The protection was taken back, as it would only seem to be one; clawproof.yaml is as it was.',
    next: ['Please report this, with what this says:', '  clawproof engine status'],
  });
}

export function protectionNotWritten(path: string, why: string): AppError {
  return new AppError('protection-not-written', {
    exitCode: 4,
    message: `workspace.readOnly could not be written into ${path}: ${why}.`,
    state: 'The file is as it was.',
    next: [`Write it yourself, then run clawproof up: ${shellQuote('workspace: { readOnly: [SOUL.md] }')}`],
  });
}
