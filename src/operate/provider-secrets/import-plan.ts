import { parseDotenv } from '../../documents/dotenv.ts';
import { removeIn as removeSetting } from '../../documents/json5-edit.ts';
import { parseLocatedJson5 } from '../../documents/located-json5.ts';
import { applyEdits, type TextEdit } from '../../documents/text-edit.ts';
import { openYaml } from '../../documents/yaml-edit/edit-yaml.ts';
import { isWrittenSecret } from '../../measures/no-config-secrets/secret-settings.ts';
import { holdsSecret } from '../../measures/placeholder.ts';
import { isSecretName, looksLikeSecret } from '../../measures/secret-patterns.ts';
import { takesSecretRef } from '../../openclaw/secret-settings.ts';
import { PATHS } from '../../render/layout.ts';
import { type EnvironmentEntry, environmentEntries } from './compose-environment.ts';
import { SETTING_OF_VARIABLE } from './known-variables.ts';
import { isKeyName, nameForSetting } from './names.ts';
import { settingsOf, type Steps, withKey } from './references.ts';
import type { Reloaded } from './reload.ts';

/** One value that leaves a file. */
export interface ImportMove {
  /** Relative to the deployment folder. */
  file: string;
  /** Dotted path of the setting, or name of the variable. */
  place: string;
  /** Name of the key that it becomes. */
  name: string;
  /** Dotted path of the setting that refers to it; "" when there is none for it. */
  setting: string;
  /** True when another place has the same value. */
  isShared: boolean;
}

export interface ImportPlan {
  moves: ImportMove[];
  /** Values that look like keys and stay where they are. */
  stays: { file: string; place: string; why: string }[];
  /** True when the gateway's container has to be made anew. */
  recreate: boolean;
}

/** What is written; never shown. */
export interface ImportTexts {
  /** Name and value of each new key. */
  keys: Map<string, string>;
  /** New texts of the files that change, by path. */
  files: Map<string, string>;
}

export interface ImportResult extends ImportPlan {
  names: string[];
  /** Folder of the former files, relative to the deployment's; null = they were not kept. */
  backup: string | null;
  /** The same as a word for a shell, as a full path. */
  shellQuoted: string;
  reloaded: Reloaded | null;
}

export interface ImportInput {
  /** Text of openclaw.json. */
  config: string;
  /** Text of .env; null when there is none. */
  dotenv: string | null;
  compose: string;
  /** Keys that are there already, with their values. */
  existing: ReadonlyMap<string, string>;
}

const DOTENV = PATHS.dotenv;
const GATEWAY_TOKEN = /^(?:OPENCLAW|CLAWDBOT)_GATEWAY_(?:TOKEN|PASSWORD)$/;

/** Finds keys that stand in settings as plain text, and says what the files would be without them. */
export function planImport(input: ImportInput): { plan: ImportPlan; texts: ImportTexts } {
  const work = new Work(input);
  planSettings(work);
  planCompose(work);
  planDotenv(work);
  return work.result();
}

/** The plan while it is made. */
class Work {
  readonly input: ImportInput;
  readonly plan: ImportPlan = { moves: [], stays: [], recreate: false };
  readonly keys = new Map<string, string>();
  /** References to make: path of a setting and name of its key. */
  readonly references: { steps: Steps; name: string }[] = [];
  /** Settings that go without a reference in their place. */
  readonly dropped: Steps[] = [];
  compose: string;
  dotenvEdits: TextEdit[] = [];

  constructor(input: ImportInput) {
    this.input = input;
    this.compose = input.compose;
  }

  /** Name of the key for a value; the same value has one key, and another value never takes the name of one. */
  keyFor(wanted: string, value: string): { name: string; isShared: boolean } {
    for (const [name, other] of [...this.keys, ...this.input.existing])
      if (other === value) return { name, isShared: true };
    for (let count = 1; ; count += 1) {
      const name = count === 1 ? wanted : `${wanted.slice(0, 60)}_${count}`;
      if (this.keys.has(name) || this.input.existing.has(name)) continue;
      this.keys.set(name, value);
      return { name, isShared: false };
    }
  }

  stays(file: string, place: string, why: string): void {
    this.plan.stays.push({ file, place, why });
  }

  /** True when a setting has a value, or gets one by this plan. */
  isSet(setting: string): boolean {
    const planned = this.references.some(({ steps }) => steps.join('.') === setting);
    const found = setting
      .split('.')
      .reduce<unknown>(
        (value, step) => (value as Record<string, unknown> | undefined)?.[step],
        settingsOf(this.input.config),
      );
    return planned || found !== undefined;
  }

  result(): { plan: ImportPlan; texts: ImportTexts } {
    const files = new Map<string, string>();
    const config = this.#config();
    if (config !== this.input.config) files.set(PATHS.openclawConfig, config);
    if (this.compose !== this.input.compose) files.set(PATHS.compose, this.compose);
    if (this.dotenvEdits.length > 0) files.set(DOTENV, applyEdits(this.input.dotenv ?? '', this.dotenvEdits));
    return { plan: this.plan, texts: { keys: this.keys, files } };
  }

