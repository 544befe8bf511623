import { AppError } from './app-error.ts';

const UNTOUCHED = 'Nothing was changed.';

export function keyNameInvalid(name: string): AppError {
  return new AppError('key-name-invalid', {
    exitCode: 2,
    message: `"${name.slice(0, 80)}" is no name for a key: capital letters, digits and _, a letter first, and not GATEWAY_TOKEN.`,
    state: UNTOUCHED,
    next: [
      'For example: clawproof secrets set OPENAI_API_KEY',
      'The gateway token has commands of its own: clawproof token --help',
    ],
  });
}

/** @param why completes "…, so there is nothing to store" */
export function noSecretGiven(name: string, why: string): AppError {
  return new AppError('no-secret-given', {
    exitCode: 2,
    message: `No value for ${name}: ${why}.`,
    state: UNTOUCHED,
    next: [
      'Type it at the hidden prompt:',
      `  clawproof secrets set ${name}`,
      'Or hand it in through stdin, for example from a password manager:',
      `  pass show openai | clawproof secrets set ${name}`,
    ],
  });
}

export function secretInvalid(name: string, why: string): AppError {
  return new AppError('secret-invalid', {
    exitCode: 2,
    message: `The value for ${name} cannot be stored: ${why}.`,
    state: UNTOUCHED,
    next: [`Copy the key again, then: clawproof secrets set ${name}`],
  });
}

export function noSuchKey(name: string, names: readonly string[]): AppError {
  return new AppError('no-such-key', {
    exitCode: 3,
    message: `There is no key ${name}. ${names.length === 0 ? 'There are none yet.' : `There are: ${names.join(', ')}.`}`,
    state: UNTOUCHED,
    next: ['See them: clawproof secrets list'],
  });
}

export function keyInUse(name: string, places: readonly string[]): AppError {
  return new AppError('key-in-use', {
    exitCode: 4,
    message: `${name} is in use: ${places.join(', ')} in openclaw.json refer to it.`,
    state: UNTOUCHED,
    next: [
      'Give it another value instead:',
      `  clawproof secrets set ${name}`,
      'Or remove it together with these settings:',
      `  clawproof secrets remove ${name} --with-settings`,
    ],
  });
}

/** A deployment of a former version of clawproof. */
export function keysNotMounted(folder: string): AppError {
  return new AppError('keys-not-mounted', {
    exitCode: 4,
    message: `The gateway of ${folder} was set up by a former version and has no folder for keys.`,
    state: UNTOUCHED,
    next: ['Bring it up to date, then try again:', '  clawproof up'],
  });
}

export function providerNameTaken(name: string, provider: string): AppError {
  return new AppError('provider-name-taken', {
    exitCode: 2,
    message: `openclaw.json has a provider "${provider}" that reads something else than the key ${name}.`,
    state: UNTOUCHED,
    next: [
      'Choose another name for the key, or remove that provider:',
      `  clawproof openclaw -- config unset secrets.providers.${provider}`,
    ],
  });
}

/** OpenClaw does not accept what openclaw.json would become. */
export function secretSettingRefused(problems: readonly string[]): AppError {
  return new AppError('secret-setting-refused', {
    exitCode: 2,
    message: `OpenClaw does not accept the settings that this would make: ${problems.slice(0, 5).join('; ')}`,
    state: UNTOUCHED,
    next: [
      'See which settings take a reference: clawproof secrets --help',
      'Check the settings as they are: clawproof openclaw -- config validate',
    ],
  });
}

export function settingNotClawproofs(path: string): AppError {
  return new AppError('setting-managed', {
    exitCode: 2,
    message: `${path} is set by clawproof itself and gets no other key.`,
    state: UNTOUCHED,
    next: ['To change the gateway token: clawproof token rotate'],
  });
}

/** The gateway did not take the keys. */
export function reloadFailed(why: string): AppError {
  return new AppError('secrets-not-reloaded', {
    exitCode: 4,
    message: `The gateway did not read its keys anew: ${why}.`,
    state: 'Keys and settings are being put back as they were.',
    next: ['See what it says: clawproof logs --service gateway', 'Is it well? clawproof status'],
  });
}

/** A change was interrupted and what it had put aside is no longer there. */
export function keptCopyMissing(path: string): AppError {
  return new AppError('kept-copy-missing', {
    exitCode: 4,
    message: `What the interrupted change had put aside in ${path} is gone.`,
    state: 'Keys and settings are as that change left them.',
    next: [
      'See the keys: clawproof secrets list',
      'Set again what is wrong: clawproof secrets set NAME',
      'Then remove .clawproof/change.json',
    ],
  });
}

/** One of the things that `secrets scan` searches could not be read. */
export function scanSourceFailed(what: string, why: string): AppError {
  return new AppError('scan-source-failed', {
    exitCode: 4,
    message: `${what} could not be searched: ${why}`,
    state: UNTOUCHED,
    next: ['Mend what the message names, then: clawproof secrets scan'],
  });
}

/** Somebody changed the files between the plan and the answer. */
export function importPlanChanged(): AppError {
  return new AppError('import-plan-changed', {
    exitCode: 4,
    message: 'The files are no longer what they were when the plan was shown.',
    state: UNTOUCHED,
    next: ['Look at the new plan:', '  clawproof secrets import'],
  });
}
