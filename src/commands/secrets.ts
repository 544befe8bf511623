import { noSecretGiven } from '../errors/secret-errors.ts';
import { importSecrets, readImportPlan } from '../operate/provider-secrets/import-secrets.ts';
import { listKeys, MAX_SECRET_BYTES, removeKey, setKey } from '../operate/provider-secrets/store.ts';
import { importedText, importPlanText, listText, scanText, storedText } from '../report/secrets-text.ts';
import { createStyle } from '../report/style.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { SecretsOptions } from './options.ts';

type Options<Action extends SecretsOptions['action']> = Extract<SecretsOptions, { action: Action }>;

export function run(context: CommandContext, options: SecretsOptions): Promise<number> {
  if (options.action === 'list') return list(context, options);
  if (options.action === 'set') return set(context, options);
  if (options.action === 'remove') return remove(context, options);
  if (options.action === 'import') return move(context, options);
  return scan(context, options);
}

async function list(context: CommandContext, { folder }: Options<'list'>): Promise<number> {
  const { ports, version } = context;
  const { keys, missing } = await listKeys(ports, { folder, toolVersion: version });
  const data = {
    keys: keys.map(({ setMs, ...key }) => ({ ...key, setAt: new Date(setMs).toISOString() })),
    missing,
  };
  show(context, data, (style) => listText(keys, missing, style, ports.clock.now().getTime()));
  return missing.length > 0 ? exitCodes.checkFailed : exitCodes.done;
}

async function set(context: CommandContext, { folder, name, setting }: Options<'set'>): Promise<number> {
  const { ports, version } = context;
  const value = await readValue(context, name);
  const request = { folder, toolVersion: version };
  const stored = await setKey(ports, request, { name, value, ...(setting === undefined ? {} : { setting }) });
  show(context, stored, (style) => storedText(stored, style));
  return exitCodes.done;
}

/** From a prompt that does not show it, or from stdin; there is no other way in. */
async function readValue({ ports: { terminal } }: CommandContext, name: string): Promise<string> {
  if (terminal.canAsk) {
    const typed = await terminal.askSecret(`Value of ${name} (it is not shown)`);
    if (typed === null) throw noSecretGiven(name, 'the question was not answered');
    return typed;
  }
  const input = await terminal.readInput(MAX_SECRET_BYTES + 2);
  if (input === null) throw noSecretGiven(name, 'stdin gave none, or more than 64 KiB');
  if (input.trim() === '') throw noSecretGiven(name, 'stdin was empty');
  return input;
}

async function remove(
  context: CommandContext,
  { folder, name, withSettings, yes }: Options<'remove'>,
): Promise<number> {
  const { ports, version } = context;
  if (!yes && !(await ports.terminal.confirm(`Delete the key ${name}? It cannot be brought back.`))) {
    ports.terminal.err(
      `Nothing was deleted. To delete without being asked: clawproof secrets remove ${name} --yes\n`,
    );
    return exitCodes.incomplete;
  }
  const removed = await removeKey(ports, { folder, toolVersion: version }, { name, withSettings });
  const settings = removed.settings.length > 0 ? ` So are the settings ${removed.settings.join(', ')}.` : '';
  show(
    context,
    removed,
    () => `${name} is deleted.${settings} It is still valid where it was made: end it there.\n`,
  );
  return exitCodes.done;
}

async function move(
  context: CommandContext,
  { folder, dryRun, backup, yes }: Options<'import'>,
): Promise<number> {
  const { ports, version, output } = context;
  const { terminal } = ports;
  const request = { folder, toolVersion: version };
  const plan = await readImportPlan(ports, request);
  if (dryRun || plan.moves.length === 0) {
    show(context, { ...plan, moved: false }, (style) => importPlanText(plan, style));
    return plan.stays.length > 0 ? exitCodes.checkFailed : exitCodes.done;
  }
  if (!output.json) terminal.err(importPlanText(plan, createStyle(terminal.colour)));
  if (!yes && !(await terminal.confirm(`Move ${plan.moves.length} values into files?`))) {
    terminal.err('Nothing was moved. To move without being asked: clawproof secrets import --yes\n');
    return exitCodes.incomplete;
  }
  const { shellQuoted, ...result } = await importSecrets(ports, request, plan, { backup });
  show(context, { ...result, moved: true }, (style) => importedText({ ...result, shellQuoted }, style));
  return plan.stays.length > 0 ? exitCodes.checkFailed : exitCodes.done;
}

async function scan(context: CommandContext, { folder, images, also }: Options<'scan'>): Promise<number> {
  const { ports, version } = context;
  const [{ scanSecrets }, { secretNamesIn }, git] = await Promise.all([
    import('../operate/provider-secrets/scan/scan.ts'),
    import('../audit/collect/secret-names.ts'),
    import('../audit/collect/git-tracking.ts'),
  ]);
  const report = await scanSecrets(
    ports,
    { folder, toolVersion: version, images, also },
    { namesIn: secretNamesIn, git: { args: git.harmlessGitArguments, env: git.harmlessGitEnvironment } },
  );
  show(context, report, (style) => scanText(report, style));
  if (report.findings.length > 0) return exitCodes.checkFailed;
  return report.looked.some(({ state }) => state === 'error') ? exitCodes.incomplete : exitCodes.done;
}

function show(
  { ports: { terminal }, output }: CommandContext,
  data: object,
  text: (style: ReturnType<typeof createStyle>) => string,
): void {
  terminal.out(output.json ? `${JSON.stringify(data, null, 2)}\n` : text(createStyle(terminal.colour)));
}
