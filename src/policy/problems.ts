import type { core } from 'zod';
import { didYouMean, nearestName } from '../documents/nearest-name.ts';
import type { YamlPart, YamlPath } from '../documents/yaml.ts';
import { SECTIONS, SETTINGS, type SettingPath } from './settings.ts';
import { quoted, valueWords } from './value-words.ts';

/** One thing that is wrong in clawproof.yaml, by the path of the key. */
export interface PolicyProblem {
  path: YamlPath;
  part: YamlPart;
  /** One sentence that names the key. */
  message: string;
  /** The key that is not there, as in SETTINGS. */
  missing?: string;
  /** The key that was meant by an unknown one, as in SETTINGS. */
  meant?: string;
}

type Issue = core.$ZodIssue;

/** What lists hold, after "must be". */
const ITEMS: Readonly<Record<string, string>> = {
  'access.allowedOrigins[]': 'an exact origin, such as "https://claw.example.org"',
  'access.https.addresses[]': 'an IPv4 address of this host',
  'access.https.allow[]': 'an IPv4 CIDR block, such as "203.0.113.0/24"',
  'exec.scripts[]': 'the name of a script, such as "report.sh"',
  'firewall.hostPorts[]': 'a whole number from 1 to 65535',
  'skills.use[]': 'the name of a skill, such as "weather-brief"',
  'workspace.readOnly[]': 'a workspace file, such as "SOUL.md"',
  'egress.allow[]': 'a host name, a group, or a mapping with the key host',
  'egress.allow[].ports[]': 'a whole number from 1 to 65535',
  'egress.allow[].privateAddresses[]': 'a private CIDR block, such as "192.168.1.20/32"',
};

/** Says in words what the schema found; `input` is the whole document. */
export function policyProblems(issues: readonly Issue[], input: unknown): PolicyProblem[] {
  const found = issues.flatMap((issue) => issueProblems(issue, [], input));
  const distinct = new Map(found.map((problem) => [problem.message, problem]));
  // A misspelt key is one problem, not two.
  const corrected = found.flatMap((problem) => problem.meant ?? []);
  return [...distinct.values()].filter(
    (problem) => problem.missing === undefined || !corrected.includes(problem.missing),
  );
}

function issueProblems(issue: Issue, parent: YamlPath, input: unknown): PolicyProblem[] {
  const path = [...parent, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))];
  const value = valueAt(input, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, path));
    case 'custom':
      return [
        {
          path,
          part: 'value',
          message: `${keyName(path)}: ${quoted(String(value))} ${sentence(issue.message)}`,
        },
      ];
    case 'invalid_union': {
      const branch = fittingBranch(issue.errors, value);
      return branch
        ? branch.flatMap((inner) => issueProblems(inner, path, input))
        : [wrongValue(path, value)];
    }
    case 'invalid_value':
      return [wrongValue(path, value, issue.values)];
    default:
      return [wrongValue(path, value)];
  }
}

/** Of the alternatives of a union, the one whose kind of value was written: it can say most. */
function fittingBranch(errors: readonly Issue[][], value: unknown): Issue[] | undefined {
  if (typeof value === 'string')
    return errors.find((branch) => branch.some((issue) => issue.code === 'custom'));
  const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isMapping
    ? errors.find((branch) =>
        branch.every((issue) => issue.path.length > 0 || issue.code === 'unrecognized_keys'),
      )
    : undefined;
}

function unknownKey(key: string, parent: YamlPath): PolicyProblem {
  const section = settingKey(parent);
  const known = keysOf(section);
  const where = section === '' ? 'at the top level' : `in ${keyName(parent)}`;
  const nearest = nearestName(key, known);
  const hint =
    nearest === undefined ? elsewhere(key) || `; the ${keysWords(known)}.` : `; did you mean "${nearest}"?`;
  const message = `There is no key ${quoted(key)} ${where}${hint}`;
  return {
    path: [...parent, key],
    part: 'key',
    message,
    ...(nearest !== undefined && { meant: join([...parent, nearest], indexed) }),
  };
}

