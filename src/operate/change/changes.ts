import { changeUnknown } from '../../errors/change-errors.ts';
import type { Change } from './change.ts';

/** Where each change is, by its name; loaded when one has to be ended. */
const LOADERS: Readonly<Record<string, () => Promise<Change<never>>>> = {};

/** @throws AppError `change-unknown` for one of another version of clawproof */
export async function findChange(name: string): Promise<Change<unknown>> {
  const load = Object.hasOwn(LOADERS, name) ? LOADERS[name] : undefined;
  if (load === undefined) throw changeUnknown(name);
  return (await load()) as Change<unknown>;
}
