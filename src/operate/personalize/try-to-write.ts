import type { WorkspaceFile } from '../../policy/workspace-file.ts';
import { GATEWAY } from '../../render/layout.ts';
import type { Compose } from '../../engine/compose.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Check } from '../up/types.ts';

/** One try to change a protected file, as the gateway's user in its own container. */
export interface WriteAttempt {
  path: string;
  attempt: string;
  refused: boolean;
  /** The kernel's answer. */
  answer: string;
}

/** What a program of the agent could do to a file; none of it changes anything where it is allowed. */
const SCRIPT = `
const fs = require('node:fs');
const path = require('node:path');
const attempts = {
  'open for writing': (file) => fs.closeSync(fs.openSync(file, 'r+')),
  'open for appending': (file) => fs.closeSync(fs.openSync(file, 'a')),
  'change the mode of': (file) => fs.chmodSync(file, fs.statSync(file).mode),
  'replace': (file) => {
    const other = path.join(path.dirname(file), '.clawproof-attempt');
    fs.writeFileSync(other, fs.readFileSync(file));
    try { fs.renameSync(other, file); } finally { fs.rmSync(other, { force: true }); }
  },
  'move away': (file) => { fs.renameSync(file, file + '.clawproof-attempt'); fs.renameSync(file + '.clawproof-attempt', file); },
};
const results = [];
for (const file of JSON.parse(process.argv[1])) {
  for (const [attempt, run] of Object.entries(attempts)) {
    let answer = 'it worked';
    try { run(file); } catch (error) { answer = error.code ?? error.message; }
    results.push({ path: file, attempt, answer, refused: answer === 'EROFS' || answer === 'EBUSY' || answer === 'EPERM' || answer === 'EACCES' });
  }
  // The file itself must be there to be read.
  try { fs.readFileSync(file); } catch (error) { results.push({ path: file, attempt: 'read', answer: error.code ?? error.message, refused: false }); }
}
process.stdout.write(JSON.stringify(results));
`;

/** Makes the attempts; one that could not be made counts as not refused. */
export async function tryToWrite(
  { compose }: { compose: Compose },
  files: readonly WorkspaceFile[],
): Promise<WriteAttempt[]> {
  const paths = files.map(({ folder, name }) => `${GATEWAY.state}/${folder}/${name}`);
  const result = await compose.exec('gateway', ['node', '-e', SCRIPT, JSON.stringify(paths)], {
    timeoutMs: 60_000,
  });
  try {
    return JSON.parse(result.stdout) as WriteAttempt[];
  } catch {
    const answer = result.stderr.trim().split('\n').at(-1) ?? `exit code ${result.code}`;
    return [{ path: paths.join(', '), attempt: 'try to write', answer, refused: false }];
  }
}

/** What `up` says of the protected files; nothing where none are. */
export async function workspaceChecks({
  compose,
  policy,
}: {
  compose: Compose;
  policy: Policy;
}): Promise<Check[]> {
  const files = policy.workspace.readOnly;
  if (files.length === 0) return [];
  const attempts = await tryToWrite({ compose }, files);
  const open = attempts.filter(({ refused }) => !refused);
  return [
    {
      id: 'workspace-read-only',
      title: 'The agent cannot change the protected files of its workspace',
      state: open.length === 0 ? 'pass' : 'fail',
      detail:
        open.length === 0
          ? `${attempts.length} attempts refused`
          : open.map(({ attempt, path, answer }) => `${attempt} ${path}: ${answer}`).join('; '),
    },
  ];
}
