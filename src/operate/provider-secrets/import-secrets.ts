import { join } from 'node:path';
import { importPlanChanged } from '../../errors/secret-errors.ts';
import { shellQuote } from '../../errors/quote.ts';
import type { Ports } from '../../ports/ports.ts';
import { PATHS } from '../../render/layout.ts';
import type { ChangeContext } from '../change/change.ts';
import { type ChangeRequest, runChange } from '../change/run-change.ts';
import { readOwned } from '../container-owner.ts';
import { openSession } from '../session.ts';
import { type ImportPlan, type ImportResult, type ImportTexts, planImport } from './import-plan.ts';
import { type ChangedFile, keyChange, ownerOf } from './key-change.ts';
import { keyPath } from './names.ts';
import { configFile, keyFile, keyNames, memoOf, readConfig } from './store.ts';
import { validateText } from './validate-text.ts';

const BACKUPS = `${PATHS.toolFolder}/secrets-backup`;

/** What `secrets import` would do; changes nothing. */
export async function readImportPlan(
  ports: Ports,
  { folder, toolVersion }: ChangeRequest,
): Promise<ImportPlan> {
  const context = { ...(await openSession(ports, folder)), ports, toolVersion };
  return (await plan(context)).plan;
}

/**
 * Moves keys out of settings into files, and leaves references.
 * @param agreed the plan that was shown; when there is another by now, nothing is changed
 * @throws AppError `import-plan-changed`, `secret-setting-refused`
 */
export async function importSecrets(
  ports: Ports,
  request: ChangeRequest,
  agreed: ImportPlan,
  options: { backup: boolean },
): Promise<ImportResult> {
  const texts: (string | null)[] = [];
  let names: string[] = [];
  const memo = await runChange(ports, request, keyChange('secrets import', texts), async (context) => {
    const { plan: now, texts: found } = await plan(context);
    if (JSON.stringify(now) !== JSON.stringify(agreed)) throw importPlanChanged();
    const config = found.files.get(PATHS.openclawConfig);
    if (config !== undefined) await validateText(context, config);
    names = [...new Set(now.moves.map(({ name }) => name))];
    const keys = [...found.keys.keys()].map(keyFile);
    const others = [...found.files.keys()].map(fileOf);
    texts.push(...found.keys.values(), ...found.files.values());
    const first = await memoOf(
      context,
      keys,
      others,
      config !== undefined && now.moves.some(({ setting }) => setting !== ''),
    );
    const stamp = ports.clock.now().toISOString().replaceAll(/[:.]/g, '-');
    return { ...first, recreate: now.recreate, backup: options.backup ? `${BACKUPS}/${stamp}` : null };
  });
  const { backup, reloaded } = memo;
  return {
    ...agreed,
    names,
    backup,
    shellQuoted: shellQuote(join(request.folder, backup ?? BACKUPS)),
    reloaded,
  };
}

async function plan(context: ChangeContext): Promise<{ plan: ImportPlan; texts: ImportTexts }> {
  const { ports, path: folder } = context;
  const names = await keyNames(ports, folder);
  const values = await Promise.all(
    names.map(
      async (name) => [name, (await readOwned(ownerOf(context), folder, keyPath(name))) ?? ''] as const,
    ),
  );
  return planImport({
    config: await readConfig(context),
    dotenv: await ports.files.read(join(folder, PATHS.dotenv)),
    compose: (await ports.files.read(join(folder, PATHS.compose))) ?? '',
    existing: new Map(values),
  });
}

function fileOf(path: string): ChangedFile {
  if (path === PATHS.openclawConfig) return configFile();
  return { path, mode: path === PATHS.dotenv ? 0o600 : 0o644, owner: 'user', stays: true, was: true };
}
