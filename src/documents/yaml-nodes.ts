import { isAlias } from 'yaml';
import type { Alias, Node } from 'yaml';

/** Each alias with the node that it stands for. */
export type AliasTargets = ReadonlyMap<Alias, Node>;

export function resolveAlias(node: Node | null, targets: AliasTargets): Node | null {
  return isAlias(node) ? (targets.get(node) ?? null) : node;
}

/** A scalar key as the text that names it in plain data: as written, so that `1` and `yes` stay what they look like. */
export function keyText(key: { value: unknown; source?: string | undefined }): string {
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
}
