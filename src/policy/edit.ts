import { type NoEdit, openYaml, type YamlEditor } from '../documents/yaml-edit/edit-yaml.ts';
import type { EditValue } from '../documents/yaml-edit/values.ts';
import type { AppError } from '../errors/app-error.ts';
import { loadPolicy } from './load.ts';

/** A part of clawproof.yaml that is to be different. */
export interface PolicyEdit {
  /** Dotted, as in messages: "exec.mode". */
  key: string;
  /** Null takes the key away, and its section too when nothing else is in it. */
  value: EditValue;
}

/** Makes the error for an edit that found no place. `why` is the end of a sentence; `key` is the one that was not written. */
type Refuse = (why: string, key: string) => AppError;

/**
 * The text of clawproof.yaml with these parts different; all else, comments too, stays as it is. What it gives is a valid
 * policy. Gives `text` itself when there is nothing to change. `file` is the name that errors show. Pure.
 * @throws AppError of `refuse` where the file is written in a way that no edit fits, and those of `loadPolicy`
 */
export function editPolicy(text: string, edits: readonly PolicyEdit[], file: string, refuse: Refuse): string {
  const first = edits[0];
  if (first === undefined) return text;
  const editor = openYaml(text);
  if ('why' in editor) throw refuse(editor.why, first.key);
  for (const { key, value } of edits) {
    const path = key.split('.');
    const refused = value === null ? remove(editor, path) : editor.set(path, value);
    if (refused !== undefined) throw refuse(refused.why, key);
  }
  const after = editor.text();
  loadPolicy(after, file);
  return after;
}

/** A section that cannot go, for example because a comment stands in it, stays empty. */
function remove(editor: YamlEditor, path: string[]): NoEdit | undefined {
  return editor.remove(path) === undefined ? undefined : editor.remove(path, 1);
}
