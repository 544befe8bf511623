import { basename, join, resolve } from 'node:path';
import { noSuchScript, notAScript, scriptThere } from '../../errors/exec-errors.ts';
import { sha256Of } from '../content-hash.ts';
import { notRunning } from '../../errors/operate-errors.ts';
import type { Acceptance } from '../../policy/acceptance.ts';
import { loadPolicy } from '../../policy/load.ts';
import type { ExecMode } from '../../policy/policy.ts';
import { parseScriptName } from '../../policy/script-name.ts';
import { PATHS } from '../../render/layout.ts';
import type { ChangeContext } from '../change/change.ts';
import { containerName } from '../up/start.ts';
import { pinsFrom } from '../up/file-set.ts';
import { requireNothingPending } from './apply-policy.ts';
import type { ExecMemo } from './exec-change.ts';
import { editExec, type ExecEdit } from './policy-text.ts';
import { execWarning, requireExecReady } from './require-exec-ready.ts';
import { readScript, type ScriptFacts } from './script-file.ts';
import { readScripts, requireScripts } from './scripts-folder.ts';

/** What is wanted. */
export type ExecRequest =
  | { action: 'mode'; mode: 'deny' | 'allowlist' }
  | { action: 'mode'; mode: 'full'; accepted: Acceptance }
  | {
      action: 'add';
      /** Absolute path of the file. */
      file: string;
    }
  | { action: 'remove'; name: string };

/** What the user is shown of a script that is added. */
export interface ShownScript extends ScriptFacts {
  name: string;
  hash: string;
}

/**
 * Looks whether the change can be made, and what it is made of. Changes nothing.
 * @throws AppError for what is wrong with the request, the deployment or the script
 */
export async function beginExecChange(context: ChangeContext, request: ExecRequest): Promise<ExecMemo> {
  const { docker, policy, policyText, ports } = context;
  // A mode that `up` refuses waits for this very command, whether anything runs or not.
  const isWaiting = execWarning(policy, ports.clock.now()) !== null;
  const gateway = await docker.inspectContainer(containerName({ policy }, 'gateway'));
  const isRunning = gateway?.State.Running === true;
  if (!isRunning && !isWaiting) throw notRunning('gateway');
  if (!isWaiting) await requireNothingPending(context);
  const plan = await planOf(context, request);
  const after = editExec(policyText, plan.edit);
  const next = loadPolicy(after, PATHS.policy);
  // A script that is added is not in the folder yet.
  const there = next.exec.scripts.filter((name) => name !== plan.added?.name);
  await requireExecReady(ports, {
    path: context.path,
    policy: { ...next, exec: { ...next.exec, scripts: there } },
  });
  const runs = ({ mode, scripts }: { mode: ExecMode; scripts: readonly string[] }): string =>
    JSON.stringify([mode, mode === 'allowlist' ? scripts : []]);
  return {
    before: policyText,
    after,
    ...(plan.added === undefined ? {} : { added: plan.added }),
    ...(plan.removed === undefined ? {} : { removed: plan.removed }),
    isApplied: isRunning,
    // What waits was never applied: what runs now is not what clawproof.yaml said.
    isProved: isRunning && (isWaiting || runs(policy.exec) !== runs(next.exec)),
  };
}

interface Plan extends Pick<ExecMemo, 'added' | 'removed'> {
  edit: ExecEdit;
}

async function planOf(context: ChangeContext, request: ExecRequest): Promise<Plan> {
  if (request.action === 'add') return planAdd(context, request.file);
  if (request.action === 'remove') return planRemove(context, request.name);
  return { edit: { mode: request.mode, accepted: request.mode === 'full' ? request.accepted : null } };
}

async function planRemove({ ports, path, policy }: ChangeContext, name: string): Promise<Plan> {
  const known = (await readScripts(ports.files, path, policy)).map((script) => script.name);
  if (!known.includes(name)) throw noSuchScript(name, known);
  return { edit: { scripts: policy.exec.scripts.filter((each) => each !== name) }, removed: name };
}

async function planAdd(context: ChangeContext, file: string): Promise<Plan> {
  const { ports, policy, path } = context;
  const { name, hash, interpreter } = await inspectScript(context, file);
  const edit = { scripts: [...new Set([...policy.exec.scripts, name])] };
  const target = join(path, PATHS.scripts, name);
  const stat = await ports.files.stat(target);
  await requireScripts(ports.files, path, policy);
  await requireRunnable(context, file, name, interpreter);
  if (stat === null) return { edit, added: { name, source: resolve(file), hash } };
  const there = stat.kind === 'file' ? await ports.files.readBytes(target) : null;
  if (there === null || sha256Of(there) !== hash || stat.mode !== 0o555) throw scriptThere(name);
  return { edit };
}

/**
 * What a file is that is to become a script.
 * @throws AppError `not-a-script` for a link, a file that is none, or one whose name does not fit
 */
export async function inspectScript(
  { ports: { files } }: { ports: Pick<ChangeContext['ports'], 'files'> },
  file: string,
): Promise<ShownScript> {
  const stat = await files.stat(file);
  if (stat === null) throw notAScript(file, 'is not there');
  if (stat.kind === 'symlink') throw notAScript(file, 'is a link; name the file to which it leads');
  if (stat.kind !== 'file') throw notAScript(file, 'is no file');
  const name = parseScriptName(basename(file));
  if (!name.ok) throw notAScript(file, name.problem);
  const content = await files.readBytes(file);
  if (content === null) throw notAScript(file, 'is not there');
  const facts = readScript(content);
  if ('why' in facts) throw notAScript(file, facts.why);
  return { ...facts, name: name.value, hash: sha256Of(content) };
}

/** In the gateway's image: its interpreter must be there, and no program of its name where OpenClaw trusts all folders. */
const LOOK = `for d in /bin /usr/bin; do if [ -e "$d/$1" ]; then echo "taken $d"; fi; done
if command -v "$2" >/dev/null; then echo found; fi`;

async function requireRunnable(
  { docker, policy, lock, toolVersion }: ChangeContext,
  file: string,
  name: string,
  interpreter: string,
): Promise<void> {
  const [program = '', ...rest] = interpreter.split(/[ \t]+/);
  const wanted = program.endsWith('/env') ? (rest.find((word) => !/^-|=/.test(word)) ?? program) : program;
  const { code, stdout, stderr } = await docker.runOneOff({
    image: pinsFrom(policy, lock, toolVersion).images.gateway,
    entrypoint: 'sh',
    args: ['-euc', LOOK, 'look', name, wanted],
    user: '1000:1000',
    timeoutMs: 60_000,
  });
  const taken = /^taken (.*)$/m.exec(stdout)?.[1];
  if (taken !== undefined)
    throw notAScript(
      file,
      `has the name of a program in ${taken} of the gateway's image, which would run, too`,
    );
  if (/^found$/m.test(stdout)) return;
  const reason = code === 0 ? '' : ` (${stderr.trim().slice(-200)})`;
  throw notAScript(file, `needs ${wanted}, which the gateway's image does not have${reason}`);
}
