import { holdsSecret } from '../../../measures/placeholder.ts';
import { secretFileKind } from '../../../measures/secret-files.ts';
import { isSecretName, looksLikeSecret } from '../../../measures/secret-patterns.ts';
import { environmentEntries } from '../compose-environment.ts';
import type { NamesIn } from './collector.ts';
import type { Hit } from './searcher.ts';

const COMPOSE = /(?:^|\/)(?:docker-)?compose[^/]*\.ya?ml(?:[._-][^/]*)?$/i;

/** True for files of settings and variables, also for old copies of them. */
export function isSettingsFile(name: string): boolean {
  const kind = secretFileKind(name);
  return COMPOSE.test(name) || (kind !== undefined && kind !== 'secret');
}

/** Settings and variables of a file whose values are keys by their name or shape. */
export function namedSecrets(text: string, name: string, namesIn: NamesIn): Hit[] {
  const names = COMPOSE.test(name) ? composeNames(text) : (namesIn(text, name) ?? []);
  return names.map((each) => ({ name: null, what: `${each} holds what looks like a key`, line: null }));
}

function composeNames(text: string): string[] {
  return environmentEntries(text)
    .filter(({ name, value }) => looksLikeSecret(value) || (isSecretName(name) && holdsSecret(value)))
    .map(({ service, name }) => `${name} of ${service}`);
}
