import { parseSecurityOption } from '../../../deployment/security-options.ts';
import type { CallResult, KernelCalls, KernelFeature, NamedCall } from '../../payload/kernel.ts';
import { KIT } from '../../layout.ts';
import type { Attempt, Judgement, Probe, Seen } from '../../probe.ts';
import type { ProofTarget } from '../../proof-target.ts';
import { fail, judgeResult, pass, skip, unclear } from '../judgement.ts';

/** One system call of a probe. */
interface ProbeCall extends NamedCall {
  /** What the attacker has when the kernel does not refuse it; absent for what only prepares or tidies up. */
  reached?: string;
}

/** What a probe says that tries system calls. */
export interface CallProbeSpec extends Pick<
  Probe,
  'id' | 'title' | 'why' | 'measures' | 'rows' | 'weakenedBy'
> {
  calls: readonly ProbeCall[];
  /** Processor that alone has these calls. */
  only?: 'x64';
  /** What a kernel may be built without, and then says ENOSYS or that it knows no such family. */
  feature?: string;
  /** How the kernel tells whether it has that, where a filter would hide it. */
  builtWith?: KernelFeature;
  /** True when engines' filters know these calls, so that ENOSYS comes from the kernel and never from a filter. */
  isKnownToFilters?: boolean;
  /** First engine whose own filter refuses it: major, minor and patch. */
  since?: readonly [number, number, number];
  /** A switch of the host by which ordinary users are refused without any filter. */
  hostSwitch?: { path: string; refuses(value: number): boolean };
}

const ATTEMPT = 'calls';
const refusals = new Set(['EPERM', 'EACCES', 'ENOSYS']);
const unknownFamily = new Set(['EAFNOSUPPORT', 'EPROTONOSUPPORT', 'ESOCKTNOSUPPORT']);
/** The machine is short of something, which is no answer. */
const shortages = new Set(['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE', 'EROFS', 'ENOSPC']);

/**
 * A probe that makes system calls. Arguments are such that a call that comes through does nothing lasting; most are wrong on
 * purpose: a kernel that complains about an argument has listened, where a filter or a missing capability would have refused
 * before.
 */
export function callProbe(spec: CallProbeSpec): Probe {
  const { calls, hostSwitch, builtWith, only } = spec;
  const attempt: Attempt = {
    id: ATTEMPT,
    at: 'cell',
    run: 'callKernel',
    params: {
      program: KIT.syscall,
      calls: calls.map(({ call, arguments: given }) => ({ call, arguments: given })),
      ...(hostSwitch && { files: [hostSwitch.path] }),
      ...(builtWith && { feature: builtWith }),
    },
  };
  return {
    ...probeWords(spec),
    attempts: (target) => {
      const reason = unableToCall(target);
      if (reason !== undefined) return { skipped: reason };
      if (only !== undefined && target.engine.arch !== only)
        return { skipped: `processors of type ${target.engine.arch} have no such calls` };
      return [attempt];
    },
    judge: (seen, target) => judgeCalls(spec, seen, target),
  };
}

function probeWords(
  spec: CallProbeSpec,
): Pick<Probe, 'id' | 'ring' | 'title' | 'why' | 'measures' | 'rows' | 'expects' | 'weakenedBy'> {
  const { id, title, why, measures, rows, weakenedBy, calls } = spec;
  const names = [...new Set(calls.filter(isChecked).map(({ call }) => call))];
  return {
    id,
    ring: 'container',
    title,
    why,
    measures,
    rows,
    weakenedBy,
    expects: `the kernel refuses ${names.join(', ')} with EPERM, EACCES or ENOSYS before it looks at the arguments`,
  };
}

function isChecked(call: ProbeCall): call is ProbeCall & { reached: string } {
  return call.reached !== undefined;
}

/** Why no system calls can be tried in this target; undefined when they can. */
export function unableToCall(target: ProofTarget): string | undefined {
  if (!target.image.hasNode) return 'the image has no Node that could try it';
  if (target.engine.arch === 'other') return 'there is no program for the processor of this host';
  if (isSandboxed(target))
    return `${target.gateway.runtime} answers system calls itself, the kernel of the host never sees them`;
  return undefined;
}

