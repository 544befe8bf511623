const MOST_TEXTS = 1000;
const LONGEST_TEXT = 500;

/** The same function of a text, which remembers what it made of short ones: reports say the same again and again. */
export function rememberTexts(change: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const changed = change(text);
    if (text.length > LONGEST_TEXT) return changed;
    if (known.size >= MOST_TEXTS) known.clear();
    known.set(text, changed);
    return changed;
  };
}
