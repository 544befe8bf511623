import type { LocatedNode, Origin } from '../../../documents/located.ts';
import { createSourceText, type SourceText } from '../../../documents/source-text.ts';
import type { SourcePosition } from '../../../errors/app-error.ts';
import type { ComposeInput, ComposeProblem, TextLookup, UnsetVariable } from './compose-project.ts';

/** More are of no use to anybody. */
const MAX_PROBLEMS = 50;

/** What is found out while a project is loaded. */
export interface Loading {
  input: ComposeInput;
  /** Files whose text is asked for and not there yet. */
  needs: ReadonlySet<string>;
  sources: ReadonlyMap<string, SourceText>;
  problems: readonly ComposeProblem[];
  unset: ReadonlyMap<string, UnsetVariable>;
  /** Text of a file; null when it is not there; undefined, and noted as needed, when it was not read yet. */
  read(path: string): string | null | undefined;
  addSource(source: SourceText): void;
  /** Notes what is wrong with a part, at its key or at itself. */
  report(message: string, at: Origin, part?: 'key' | 'value'): void;
  reportAt(message: string, position: SourcePosition): void;
  noteUnset(name: string, node: LocatedNode): void;
  /** True when no more problems are noted. */
  isFull(): boolean;
}

export function createLoading(input: ComposeInput, lookup: TextLookup): Loading {
  const needs = new Set<string>();
  const sources = new Map<string, SourceText>();
  const problems: ComposeProblem[] = [];
  const known = new Set<string>();
  const unset = new Map<string, UnsetVariable>();

  function read(path: string): string | null | undefined {
    const text = lookup(path);
    if (text === undefined) needs.add(path);
    return text;
  }
  function positionOf({ file, range, key }: Origin, part: 'key' | 'value'): SourcePosition {
    const { start, end } = part === 'key' && key ? key : range;
    const source = sources.get(file) ?? createSourceText('', file);
    return source.positionAt(start, end);
  }
  function reportAt(message: string, position: SourcePosition): void {
    const id = `${position.file} ${position.line} ${position.column} ${message}`;
    if (problems.length >= MAX_PROBLEMS || known.has(id)) return;
    known.add(id);
    problems.push({ message, position });
  }
  return {
    input,
    needs,
    sources,
    problems,
    unset,
    read,
    addSource: (source) => sources.set(source.file, source),
    report: (message, at, part = 'value') => reportAt(message, positionOf(at, part)),
    reportAt,
    isFull: () => problems.length >= MAX_PROBLEMS,
    noteUnset: (name, { origin }) => {
      const id = `${origin.file} ${origin.range.start} ${name}`;
      if (!unset.has(id)) unset.set(id, { name, position: positionOf(origin, 'value') });
    },
  };
}
