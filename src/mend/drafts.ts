import type { FileEdits } from '../audit/audit-report.ts';
import { createDraft, type Draft } from '../documents/yaml-edit/draft.ts';
import { type NoEdit, openYaml, type YamlEditor } from '../documents/yaml-edit/edit-yaml.ts';
import type { TextEdit } from '../documents/text-edit.ts';

/** The texts of a target under change, opened when they are first needed. Files are absolute. */
export interface Drafts {
  yaml(file: string): YamlEditor | NoEdit;
  text(file: string): Draft | NoEdit;
  setMode(file: string, mode: number): void;
  /** Files that changed. */
  result(): FileEdits[];
}

export function createDrafts(textOf: (file: string) => string | undefined): Drafts {
  const editors = new Map<string, { edits(): TextEdit[] }>();
  const modes = new Map<string, number>();
  const opened = <T extends { edits(): TextEdit[] }>(
    file: string,
    open: (text: string) => T | NoEdit,
  ): T | NoEdit => {
    const known = editors.get(file);
    // A file is of one kind only.
    if (known) return known as T;
    const text = textOf(file);
    if (text === undefined) return { why: `the text of ${file} was not read` };
    const editor = open(text);
    if (!('why' in editor)) editors.set(file, editor);
    return editor;
  };
  return {
    yaml: (file) => opened(file, openYaml),
    text: (file) => opened(file, createDraft),
    setMode: (file, mode) => void modes.set(file, mode),
    result() {
      const files = new Set([...editors.keys(), ...modes.keys()]);
      return [...files].flatMap((file) => {
        const edits = editors.get(file)?.edits() ?? [];
        const mode = modes.get(file);
        if (edits.length === 0 && mode === undefined) return [];
        return [{ file, edits, ...(mode === undefined ? {} : { mode }) }];
      });
    },
  };
}
