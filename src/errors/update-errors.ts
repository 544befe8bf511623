import { AppError } from './app-error.ts';
import { shellQuote } from './quote.ts';

/** Where advisories were to be taken from gives none. */
export function advisoriesUnreachable(from: string, why: string): AppError {
  return new AppError('advisories-unreachable', {
    exitCode: 4,
    message: `Advisories cannot be read from ${from}: ${why}.`,
    state: 'The advisories that were here before are still used.',
    next: [
      'Bring them as a file from a machine with access, then name the file:',
      "  gh api --paginate '/advisories?affects=openclaw&per_page=100' > advisories.json",
      '  clawproof advisories update --from advisories.json',
    ],
  });
}

export function advisoriesUnreadable(from: string, why: string): AppError {
  return new AppError('advisories-unreadable', {
    exitCode: 4,
    message: `${from} cannot be used as advisories: ${why}.`,
    state: 'Nothing was changed.',
    next: [
      'It must be JSON as the GitHub advisory API gives it, or in the OSV format:',
      "  gh api --paginate '/advisories?affects=openclaw&per_page=100' > advisories.json",
      '  clawproof advisories update --from advisories.json',
    ],
  });
}

export function updateBackwards(current: string, wanted: string): AppError {
  return new AppError('update-backwards', {
    exitCode: 2,
    message: `OpenClaw ${wanted} is older than ${current}, which is set here: an older version refuses the state that a newer one has migrated.`,
    state: 'Nothing was changed.',
    next: [
      'To go back to what was before the last update, its state included:',
      '  clawproof rollback',
      'Otherwise restore a backup that was made with the older version.',
    ],
  });
}

export function nothingNewer(current: string, beyond: string | null): AppError {
  return new AppError('nothing-newer', {
    exitCode: 4,
    message: `npm has nothing newer than OpenClaw ${current} in its line.`,
    state: 'Nothing was changed.',
    next:
      beyond === null
        ? ['See what is known of the running version: clawproof advisories']
        : [`To leave the extended-stable line for the newest stable version: clawproof update ${beyond}`],
  });
}

/** `up` starts no other version on state that is there: it tries nothing on a copy and could not go back. */
export function versionByUpdate(runs: string, wanted: string): AppError {
  return new AppError('version-by-update', {
    exitCode: 2,
    message: `clawproof.yaml asks for OpenClaw ${wanted}, but the state here is that of ${runs}. "up" does not change the version: if the other one does not start, there would be no way back.`,
    state: 'Nothing was changed.',
    next: [
      `Put openclaw.version: ${runs} back into clawproof.yaml. Then let "update" change it, which tries it on a copy first and goes back if it fails:`,
      `  clawproof update ${wanted}`,
      'Only if nothing that OpenClaw has stored is needed any more: clawproof down --volumes, then clawproof up',
    ],
  });
}

/** The registry gave the very images that run. */
export function nothingToRebuild(version: string): AppError {
  return new AppError('nothing-to-rebuild', {
    exitCode: 4,
    message: `The images of OpenClaw ${version} and of the proxies are those of today already.`,
    state: 'Nothing was changed.',
    next: ['See whether there is another version: clawproof update --check'],
  });
}

export function rebuildTakesNoVersion(): AppError {
  return new AppError('rebuild-takes-no-version', {
    exitCode: 2,
    message: '--rebuild builds the version that runs, and takes no other one.',
    state: 'Nothing was changed.',
    next: ['For another version, which is built on the packages that are pinned: clawproof update VERSION'],
  });
}

/** clawproof.yaml does not name its version in a way that can be edited. */
export function policyNotEditable(why: string, version: string): AppError {
  return new AppError('policy-not-editable', {
    exitCode: 2,
    message: `openclaw.version in clawproof.yaml cannot be changed by a program: ${why}.`,
    state: 'Nothing was changed.',
    next: ['Write it as plain text, then run the update again:', '  openclaw:', `    version: "${version}"`],
  });
}

