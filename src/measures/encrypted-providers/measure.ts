import { setSetting, settingOf } from '../fix-setting.ts';
import type { Failure, Fix, FixContext, NoFix } from '../fix.ts';
import { failuresOr } from '../look.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import { isPrivateHost } from '../private-host.ts';
import {
  failedSetting,
  membersOf,
  settingAt,
  withSettings,
  type Member,
  type Settings,
} from '../settings.ts';
import { weakenSetting } from '../weaken.ts';

const addressKey = /(?:url|endpoint|apiroot|homeserver|host)$/i;
/** Have a measure of their own, or are no address that the gateway connects to. */
const elsewhere = /^(?:proxy\.|browser\.|gateway\.(?:controlUi|publicOrigin)\b)|\.request\.proxy\b/;

export const measure = defineMeasure({
  id: 'encrypted-providers',
  title: 'Keys and conversations leave the machine encrypted only',
  risk: { precondition: 'local', impact: 'gateway' },
  rows: ['G6', 'T1'],
  references: { nist: ['4.3.3'], owasp: ['ASI03'] },
  why: 'Everybody on the way reads the key and the conversation, and can put words into the mouth of the model.',
  check: (deployment) => withSettings(deployment, look),
  fix,
  weaken: (deployment) =>
    weakenSetting(deployment, 'models.providers.weak', { baseUrl: 'http://llm.example.com/v1', models: [] }),
});

function look(config: Settings): Outcome[] {
  return failuresOr(
    [...membersOf(config)].flatMap((member) => [...addressFailure(member), ...checkFailure(member)]),
  );
}

function addressFailure(member: Member): Outcome[] {
  if (!addressKey.test(member.key) || elsewhere.test(member.path)) return [];
  const value = member.value;
  const match =
    typeof value === 'string' ? /^(http|ws):\/\/(?:[^@/?#]*@)?(\[[^\]]*\]|[^:/?#]*)/i.exec(value) : null;
  const host = match?.[2] ?? '';
  return match === null || isPrivateHost(host)
    ? []
    : [failedSetting(member.steps, `${member.path} connects to ${host} by ${match[1]}, without encryption`)];
}

function checkFailure(member: Member): Outcome[] {
  return member.key === 'sslVerify' && member.value === false
    ? [failedSetting(member.steps, `${member.path} is false: anybody on the way can pass for the server`)]
    : [];
}

function fix(failure: Failure, { deployment }: FixContext): Fix | NoFix {
  const place = settingOf(failure);
  if (place.at(-1) === 'sslVerify')
    return {
      title: `Check the certificate at ${place.slice(0, -1).join('.')}`,
      safety: 'unsafe',
      effect:
        'A server with a certificate of its own making is refused; add its authority with NODE_EXTRA_CA_CERTS.',
      changes: [setSetting(place, true)],
    };
  const path = place.join('.');
  const value = settingAt(deployment.openclawConfig, path);
  if (typeof value !== 'string' || deployment.openclawConfigVariables?.[path] !== undefined)
    return { why: `The address at ${path} comes from elsewhere; let it begin with https:// there.` };
  return {
    title: `Encrypt the connection of ${path}`,
    safety: 'unsafe',
    effect: 'The server must answer by TLS at this address, and at this port where one is written.',
    changes: [setSetting(place, value.replace(/^(http|ws):/i, '$1s:'))],
  };
}
