/** One file of a skill as it was found; nothing is trusted of it. */
export interface SkillEntry {
  /** Relative to the skill's folder, with forward slashes. */
  path: string;
  kind: 'file' | 'link' | 'other';
  /** Empty for what is no file. */
  bytes: Uint8Array;
  /** Permission bits. */
  mode: number;
  /** Where a link leads to, as it is written in it. */
  target?: string;
  /** In how many archives it is, one in another; none when left out. */
  archives?: number;
}

/** critical = block, warning = a person has to look, info = worth knowing. */
export type Severity = 'critical' | 'warning' | 'info';
export type Verdict = 'allow' | 'review' | 'block';

/** What a rule found in a text or a file. */
export interface Hit {
  /** Offset into the text that the rule was given; 0 for a whole file. */
  at: number;
  /** What stands there, shortened. */
  evidence: string;
  /** Differs from the rule's own where the place makes it better or worse. */
  severity?: Severity;
  /** In place of the rule's own reason. */
  why?: string;
}

export interface Finding {
  rule: string;
  severity: Severity;
  title: string;
  /** One sentence: what this does, and why it matters. */
  why: string;
  /** Path in the skill; "a.zip!/b.sh" for what is in an archive. */
  file: string;
  /** From 1; both are 1 where the whole file is meant. */
  line: number;
  column: number;
  evidence: string;
  /** How it was hidden, outermost first: "base64", "hex"; empty for what stands there plainly. */
  hidden: string[];
}

export type TextKind = 'markdown' | 'shell' | 'python' | 'script' | 'powershell' | 'data' | 'text';

/** A text to look at: of a file, or decoded from one. */
export interface Layer {
  path: string;
  kind: TextKind;
  /** Without invisible characters, and with look-alike letters as plain ones: what a reader takes it for. */
  text: string;
  /** The text as it was. */
  raw: string;
  /** The file's own text, letter by letter, of which this is a reading. */
  original: string;
  /** Encodings that were undone, outermost first. */
  hidden: readonly string[];
  /** Place in the file on disk of an offset in `text`. */
  place: (offset: number) => { line: number; column: number };
}

/** Looks at one text. Pure, and quick on any input: no pattern may backtrack without a bound. */
export interface TextRule {
  id: string;
  title: string;
  severity: Severity;
  why: string;
  find(layer: Layer): Hit[];
}

/** A file as rules see it, in an archive or not. */
export interface ScannedFile {
  path: string;
  bytes: Uint8Array;
  mode: number;
  /** Of a file that is no text, the plain characters in it. */
  text: string;
}

/** Looks at files as they are, without their text. */
export interface FileRule {
  id: string;
  title: string;
  severity: Severity;
  why: string;
  find(file: ScannedFile): Hit[];
}

export interface SkillScan {
  schema: 1;
  /** Version of the set of rules: another one may judge otherwise. */
  rules: number;
  /** From the frontmatter; null where there is none. */
  name: string | null;
  verdict: Verdict;
  findings: Finding[];
  files: number;
  bytes: number;
  /** Files that could not be looked into; each has a finding, too. */
  unread: number;
}
