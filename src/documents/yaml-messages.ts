/** The parser's error codes that people meet, in words that say what to do; one sentence each. */
const MESSAGES: Readonly<Record<string, string>> = {
  BAD_INDENT: 'The line is indented differently from the ones that it belongs to.',
  BLOCK_AS_IMPLICIT_KEY: 'Two keys stand on one line; a value that contains ": " needs quotes.',
  BLOCK_IN_FLOW: 'Inside brackets and braces, a value that contains ": " or begins with "- " needs quotes.',
  MISSING_CHAR: 'A bracket, brace, quote, comma or colon is missing.',
  MULTIPLE_DOCS: 'A second document begins here; only one is allowed.',
  MULTIPLE_ANCHORS: 'A value can have only one anchor.',
  MULTILINE_IMPLICIT_KEY: 'A key must end on its line; perhaps a colon or a quote is missing.',
  RESOURCE_EXHAUSTION: 'The document is nested too deeply.',
  TAB_AS_INDENT: 'A tab indents the line; YAML allows only spaces there.',
  TAG_RESOLVE_FAILED:
    'This tag or the value behind it is not allowed; a text that begins with ! needs quotes.',
};

const UNCLOSED =
  'A bracket or brace that was opened before this place is not closed, or what is in it is not indented enough.';
/** What a syntax error means to the person who wrote the file. Codes without words of their own keep the parser's. */
export function yamlSyntaxMessage(code: string, parserMessage: string): string {
  if (code === 'BAD_INDENT' && /^Flow .* end with a/.test(parserMessage)) return UNCLOSED;
  const known = MESSAGES[code];
  if (known !== undefined) return known;
  const sentence = parserMessage.split('\n', 1)[0]?.trim() ?? '';
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