/** `; it belongs under "access".` for a key that is right but in the wrong place. */
function elsewhere(key: string): string {
  const path = Object.keys(SETTINGS).find(
    (known) => !known.includes('[]') && known.split('.').at(-1) === key,
  );
  if (path === undefined) return '';
  const section = path.split('.').slice(0, -1).join('.');
  return section === '' ? '; it belongs at the top level.' : `; it belongs under "${section}".`;
}

/** Keys that a section may hold, in the order of their declaration. */
function keysOf(section: string): string[] {
  const prefix = section === '' ? '' : `${section}.`;
  const paths = [...Object.keys(SETTINGS), ...Object.keys(SECTIONS)].filter(
    (path) => path !== '' && path.startsWith(prefix) && path !== section,
  );
  return [...new Set(paths.map((path) => path.slice(prefix.length).split(/[.[]/)[0] ?? ''))].filter(
    (key) => key !== '',
  );
}

function wrongValue(path: YamlPath, value: unknown, allowed: readonly unknown[] = []): PolicyProblem {
  if (value === undefined) return missingKey(path);
  const key = settingKey(path);
  const words = allowed.map(String);
  const expected = words.length > 1 ? `one of ${words.join(', ')}` : expectedAt(key);
  const hint =
    typeof value !== 'string'
      ? ''
      : words.includes(value)
        ? ' in quotes; remove them'
        : didYouMean(value, words);
  const instead = value === null && Array.isArray(settingDefault(key)) ? '; write [] for an empty list' : '';
  return {
    path,
    part: 'value',
    message: `${keyName(path)} must be ${expected}, but is ${valueWords(value)}${instead}${/[?]$/.test(hint) ? hint : `${hint}.`}`,
  };
}

function missingKey(path: YamlPath): PolicyProblem {
  const key = String(path.at(-1));
  const parent = path.slice(0, -1);
  const line = key === 'version' ? 'version: 1' : `${key}: …`;
  const where = parent.length === 0 ? '' : ` in ${keyName(parent)}`;
  return {
    path,
    part: 'key',
    message: `The key "${key}" is missing${where}; add the line "${line}".`,
    missing: join(path, indexed),
  };
}

function expectedAt(key: string): string {
  if (Object.hasOwn(SETTINGS, key)) return SETTINGS[key as SettingPath].expects;
  const item = ITEMS[key];
  if (item !== undefined) return item;
  return Object.hasOwn(SECTIONS, key)
    ? `a mapping with the ${keysOf(key).length === 1 ? 'key' : 'keys'} ${keysOf(key).join(', ')}`
    : 'something else';
}

function settingDefault(key: string): unknown {
  return Object.hasOwn(SETTINGS, key) ? SETTINGS[key as SettingPath].default : undefined;
}

/** The path as in SETTINGS: egress.allow[].host. */
function settingKey(path: YamlPath): string {
  return join(path, () => '[]');
}

/** The path as messages name it: egress.allow[2], counted from 0 as in the file’s data. */
function keyName(path: YamlPath): string {
  if (path.length === 0) return 'The file';
  return join(path, indexed);
}

function indexed(index: number): string {
  return `[${index}]`;
}

function keysWords(keys: readonly string[]): string {
  return keys.length === 1 ? `only key is ${keys[0]}` : `keys are ${keys.join(', ')}`;
}

function join(path: YamlPath, index: (step: number) => string): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? text + index(step) : text === '' ? step : `${text}.${step}`),
    '',
  );
}

function valueAt(input: unknown, path: YamlPath): unknown {
  return path.reduce<unknown>((value, step) => {
    return typeof value === 'object' && value !== null && Object.hasOwn(value, step)
      ? (value as Record<string, unknown>)[step]
      : undefined;
  }, input);
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
