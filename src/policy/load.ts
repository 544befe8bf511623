import { maskSecrets } from '../documents/mask-secrets.ts';
import { parseYaml, type YamlDocument, type YamlPart } from '../documents/yaml.ts';
import type { SourcePosition } from '../errors/app-error.ts';
import {
  policyEmpty,
  policyInvalid,
  policySyntax,
  policyTooNew,
  policyUnreadable,
} from '../errors/policy-errors.ts';
import { conflicts } from './conflicts.ts';
import type { Policy } from './policy.ts';
import { policyProblems, type PolicyProblem } from './problems.ts';
import { resolvePolicy } from './resolve.ts';
import { policyInputSchema } from './schema.ts';

/** The newest format of clawproof.yaml that this program reads. */
const FORMAT_VERSION = 1;

/** Far more than anybody writes by hand. */
const MAX_LENGTH = 256 * 1024;
const MAX_PROBLEMS = 20;

/**
 * Reads the text of clawproof.yaml and fills in every default. `file` is the name that errors show. Pure.
 * @throws AppError policy-invalid, policy-syntax, policy-empty, policy-too-new or policy-unreadable; all problems at once.
 */
export function loadPolicy(text: string, file: string): Policy {
  checkText(text, file);
  const document = parseYaml(text, file);
  const syntax = document.problems.map((problem) => ({
    message: problem.message,
    position: masked(problem.position, 'value'),
  }));
  if (isFilled(syntax)) throw policySyntax(file, syntax);
  if (document.value === null) throw policyEmpty(file);
  checkFormat(document);
  const result = policyInputSchema.safeParse(document.value);
  if (!result.success) throw invalid(policyProblems(result.error.issues, document.value), document);
  const problems = conflicts(result.data);
  if (problems.length > 0) throw invalid(problems, document);
  return resolvePolicy(result.data);
}

function checkText(text: string, file: string): void {
  if (text.length > MAX_LENGTH)
    throw policyUnreadable(file, `is larger than ${MAX_LENGTH / 1024} KiB, which no clawproof.yaml is`);
  if (text.includes('\0')) throw policyUnreadable(file, 'is not UTF-8 text; perhaps it was saved as UTF-16');
  if (text.replace(/^\uFEFF/, '').trim() === '') throw policyEmpty(file);
}

/** A newer format may have any other keys, so nothing else is worth telling. */
function checkFormat(document: YamlDocument): void {
  const { value } = document;
  if (typeof value !== 'object' || value === null || !('version' in value)) return;
  if (
    typeof value.version !== 'number' ||
    !Number.isInteger(value.version) ||
    value.version <= FORMAT_VERSION
  )
    return;
  throw policyTooNew(
    document.file,
    value.version,
    FORMAT_VERSION,
    masked(document.positionOf(['version'], 'value'), 'value'),
  );
}

function invalid(problems: readonly PolicyProblem[], document: YamlDocument): Error {
  const located = problems
    .map(({ path, part, message }) => ({ message, position: masked(document.positionOf(path, part), part) }))
    .toSorted((a, b) => a.position.line - b.position.line || a.position.column - b.position.column)
    .slice(0, MAX_PROBLEMS);
  return isFilled(located)
    ? policyInvalid(document.file, located)
    : new Error('The schema refused a policy without saying why.');
}

/** Secrets have no place in this file, which does not mean that nobody puts one there. What stands behind an unknown key stays unsaid. */
function masked(position: SourcePosition, part: YamlPart): SourcePosition {
  if (position.excerpt === undefined) return position;
  if (part === 'value') return { ...position, excerpt: maskSecrets(position.excerpt) };
  const end = position.column - 1 + (position.length ?? 1);
  const rest = position.excerpt.slice(end).trim() === '' ? '' : ': …';
  return { ...position, excerpt: maskSecrets(position.excerpt.slice(0, end)) + rest };
}

function isFilled<T>(list: readonly T[]): list is readonly [T, ...T[]] {
  return list.length > 0;
}
