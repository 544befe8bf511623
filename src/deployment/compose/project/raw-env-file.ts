import type { Dotenv } from '../../../documents/dotenv.ts';
import type { VariableLookup } from '../../../documents/interpolate.ts';
import { createSourceText } from '../../../documents/source-text.ts';
import { withoutMarks } from '../../../documents/unknown-variable.ts';

/** An env file with `format: raw`: a variable a line, and everything behind the `=` is its value as it stands. */
export function parseRawEnvFile(text: string, file: string, lookup: VariableLookup): Dotenv {
  const dotenv: Dotenv = { source: createSourceText(text, file), variables: [], problems: [] };
  for (const match of withoutMarks(text).matchAll(
    /^[ \t\uFEFF]*([^#\s=][^=\r\n]*?)(?:(=)([^\r\n]*))?\r?$/gm,
  )) {
    const [line, name = '', separator, written = ''] = match;
    const start = match.index + line.indexOf(name);
    const nameRange = { start, end: start + name.length };
    if (separator !== undefined) {
      const range = { start: nameRange.end + 1, end: nameRange.end + 1 + written.length };
      dotenv.variables.push({ name, value: written, range, nameRange });
      continue;
    }
    const value = lookup(name);
    if (value !== undefined)
      dotenv.variables.push({ name, value, range: nameRange, nameRange, isInherited: true });
  }
  return dotenv;
}
