import { join } from 'node:path';
import { exposeFileWrong, exposeNotProved, exposeStillOpen } from '../../errors/expose-errors.ts';
import { loadPolicy } from '../../policy/load.ts';
import type { Policy } from '../../policy/policy.ts';
import { PATHS } from '../../render/layout.ts';
import type { Change, ChangeContext } from '../change/change.ts';
import { ownByContainer, ownerContext, readOwned, removeOwned, writeOwned } from '../container-owner.ts';
import { contentHash } from '../content-hash.ts';
import { writePolicyText } from '../policy-file.ts';
import { pinsFrom } from '../up/file-set.ts';
import { containerName, DOOR_SERVICES, shutDoor, startContainers } from '../up/start.ts';
import type { Check } from '../up/types.ts';
import { applyExpose, restoreLock } from './apply-expose.ts';
import { closedChecks } from './closed-checks.ts';
import { forgetDoor, hasDoor, rememberDoor } from './door-record.ts';
import { type FirstTime, removeFirstTime } from './first-time.ts';
import { followFirewall } from './follow-firewall.ts';
import { attackShut, isBad, openAndLook } from './prove-doors.ts';
import { USER_FILES, type UserFile } from './user-files.ts';

/** What the steps of a change of HTTPS have to know. */
export interface ExposeMemo {
  /** Texts of clawproof.yaml. */
  before: string;
  after: string;
  /** Text of clawproof.lock. */
  lockBefore: string;
  /** Files of the user's that are copied in: absolute path, and hash of the text that was looked at. */
  given: { file: UserFile; source: string; hash: string }[];
  /** Absent where nothing is taken back. */
  absent?: FirstTime;
  /** What was proved, once it was. */
  checks?: Check[];
}

/** Where files are kept that are being replaced. */
const KEPT = `${PATHS.toolFolder}/expose-before`;

/** Opens HTTPS, or opens it otherwise: whole and proved, or not at all. Open is only what was attacked in vain while shut. */
export const exposeChange: Change<ExposeMemo> = {
  name: 'expose https',
  commitAt: 'done',
  steps: [
    { id: 'files', title: 'Your files', run: copyFiles, undo: putFilesBack },
    {
      id: 'policy',
      title: 'clawproof.yaml',
      run: (context, { after }) => writePolicyText(context, after),
      undo: async (context, { before, lockBefore }) => {
        await writePolicyText(context, before);
        const lock = await restoreLock(context, lockBefore);
        await applyExpose({ ...context, lock }, policyOf(before), () => undefined);
        await followFirewall(context, policyOf(before));
      },
    },
    {
      id: 'settings',
      title: 'Images, files and containers',
      run: async (context, memo, report, task) => {
        const policy = policyOf(memo.after);
        await applyExpose(context, policy, (text) => task?.step(text));
        requireHeld(await followFirewall(context, policy));
        await takeNewFiles(context, memo);
        report('running');
      },
    },
    { id: 'proof', title: 'Attempts at the door, still shut', run: proveWith(attackShut), undo: shutDoor },
    {
      id: 'open',
      title: 'It is opened, and looked at from outside',
      run: proveWith(openAndLook),
      undo: shutDoor,
    },
    {
      id: 'done',
      title: 'Done',
      run: async ({ ports, path }, { after }) => {
        await rememberDoor({ ports, folder: path, policy: policyOf(after) });
        await ports.files.remove(join(path, KEPT));
      },
    },
  ],
};

/** The same for the Tailscale beside the gateway. */
export const exposeTailscaleChange: Change<ExposeMemo> = { ...exposeChange, name: 'expose tailscale' };

/** Closes it. What is decided is never taken back: a door that shall be shut is not opened again by an error. */
export const exposeOff: Change<ExposeMemo> = {
  name: 'expose off',
  commitAt: 'policy',
  steps: [
    {
      id: 'policy',
      title: 'clawproof.yaml',
      run: (context, { after }) => writePolicyText(context, after),
    },
    // Before anything that may fail: the door is shut, whatever comes of the rest.
    {
      id: 'close',
      title: 'The door is shut',
      run: async ({ ports, path, docker, policy }) => {
        await forgetDoor({ ports, folder: path });
        await shutDoor({ docker, policy });
      },
    },
    {
      id: 'settings',
      title: 'Images, files and containers',
      run: async (context, { after }, report, task) => {
        await applyExpose(context, policyOf(after), (text) => task?.step(text));
        report('running');
      },
    },
    {
      id: 'proof',
      title: 'Nothing answers any more',
      run: async (context, memo, report) => {
        const checks = [
          ...(await closedChecks(context, policyOf(memo.before).access.https)),
          ...(await followFirewall(context, policyOf(memo.after))),
        ];
        report(`${checks.length} looks`);
        return { ...memo, checks };
      },
    },
  ],
};

/** @throws AppError `expose-still-open` */
export function requireClosed(checks: readonly Check[]): void {
  const open = checks.filter(isBad);
  if (open.length > 0) throw exposeStillOpen(open.map(({ title, detail }) => `${title}: ${detail}`));
}