/** True for runtimes with a kernel of their own. */
export function isSandboxed({ gateway }: Pick<ProofTarget, 'gateway'>): boolean {
  return /runsc|gvisor|kata/i.test(gateway.runtime ?? '');
}

/** Fails with the first call that came through; passes only when each call that counts was seen to be refused. */
export function judgeCalls(spec: CallProbeSpec, seen: Seen, target: ProofTarget): Judgement {
  return judgeResult<KernelCalls>(seen, ATTEMPT, (result) => judgeAnswers(spec, result, target));
}

function judgeAnswers(spec: CallProbeSpec, result: KernelCalls, target: ProofTarget): Judgement {
  if (result.signal === 'SIGSYS') return pass('the filter ended the process that tried');
  if (result.signal !== undefined) return unclear(`the process that tried was ended by ${result.signal}`);
  const checked = spec.calls.flatMap((call, index) =>
    isChecked(call) ? [{ reached: call.reached, result: result.results[index] }] : [],
  );
  const answers = checked.flatMap(({ reached, result: answer }) => (answer ? [{ reached, ...answer }] : []));
  if (answers.length === 0 || answers.length < checked.length) return unclear('not every call has a result');
  const through = answers.find((answer) => isThrough(answer));
  if (through) return judgeThrough(spec, through, result, target);
  const short = answers.find(({ code = '' }) => shortages.has(code));
  if (short) return unclear(`it could not be tried: ${words(short)}`);
  return unavailable(spec, answers, result) ?? pass(answers.map(words).join(', '));
}

function isThrough({ code }: CallResult): boolean {
  return (
    code === undefined ||
    !(refusals.has(code) || unknownFamily.has(code) || shortages.has(code) || code === 'absent')
  );
}

function words({ call, code }: CallResult): string {
  return `${call}: ${code ?? 'done'}`;
}

/** What got through the filter of an engine that is too old to refuse it is known, and mended by no setting of it. */
function judgeThrough(
  spec: CallProbeSpec,
  answer: CallResult & { reached: string },
  { seccomp }: KernelCalls,
  target: ProofTarget,
): Judgement {
  const { since } = spec;
  const version = versionOf(target.engine.version);
  if (since && version && seccomp === 2 && hasEngineFilter(target) && isOlder(version, since))
    return skip(
      `${answer.reached}: the filter of Docker ${version.join('.')} does not refuse that, the one of Docker ${since.join('.')} does`,
    );
  return fail(`${answer.reached} (${words(answer)})`);
}

/** True when the filter is the one that the engine brings: neither the container nor the engine was given another. */
function hasEngineFilter({ gateway, engine }: ProofTarget): boolean {
  const own = gateway.securityOptions?.map(parseSecurityOption).filter(({ name }) => name === 'seccomp');
  const isBuiltIn = own?.every(({ value }) => value === 'builtin') ?? true;
  return (
    isBuiltIn &&
    engine.securityOptions.some((option) => /^name=seccomp(?:$|,profile=(?:default|builtin)$)/.test(option))
  );
}

function versionOf(text: string): [number, number, number] | undefined {
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : undefined;
}

function isOlder(version: readonly number[], since: readonly number[]): boolean {
  const place = since.findIndex((part, index) => part !== version[index]);
  return place !== -1 && (version[place] ?? 0) < (since[place] ?? 0);
}

/** A refusal that would be there without any protection proves none. */
function unavailable(
  { feature, isKnownToFilters = false, hostSwitch }: CallProbeSpec,
  answers: readonly CallResult[],
  { seccomp, files, hasFeature }: KernelCalls,
): Judgement | undefined {
  const isFiltered = seccomp === 2;
  const isAbsent = answers.every(
    ({ code = '' }) =>
      code === 'absent' ||
      unknownFamily.has(code) ||
      (code === 'ENOSYS' && (isKnownToFilters || !isFiltered)),
  );
  if (isAbsent || hasFeature === false)
    return skip(`the kernel of this host has no ${feature ?? 'such call'}`);
  const value = hostSwitch && files[hostSwitch.path];
  if (hostSwitch && !isFiltered && typeof value === 'string' && hostSwitch.refuses(Number(value)))
    return skip(`${hostSwitch.path} is ${value}: this host refuses it without any filter`);
  return undefined;
}
