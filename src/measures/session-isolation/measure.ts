import { atLeast, KEY_CHANGES } from '../../openclaw/config-keys.ts';
import { setSetting, settingOf } from '../fix-setting.ts';
import type { Failure, Fix } from '../fix.ts';
import { failuresOr } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { failedSetting, settingAt, shown, withSettings, type Settings } from '../settings.ts';
import { weakenSetting } from '../weaken.ts';

const path = 'session.dmScope';
const isolating = new Set<unknown>(['per-channel-peer', 'per-account-channel-peer']);

/** Which sessions the tools that list, read and search sessions see; `tree` is one's own and those that it started. */
const visibility = 'tools.sessions.visibility';
const ownOnly = new Set<unknown>(['self', 'tree']);

export const measure = defineMeasure({
  id: 'session-isolation',
  title: 'Everybody who writes to the agent has a session of their own',
  risk: { precondition: 'agent', impact: 'exposure' },
  rows: ['A1'],
  references: { owasp: ['ASI06'], openclaw: ['security.trust_model.multi_user_heuristic'] },
  why: 'In a shared session one sender reads what another wrote, and puts words into the context of the next.',
  check: (deployment) => withSettings(deployment, (config) => look(config, deployment.openclawVersion ?? '')),
  fix: (failure) => (failure.key === visibility ? narrow(failure) : separate(failure)),
  weaken: (deployment) => weakenSetting(deployment, path, 'main'),
});

function separate(failure: Failure): Fix {
  return {
    title: `Set ${settingOf(failure).join('.')} to per-channel-peer`,
    safety: 'unsafe',
    effect:
      'Direct messages of each sender and channel get a conversation of their own; the one that they shared is not continued.',
    changes: [setSetting(settingOf(failure), 'per-channel-peer')],
  };
}

function narrow(failure: Failure): Fix {
  return {
    title: `Set ${visibility} to self`,
    safety: 'unsafe',
    effect: 'In one conversation the agent can no longer list, read or search the others.',
    changes: [setSetting(settingOf(failure), 'self')],
  };
}

function look(config: Settings, version: string): Outcome[] {
  const found: Outcome[] = [];
  const visible = settingAt(config, visibility);
  const isNarrow =
    visible === undefined ? !atLeast(version, KEY_CHANGES.sessionsVisible) : ownOnly.has(visible);
  if (!isNarrow) found.push(failedSetting(visibility, seesOthers(visible), visibility));
  const scope = settingAt(config, path);
  if (!isolating.has(scope))
    found.push(
      failedSetting(
        path,
        scope === undefined
          ? `${path} is not set, and its default is one session for all`
          : `${path} is ${shown(scope)}, which mixes senders or channels`,
      ),
    );
  const bindings = settingAt(config, 'bindings');
  for (const [index, binding] of Array.isArray(bindings) ? bindings.entries() : []) {
    const own = settingAt(binding, path);
    if (own !== undefined && !isolating.has(own))
      found.push(
        failedSetting(
          ['bindings', index, ...path.split('.')],
          `bindings.${index} sets ${path} to ${shown(own)}, which mixes senders or channels`,
        ),
      );
  }
  return failuresOr(found);
}

function seesOthers(visible: unknown): string {
  const what = 'lets a conversation read those of other people';
  return visible === undefined
    ? `${visibility} is not set, and its default ${what}`
    : `${visibility} is ${shown(visible)}, which ${what}`;
}