/** A step that makes attempts, and fails when one gets through. */
function proveWith(attack: typeof attackShut): Change<ExposeMemo>['steps'][number]['run'] {
  return async (context, memo, report, task) => {
    const onLine = (line: string): void => task?.step(line.trim());
    const checks = await attack(context, policyOf(memo.after), context.lock, onLine);
    requireHeld(checks);
    const held = checks.filter(({ state }) => state === 'pass').length;
    report(checks.length === 0 ? 'there is none that could be tried so' : `${held} hold`);
    return { ...memo, checks: [...(memo.checks ?? []), ...checks] };
  };
}

/** @throws AppError `expose-not-proved` */
function requireHeld(checks: readonly Check[]): void {
  const open = checks.filter(isBad);
  if (open.length > 0) throw exposeNotProved(open.map(({ title, detail }) => `${title}: ${detail}`));
}

async function copyFiles(
  context: ChangeContext,
  { given, after }: ExposeMemo,
  report: (text: string) => void,
): Promise<void> {
  const { ports, path: folder } = context;
  const { files } = ports;
  const owner = ownerOf(context);
  if (policyOf(after).access.tailscale !== null) {
    await files.makeDirectory(join(folder, PATHS.tailscaleState), 0o700);
    await ownByContainer(owner, folder);
  }
  if (given.length === 0) return report('none are needed, or all are there');
  // The edge takes another certificate at once: what is open would no longer be what was attacked.
  await shutDoor(context);
  await files.makeDirectory(join(folder, KEPT), 0o700);
  for (const path of ['secrets/https', 'secrets/tailscale', 'config/edge', 'config/certificates'])
    await files.makeDirectory(join(folder, path), 0o755);
  for (const { file, source, hash } of given) {
    const text = await files.read(source);
    // What was looked at is what is copied.
    if (text === null || contentHash(text) !== hash) throw exposeFileWrong(source, 'was changed meanwhile');
    await keep(context, file);
    const { path, isSecret } = USER_FILES[file];
    if (isSecret)
      await writeOwned(owner, folder, { path, text, mode: 0o400, owner: 'container', readBy: ['edge'] });
    else await files.writeAtomic(join(folder, path), text, { mode: 0o444 });
  }
  await ownByContainer(owner, folder);
  report(`${given.length} copied`);
}

/** Keeps what is there before it is replaced; not a second time after a kill, when it may be the new one already. */
async function keep(context: ChangeContext, file: UserFile): Promise<void> {
  const { ports, path: folder } = context;
  const kept = join(folder, KEPT, file);
  if ((await ports.files.stat(kept)) !== null) return;
  const text = await readOwned(ownerOf(context), folder, USER_FILES[file].path);
  await ports.files.writeAtomic(kept, text === null ? ABSENT : text, { mode: 0o600 });
}

/** Stands for a file that was not there; no file of PEM or of users looks so. */
const ABSENT = '\u0000absent';

/** A file that is replaced stays the old one for a container that runs: it has mounted that. */
async function takeNewFiles(context: ChangeContext, { before, given }: ExposeMemo): Promise<void> {
  if (given.length === 0 || !hasDoor(policyOf(before))) return;
  const { docker, policy, compose } = context;
  const running: string[] = [];
  for (const service of DOOR_SERVICES) {
    const container = await docker.inspectContainer(containerName({ policy }, service));
    if (container?.State.Running === true) running.push(service);
  }
  if (running.length > 0) await compose.restart(running);
}

async function putFilesBack(context: ChangeContext, memo: ExposeMemo): Promise<void> {
  const { given } = memo;
  const { ports, path: folder } = context;
  const owner = ownerOf(context);
  for (const { file } of given) {
    const text = await ports.files.read(join(folder, KEPT, file));
    if (text === null) continue;
    const { path, isSecret } = USER_FILES[file];
    if (text === ABSENT) await removeOwned(owner, folder, [path]);
    else if (isSecret)
      await writeOwned(owner, folder, { path, text, mode: 0o400, owner: 'container', readBy: ['edge'] });
    else await ports.files.writeAtomic(join(folder, path), text, { mode: 0o444 });
  }
  await ownByContainer(owner, folder);
  await takeNewFiles(context, memo);
  await openAgain(context, policyOf(memo.before));
  await ports.files.remove(join(folder, KEPT));
  if (memo.absent !== undefined) await removeFirstTime(context, memo.absent);
}

/** With the new files it was not the door that was proved, and stayed shut when the settings were put back. */
async function openAgain(context: ChangeContext, policy: Policy): Promise<void> {
  if (!hasDoor(policy)) return;
  const quiet = (): undefined => undefined;
  await startContainers({ ...context, folder: context.path, policy }, { step: quiet, result: quiet });
}

function ownerOf(context: ChangeContext): ReturnType<typeof ownerContext> {
  const { policy, lock, toolVersion } = context;
  return ownerContext(context, pinsFrom(policy, lock, toolVersion).images.gateway);
}

function policyOf(text: string): Policy {
  return loadPolicy(text, PATHS.policy);
}