  #config(): string {
    let text = this.input.config;
    const names = new Set(this.references.map(({ name }) => name));
    for (const name of names) {
      const settings = this.references
        .filter((reference) => reference.name === name)
        .map(({ steps }) => steps);
      text = withKey(text, name, settings);
    }
    for (const steps of this.dropped)
      text = applyEdits(text, removeSetting(parseLocatedJson5(text, PATHS.openclawConfig), steps));
    return text;
  }
}

function planSettings(work: Work): void {
  const file = PATHS.openclawConfig;
  for (const { steps, value } of leaves(settingsOf(work.input.config))) {
    const place = steps.join('.');
    if (!isWrittenSecret(steps, value)) continue;
    const variable = steps.length >= 2 && steps[0] === 'env' ? String(steps.at(-1)) : undefined;
    if (variable !== undefined)
      planVariable(work, file, place, variable, value, () => work.dropped.push(steps));
    else if (place === 'gateway.auth.token') work.stays(file, place, 'clawproof up puts the reference back');
    else if (takesSecretRef(steps.map((step) => String(step).replaceAll('.', '_')).join('.'))) {
      const { name, isShared } = work.keyFor(nameForSetting(steps), value);
      work.references.push({ steps, name });
      work.plan.moves.push({ file, place, name, setting: place, isShared });
    } else work.stays(file, place, 'OpenClaw takes no reference there');
  }
}

function planCompose(work: Work): void {
  for (const entry of environmentEntries(work.input.compose)) {
    if (!isKey(entry.name, entry.value)) continue;
    const place = `${entry.service}, ${entry.name}`;
    planVariable(work, PATHS.compose, place, entry.name, entry.value, () => removeEntry(work, entry, place));
  }
}

function removeEntry(work: Work, { service, name }: EnvironmentEntry, place: string): void {
  // Its place may have moved since: items of a list are counted.
  const now = environmentEntries(work.compose).find(
    (entry) => entry.service === service && entry.name === name,
  );
  const editor = openYaml(work.compose);
  const refused =
    now === undefined || 'why' in editor ? { why: 'the file cannot be edited' } : editor.remove(now.path);
  if (refused !== undefined || 'why' in editor) {
    work.stays(PATHS.compose, place, refused?.why ?? 'the file cannot be edited');
    return;
  }
  work.compose = editor.text();
  work.plan.recreate = true;
}

function planDotenv(work: Work): void {
  const text = work.input.dotenv;
  if (text === null) return;
  for (const { name, value, range, nameRange, isInherited } of parseDotenv(text, DOTENV, () => undefined)
    .variables) {
    if (isInherited === true || !isKey(name, value)) continue;
    const cut = (): void => {
      const start = text.lastIndexOf('\n', nameRange.start - 1) + 1;
      const end = text.indexOf('\n', range.end);
      work.dotenvEdits.push({ start, end: end < 0 ? text.length : end + 1, text: '' });
    };
    if (SETTING_OF_VARIABLE[name] === undefined && isKeyName(name) && !GATEWAY_TOKEN.test(name)) {
      // Nothing hands this file to the gateway, so that nothing misses the variable.
      const key = work.keyFor(name, value);
      work.plan.moves.push({
        file: DOTENV,
        place: name,
        name: key.name,
        setting: '',
        isShared: key.isShared,
      });
      cut();
    } else planVariable(work, DOTENV, name, name, value, cut);
  }
}

/** A variable becomes a key that the setting of the same meaning refers to. */
function planVariable(
  work: Work,
  file: string,
  place: string,
  variable: string,
  value: string,
  remove: () => void,
): void {
  const setting = Object.hasOwn(SETTING_OF_VARIABLE, variable) ? SETTING_OF_VARIABLE[variable] : undefined;
  if (GATEWAY_TOKEN.test(variable))
    return work.stays(file, place, 'the gateway has its token from secrets/gateway_token; delete it by hand');
  if (setting === undefined)
    return work.stays(file, place, 'it is not known which setting could refer to it');
  const known = [...work.keys].find(([, other]) => other === value)?.[0];
  const isSame = work.references.some(({ steps, name }) => steps.join('.') === setting && name === known);
  if (!isSame && work.isSet(setting))
    return work.stays(file, place, `${setting} has another value; delete the one that is not needed`);
  const { name, isShared } = work.keyFor(variable, value);
  if (!isSame) work.references.push({ steps: setting.split('.'), name });
  work.plan.moves.push({ file, place, name, setting, isShared });
  remove();
}

function isKey(name: string, value: string): boolean {
  return looksLikeSecret(value) || (isSecretName(name) && holdsSecret(value));
}

function* leaves(value: unknown, steps: Steps = []): Generator<{ steps: Steps; value: string }> {
  if (typeof value === 'string') yield { steps, value };
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) yield* leaves(item, [...steps, index]);
  else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) yield* leaves(item, [...steps, key]);
}
