/** A part of a YAML document as it is written: aliases stand for themselves, scalars are texts. */
export type SyntaxNode = SyntaxScalar | SyntaxAlias | SyntaxMap | SyntaxList;

interface Written {
  /** Without anchor and tag. Of a block collection, its first key or dash; of an empty value, where it would stand. */
  start: number;
  /** Behind the last character of it, before comments and blank lines. */
  end: number;
  anchor?: string;
  /** In full: `tag:yaml.org,2002:int` for `!!int`. */
  tag?: string;
}

export interface SyntaxScalar extends Written {
  kind: 'scalar';
  /** Without quotes, escapes resolved, lines folded. */
  text: string;
  /** Neither in quotes nor a block scalar: `true` may be a boolean. */
  isPlain: boolean;
}

export interface SyntaxAlias extends Written {
  kind: 'alias';
  name: string;
}

export interface SyntaxMap extends Written {
  kind: 'map';
  pairs: SyntaxPair[];
}

export interface SyntaxPair {
  key: SyntaxNode;
  value: SyntaxNode;
}

export interface SyntaxList extends Written {
  kind: 'list';
  items: SyntaxNode[];
}

/** A value that nobody wrote. */
export function emptyNode(at: number): SyntaxScalar {
  return { kind: 'scalar', text: '', isPlain: true, start: at, end: at };
}
