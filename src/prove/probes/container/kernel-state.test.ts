import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { ProcessState } from '../../payload/kernel.ts';
import type { Judgement } from '../../probe.ts';
import type { ProofTarget } from '../../proof-target.ts';
import { inspectedGateway, twinFixture } from '../../testing/twin-fixture.ts';
import { capabilityNames } from './capability-names.ts';
import { stateProbes } from './kernel-state.ts';

const { target } = twinFixture();
const NONE = '0'.repeat(16);
/** The engine's default set. */
const DEFAULT = '00000000a80425fb';

function state(
  changes: Partial<ProcessState> = {},
  sets: Partial<ProcessState['capabilities']> = {},
): ProcessState {
  return {
    uid: 1000,
    euid: 1000,
    capabilities: {
      effective: NONE,
      permitted: NONE,
      inheritable: NONE,
      bounding: NONE,
      ambient: NONE,
      ...sets,
    },
    noNewPrivileges: 1,
    seccomp: 2,
    seccompFilters: 1,
    label: null,
    ...changes,
  };
}

function probeOf(id: string) {
  const probe = stateProbes.find((one) => one.id === id);
  if (!probe) throw new Error(`no probe ${id}`);
  return probe;
}

function judge(id: string, seen: ProcessState, of: ProofTarget = target): Judgement {
  return probeOf(id).judge(new Map([['state', { result: seen }]]), of, undefined);
}

describe.each(stateProbes.map((probe) => [probe.id, probe] as const))('%s', (_, probe) => {
  it('is an error without an observation, and when the look failed', () => {
    expect(probe.judge(new Map(), target, undefined).state).toBe('error');
    const failed = new Map([['state', { error: 'ENOENT: /proc/self/status' }]]);
    expect(probe.judge(failed, target, undefined)).toMatchObject({ state: 'error', reason: /ENOENT/ });
  });

  it('is skipped without Node', () => {
    const without = { ...target, image: { ...target.image, hasNode: false } };
    expect(probe.attempts(without, undefined)).toMatchObject({ skipped: /no Node/ });
  });
});

describe('capabilities', () => {
  it('are none', () => {
    expect(judge('held-capabilities', state()).state).toBe('pass');
    expect(judge('bounding-capabilities', state()).state).toBe('pass');
  });

  it.each(['effective', 'permitted', 'inheritable', 'ambient'])('held in the %s set are named', (set) => {
    const given = state({}, { [set]: '0000000000002400' });
    expect(judge('held-capabilities', given)).toEqual({
      state: 'fail',
      observed: `${set} capabilities: NET_BIND_SERVICE and NET_RAW`,
    });
    expect(judge('bounding-capabilities', given).state).toBe('pass');
  });

  it('that could be had are named, the first of them', () => {
    expect(judge('bounding-capabilities', state({}, { bounding: DEFAULT }))).toEqual({
      state: 'fail',
      observed: 'bounding capabilities: CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL and 9 more',
    });
  });

  it('that the kernel does not tell are no pass', () => {
    expect(judge('held-capabilities', state({}, { ambient: null })).state).toBe('error');
  });

  it('that an entrypoint needs to become an ordinary user are expected of an image that starts as root', () => {
    const { target: asRoot } = twinFixture(inspectedGateway({ config: { User: 'root', Image: 'other:1' } }));
    // CHOWN, DAC_OVERRIDE, FOWNER, KILL, SETGID, SETUID
    const stepDown = state({ uid: 0, euid: 0 }, { effective: 'eb', permitted: 'eb', bounding: 'eb' });
    expect(judge('held-capabilities', stepDown, asRoot)).toMatchObject({ state: 'pass', observed: /SETUID/ });
    expect(judge('bounding-capabilities', stepDown, asRoot).state).toBe('pass');
    expect(judge('bounding-capabilities', stepDown).state).toBe('fail');
    const more = state({ uid: 0, euid: 0 }, { bounding: DEFAULT });
    expect(judge('bounding-capabilities', more, asRoot).state).toBe('fail');
  });

  it('have the names of capability.h, and numbers where there is none yet', () => {
    expect(capabilityNames(NONE)).toEqual([]);
    expect(capabilityNames('8000012000200001')).toEqual(['CHOWN', 'SYS_ADMIN', '37', '40', '63'].map(named));
  });

  test.prop([fc.uniqueArray(fc.integer({ min: 0, max: 63 }))])('come one for each bit', (bits) => {
    const mask = bits.reduce((sum, bit) => sum | (1n << BigInt(bit)), 0n);
    expect(capabilityNames(mask.toString(16).padStart(16, '0'))).toHaveLength(bits.length);
  });
});

function named(text: string): string {
  return { 37: 'AUDIT_READ', 40: 'CHECKPOINT_RESTORE' }[text] ?? text;
}

describe('the bit against new privileges', () => {
  it.each([
    [1, 'pass'],
    [0, 'fail'],
    [null, 'error'],
  ])('%s: %s', (noNewPrivileges, expected) => {
    expect(judge('no-new-privileges-bit', state({ noNewPrivileges })).state).toBe(expected);
  });
});

describe('the filter', () => {
  it.each([
    [2, 'pass'],
    [0, 'fail'],
    [1, 'fail'],
    [null, 'skipped'],
  ])('mode %s: %s', (seccomp, expected) => {
    expect(judge('seccomp-mode', state({ seccomp })).state).toBe(expected);
  });

  it('is not asked for under a kernel of its own', () => {
    const sandboxed = { ...target, gateway: { ...target.gateway, runtime: 'runsc-kvm' } };
    expect(probeOf('seccomp-mode').attempts(sandboxed, undefined)).toMatchObject({ skipped: /runsc-kvm/ });
    expect(probeOf('held-capabilities').attempts(sandboxed, undefined)).toHaveLength(1);
  });
});

describe('the security module', () => {
  const apparmor = {
    ...target,
    engine: { ...target.engine, securityOptions: ['name=apparmor', 'name=seccomp,profile=default'] },
  };

  it('is asked for where the engine uses one', () => {
    expect(probeOf('security-module').attempts(target, undefined)).toMatchObject({ skipped: /neither/ });
    expect(probeOf('security-module').attempts(apparmor, undefined)).toHaveLength(1);
  });

  it.each([
    ['docker-default (enforce)', 'pass'],
    ['system_u:system_r:container_t:s0:c111,c222', 'pass'],
    ['unconfined', 'fail'],
    ['docker-default (complain)', 'fail'],
    ['system_u:system_r:spc_t:s0', 'fail'],
    ['', 'fail'],
    [null, 'fail'],
  ])('label %s: %s', (label, expected) => {
    expect(judge('security-module', state({ label }), apparmor).state).toBe(expected);
  });
});
