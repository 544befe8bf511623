import type { TextEdit } from './proof-target.ts';

/**
 * A mounted text as a twin gets it.
 * @param path of the text in the container: edits of other paths do not concern it
 * @param edits carried out one after the other, each on all its matches
 */
export function editedText(text: string, path: string, edits: readonly TextEdit[]): string {
  return edits
    .filter((edit) => edit.path === path)
    .reduce((result, { find, replace }) => result.replaceAll(new RegExp(find, 'gm'), replace), text);
}
