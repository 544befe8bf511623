import { isSettings } from '../settings.ts';

/** Calls that load code into the kernel or walk out of the container; no profile allows them without a condition. */
const decisiveCalls = [
  'bpf',
  'delete_module',
  'finit_module',
  'init_module',
  'kexec_file_load',
  'kexec_load',
  'mount',
  'open_by_handle_at',
  'pivot_root',
  'umount2',
];
const lettingActions = ['SCMP_ACT_ALLOW', 'SCMP_ACT_LOG', 'SCMP_ACT_TRACE'];

/**
 * What a seccomp profile lets through that the engine's own does not.
 * @returns "" when it refuses as it should; undefined when the text is no profile
 */
export function allowedByProfile(text: string): string | undefined {
  const profile = parse(text);
  if (!isSettings(profile) || typeof profile['defaultAction'] !== 'string') return undefined;
  if (lettingActions.includes(profile['defaultAction']))
    return 'allows every system call that it does not name';
  const rules: unknown[] = Array.isArray(profile['syscalls']) ? profile['syscalls'] : [];
  const calls = decisiveCalls.filter((call) => rules.some((rule) => lets(rule, call)));
  return calls.length === 0 ? '' : `allows ${calls.join(', ')}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** True for a rule without conditions: the engine's own asks for capabilities before it lets such calls through. */
function lets(rule: unknown, call: string): boolean {
  if (!isSettings(rule) || !lettingActions.includes(String(rule['action']))) return false;
  const names: unknown[] = Array.isArray(rule['names']) ? rule['names'] : [rule['name']];
  const hasCondition = [rule['includes'], rule['args']].some(
    (condition) => condition !== null && typeof condition === 'object' && Object.keys(condition).length > 0,
  );
  return names.includes(call) && !hasCondition;
}
