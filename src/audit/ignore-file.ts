import { nearestName } from '../documents/nearest-name.ts';
import { parseYaml, type YamlDocument } from '../documents/yaml.ts';
import type { AuditProblem } from './audit-report.ts';
import { declare, type Declared } from './suppress/suppression.ts';

const KEYS = ['measure', 'subject', 'key', 'file', 'fingerprint', 'reason', 'owner', 'expires'] as const;

/** What an ignore file says; `errors` when it cannot be understood as a whole, and then nothing is suppressed by it. */
export interface IgnoreFile extends Declared {
  errors: AuditProblem[];
}

/**
 * Reads clawproof-ignore.yaml: a list of entries, of which each needs `measure` and `reason`. An entry with anything that is
 * not understood has no effect and is a warning: it could suppress more than it was meant to.
 * @param file as findings name files; paths in it start from its folder
 */
export function readIgnoreFile(text: string, file: string, measureIds: readonly string[]): IgnoreFile {
  const document = parseYaml(text, file);
  const read: IgnoreFile = { suppressions: [], warnings: [], errors: [] };
  for (const { message, position } of document.problems)
    read.errors.push({
      id: 'ignore-file-not-understood',
      message: `${message} Nothing is suppressed by this file.`,
      position,
    });
  if (document.problems.length > 0 || document.value === null || document.value === undefined) return read;
  if (!Array.isArray(document.value)) {
    const message =
      'This file must be a list of entries, each with "measure" and "reason". Nothing is suppressed by it.';
    read.errors.push({
      id: 'ignore-file-not-understood',
      message,
      position: document.positionOf([], 'value'),
    });
    return read;
  }
  document.value.forEach((entry: unknown, index) => readEntry(read, document, entry, index, measureIds));
  return read;
}

function readEntry(
  read: IgnoreFile,
  document: YamlDocument,
  entry: unknown,
  index: number,
  measureIds: readonly string[],
): void {
  const wrong = problemOf(entry);
  if (wrong) {
    const message = `${wrong.message} This entry has no effect.`;
    const path = wrong.key === undefined ? [index] : [index, wrong.key];
    read.warnings.push({
      id: 'suppression-not-understood',
      message,
      position: document.positionOf(path, wrong.part ?? 'value'),
    });
    return;
  }
  const { measure, reason, owner, expires, subject, key, file, fingerprint } = entry as Partial<
    Record<(typeof KEYS)[number], string>
  >;
  declare(
    read,
    { measures: measure === undefined ? [] : [measure], reason: reason?.trim(), owner, expires },
    {
      kind: 'file',
      position: document.positionOf(measure === undefined ? [index] : [index, 'measure'], 'value'),
      ...(subject === undefined ? {} : { subject }),
      ...(key === undefined ? {} : { key }),
      ...(file === undefined ? {} : { file: besideFile(document.file, file) }),
      ...(fingerprint === undefined ? {} : { fingerprint }),
    },
    measureIds,
  );
}

interface Wrong {
  message: string;
  key?: string;
  part?: 'key' | 'value';
}

/** What keeps an entry from being understood. */
function problemOf(entry: unknown): Wrong | undefined {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
    return { message: 'An entry has keys: "measure", "reason" and others.' };
  for (const [key, value] of Object.entries(entry)) {
    if (!(KEYS as readonly string[]).includes(key)) {
      const nearest = key.length > 64 ? undefined : nearestName(key, KEYS);
      const hint = nearest === undefined ? `Known are ${KEYS.join(', ')}.` : `Did you mean "${nearest}"?`;
      return { message: `There is no key "${key.slice(0, 64)}". ${hint}`, key, part: 'key' };
    }
    if (typeof value !== 'string' || value === '')
      return {
        message: `"${key}" must be a text${value === '' ? ' that is not empty' : '; put it in quotes'}.`,
        key,
      };
  }
  return 'measure' in entry ? undefined : { message: 'An entry needs "measure", the name of one measure.' };
}

/** A path from the folder of `file`, with `.` and `..` resolved. */
function besideFile(file: string, path: string): string {
  if (path.startsWith('/')) return path;
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/') + 1) : '';
  const parts: string[] = [];
  for (const part of `${folder}${path}`.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..' && parts.at(-1) !== '') parts.pop();
    else if (part !== '.' && (part !== '' || parts.length === 0)) parts.push(part);
  }
  return parts.join('/');
}
