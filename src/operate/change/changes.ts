import { changeUnknown } from '../../errors/change-errors.ts';
import type { Change } from './change.ts';

/** Where each change is, by its name; loaded when one has to be ended. */
const LOADERS: Readonly<Record<string, () => Promise<unknown>>> = {
  'secrets set': async () => (await import('../provider-secrets/key-change.ts')).keyChange('secrets set'),
  'secrets remove': async () =>
    (await import('../provider-secrets/key-change.ts')).keyChange('secrets remove'),
  'secrets import': async () =>
    (await import('../provider-secrets/key-change.ts')).keyChange('secrets import'),
  exec: async () => (await import('../exec-mode/exec-change.ts')).interruptedExecChange,
  'expose https': async () => (await import('../expose/expose-change.ts')).exposeChange,
  'expose tailscale': async () => (await import('../expose/expose-change.ts')).exposeTailscaleChange,
  'expose off': async () => (await import('../expose/expose-change.ts')).exposeOff,
  'skills install': async () => (await import('../skills/skills-change.ts')).skillsChange('skills install'),
  'skills remove': async () => (await import('../skills/skills-change.ts')).skillsChange('skills remove'),
  restore: async () => (await import('../backup/restore-change.ts')).restoreChange(),
  personalize: async () => (await import('../personalize/write-texts.ts')).writeTexts([]),
  'personalize protect': async () => (await import('../personalize/protect.ts')).protectChange,
  'token rotate': async () => (await import('../token/rotate-token.ts')).tokenRotation,
  update: async () => (await import('../update/update-change.ts')).updateChange,
  'firewall on': async () => (await import('../firewall/on-change.ts')).firewallOnChange,
  'firewall off': async () => (await import('../firewall/off-change.ts')).firewallOffChange,
  rollback: async () => (await import('../update/rollback-change.ts')).rollbackChange,
};

/** @throws AppError `change-unknown` for one of another version of clawproof */
export async function findChange(name: string): Promise<Change<unknown>> {
  const load = Object.hasOwn(LOADERS, name) ? LOADERS[name] : undefined;
  if (load === undefined) throw changeUnknown(name);
  return (await load()) as Change<unknown>;
}