/** The new version was tried on a copy and did not get ready. */
export function trialFailed(version: string, why: string, logTail: readonly string[]): AppError {
  const said = logTail.length === 0 ? '' : ` It last said:\n${logTail.join('\n')}`;
  return new AppError('update-trial-failed', {
    exitCode: 4,
    message: `OpenClaw ${version} did not start on a copy of this deployment's state: ${why}.${said}`,
    state: 'What runs was not touched; the copy was deleted.',
    next: [
      'Try another version: clawproof update --check lists them',
      "Search OpenClaw's issues for the message above.",
    ],
  });
}

/** The new version runs, but something that held before does not hold any more. */
export function updateWeakens(version: string, lost: readonly string[]): AppError {
  return new AppError('update-weakens', {
    exitCode: 4,
    message: `With OpenClaw ${version}, what held before does not hold any more: ${lost.join('; ')}.`,
    state: 'Everything was taken back.',
    next: [
      'Explain one of them: clawproof explain ID',
      'Try another version: clawproof update --check lists them',
    ],
  });
}

export function noRollback(folder: string): AppError {
  return new AppError('no-rollback', {
    exitCode: 3,
    message: `${folder} holds nothing from before an update: there is nothing to go back to.`,
    state: 'Nothing was changed.',
    next: ['See what backups there are: clawproof backup list'],
  });
}

export function rollbackIncomplete(what: string): AppError {
  return new AppError('rollback-incomplete', {
    exitCode: 4,
    message: `What was kept from before the last update is not whole: ${what}.`,
    state: 'Nothing was changed.',
    next: [
      'Restore a backup instead: clawproof backup list',
      'To forget what is left of it: clawproof update --prune',
    ],
  });
}

/** A damaged record below .clawproof. */
export function recordUnreadable(path: string): AppError {
  return new AppError('update-record-unreadable', {
    exitCode: 4,
    message: `${path} cannot be understood.`,
    state: 'Nothing was changed.',
    next: [
      'Was it edited, or cut short by a full disk? See what it says:',
      `  cat ${shellQuote(path)}`,
      'Restore a backup instead: clawproof backup list',
      'To forget what was kept for a rollback: clawproof update --prune',
    ],
  });
}

export function stateDiffers(paths: readonly string[]): AppError {
  return new AppError('state-copy-differs', {
    exitCode: 4,
    message: `The copy of the state differs from the state in ${paths.length} places, among them ${paths.slice(0, 3).join(', ')}.`,
    state: 'Everything was taken back.',
    next: ['Does anything else write to the volume? See: docker ps --all', 'Then try again.'],
  });
}

export function stateNotMeasured(why: string): AppError {
  return new AppError('state-not-measured', {
    exitCode: 4,
    message: `How large the state is could not be found out: ${why}.`,
    state: 'Nothing was changed.',
    next: ['See whether the engine works: clawproof engine status'],
  });
}

/** `openclaw doctor --fix` of the new version ended badly. */
export function doctorFailed(
  version: string,
  where: string,
  code: number | null,
  { said, file }: { said: readonly string[]; file: string },
): AppError {
  return new AppError('update-doctor-failed', {
    exitCode: 4,
    message: `The doctor of OpenClaw ${version} could not bring ${where} to its version (exit code ${code ?? 'none'}). It last said:\n${said.join('\n')}`,
    state: 'Everything was taken back.',
    next: [
      'Read all that it said:',
      `  cat ${shellQuote(file)}`,
      "Mend what it names with the version that runs, or search OpenClaw's issues for it.",
      'Try another version: clawproof update --check',
    ],
  });
}

/** The new version was started for good and did not get ready, although it did on a copy. */
export function updateNotReady(version: string, why: string): AppError {
  return new AppError('update-not-ready', {
    exitCode: 4,
    message: `OpenClaw ${version} did not get ready: ${why}`,
    state: 'Everything was taken back, the state included: the version from before runs again.',
    next: ['See what the machine lacks: clawproof status', 'Then try again: clawproof update'],
  });
}

/** A change is under way, or was interrupted: what the files say is neither the old nor the new state. */
export function changeOpen(name: string, since: string): AppError {
  return new AppError('change-open', {
    exitCode: 4,
    message: `"clawproof ${name}", begun ${since}, has not ended.`,
    state: 'Nothing was looked at and nothing was changed.',
    next: ['Wait for it; if it was interrupted, end it:', '  clawproof recover'],
  });
}
