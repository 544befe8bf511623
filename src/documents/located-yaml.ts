import type { LocatedNode } from './located.ts';
import { toLocated } from './located-yaml-nodes.ts';
import { createSourceText, type SourceText } from './source-text.ts';
import { withoutMarks } from './unknown-variable.ts';
import { readYaml, YamlSyntaxError } from './yaml-reader/document.ts';
import type { SyntaxNode } from './yaml-reader/syntax-node.ts';
import { createProblemList, type DocumentProblem, type ReportProblem } from './problem-list.ts';

export interface LocatedYaml {
  source: SourceText;
  /** Null for an empty document, and for one that is no YAML. */
  root: LocatedNode | null;
  /** Compose refuses a file with any. */
  problems: DocumentProblem[];
}

/** Ends a line in YAML 1.1, which Compose reads, and in no other part of this program. */
const OTHER_LINE_ENDS = /\r(?!\n)|[\u0085\u2028\u2029]/g;
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const NOT_ALLOWED = /[\0-\u0008\u000B\u000C\u000E-\u001F\u007F-\u0084\u0086-\u009F\uFFFE\uFFFF]/;

/**
 * Parses YAML as Compose does, with go-yaml v3: anchors, aliases and merge keys are resolved, scalars are typed as it
 * does (`0755` is octal, `yes` is a text), and every part remembers where it was written. Tags that are not YAML's own,
 * such as `!reset`, are kept in `tag`. Never throws for bad input: everything that is wrong is in `problems`, among it
 * duplicate keys, keys that are not text, aliases that contain themselves or expand to too much, too deep nesting, and
 * more than one document.
 */
export function parseLocatedYaml(text: string, file: string): LocatedYaml {
  const source = createSourceText(text, file);
  const { problems, report } = createProblemList(source);
  // Every replacement has the length of what it replaces: offsets stay.
  const readable = withoutMarks(text).replaceAll(OTHER_LINE_ENDS, '\n');
  const forbidden = NOT_ALLOWED.exec(readable);
  if (forbidden) report('A control character stands here; YAML does not allow it.', forbidden.index);
  const written = problems.length > 0 ? null : readSyntax(readable, report);
  return { source, root: toLocated(written, file, report), problems };
}

/** Null, with a problem, for a text that is no YAML. */
function readSyntax(text: string, report: ReportProblem): SyntaxNode | null {
  try {
    return readYaml(text);
  } catch (error) {
    if (!(error instanceof YamlSyntaxError)) throw error;
    report(error.message, error.start, error.end);
    return null;
  }
}
