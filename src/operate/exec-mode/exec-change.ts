import { join } from 'node:path';
import { notAScript } from '../../errors/exec-errors.ts';
import { sha256Of } from '../content-hash.ts';
import { loadPolicy } from '../../policy/load.ts';
import type { ExecMode, Policy } from '../../policy/policy.ts';
import { PATHS } from '../../render/layout.ts';
import type { Change, ChangeContext, ChangeStep } from '../change/change.ts';
import { writePolicyText } from '../policy-file.ts';
import { applyPolicy } from './apply-policy.ts';
import { execWarning } from './require-exec-ready.ts';
import { ensureScriptsFolder, SCRIPT_MODE } from './scripts-folder.ts';

/** Where scripts are kept that were removed, the last of each name. */
export const REMOVED = `${PATHS.toolFolder}/removed-scripts`;

/** What the steps of a change of mode or scripts have to know. */
export interface ExecMemo {
  /** Texts of clawproof.yaml. */
  before: string;
  after: string;
  /** A script that is copied into the folder; not there before. */
  added?: { name: string; source: string; hash: string };
  /** Name of a script that goes. */
  removed?: string;
  /** False where no gateway runs: `up` applies it. */
  isApplied: boolean;
  /** False where nothing changes of what the agent may run, or the user wants none. */
  isProved: boolean;
  /** Figures of the proof, once it was made. */
  proof?: { pass: number; skipped: number; seconds: number };
}

/**
 * Attacks the twin of a deployment with the hostile model.
 * @throws AppError `exec-not-proved` when something got through or could not be tried
 */
export type ProveAgent = (context: ChangeContext, mode: ExecMode) => Promise<NonNullable<ExecMemo['proof']>>;

/** Changes exec.mode, its acceptance and the scripts: whole and proved, or not at all. */
export function execChange(prove: ProveAgent): Change<ExecMemo> {
  return {
    name: 'exec',
    commitAt: 'done',
    steps: [copyScript, writePolicy, applySettings, proofStep(prove), endChange],
  };
}

const copyScript: ChangeStep<ExecMemo> = {
  id: 'script',
  title: 'Scripts',
  run: async ({ ports: { files }, path }, { added }, report) => {
    if (added === undefined) return report('as they are');
    const content = await files.readBytes(added.source);
    // What was shown and looked at is what is copied.
    if (content === null || sha256Of(content) !== added.hash)
      throw notAScript(added.source, 'was changed while it was being added');
    await ensureScriptsFolder(files, path);
    await files.writeAtomic(pathOf(path, added.name), content, { mode: SCRIPT_MODE });
    report(`${added.name} copied`);
  },
  undo: async ({ ports: { files }, path }, { added }) => {
    if (added !== undefined) await files.unlink(pathOf(path, added.name));
  },
};

const writePolicy: ChangeStep<ExecMemo> = {
  id: 'policy',
  title: 'clawproof.yaml',
  run: (context, { after }) => writePolicyText(context, after),
  undo: async (context, { before, isApplied }) => {
    await writePolicyText(context, before);
    if (!isApplied) return;
    await applyPolicy(context, asFarAsAccepted(policyOf(before), context), () => undefined);
  },
};

const applySettings: ChangeStep<ExecMemo> = {
  id: 'settings',
  title: 'Gateway takes the settings',
  run: async (context, { after, isApplied }, report) => {
    if (!isApplied) return report('it does not run');
    await applyPolicy(context, policyOf(after), report);
    report('ready');
  },
};

function proofStep(prove: ProveAgent): ChangeStep<ExecMemo> {
  return {
    id: 'proof',
    title: 'Proof by the hostile model',
    run: async (context, memo, report) => {
      if (!memo.isProved) return report('none');
      const proof = await prove(context, policyOf(memo.after).exec.mode);
      report(`${proof.pass} attacks stopped`);
      return { ...memo, proof };
    },
  };
}

const endChange: ChangeStep<ExecMemo> = {
  id: 'done',
  title: 'Done',
  run: async ({ ports: { files }, path }, { removed }) => {
    if (removed === undefined) return;
    const kind = (await files.stat(pathOf(path, removed)))?.kind;
    // It may be the only copy that there is.
    if (kind === 'file') {
      await files.makeDirectory(join(path, REMOVED), 0o700);
      await files.rename(pathOf(path, removed), join(path, REMOVED, removed));
    } else if (kind !== undefined) await files.unlink(pathOf(path, removed));
  },
};

function pathOf(folder: string, name: string): string {
  return join(folder, PATHS.scripts, name);
}

/** Full is never given back without somebody who stands for it. */
function asFarAsAccepted(policy: Policy, { ports }: ChangeContext): Policy {
  if (execWarning(policy, ports.clock.now()) === null) return policy;
  return { ...policy, exec: { ...policy.exec, mode: 'deny' } };
}

function policyOf(text: string): Policy {
  return loadPolicy(text, PATHS.policy);
}

/** For ending one that was interrupted: its proof is never among what is left to do. */
export const interruptedExecChange = execChange(() => {
  throw new TypeError('a change of exec is taken back, not gone on with, before its end');
});
