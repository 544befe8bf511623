import { LIMITS } from './limits.ts';
import { type DecodeBudget, decodeAll } from './text/decode.ts';
import { fold } from './text/fold.ts';
import { invisibleRuns } from './text/invisible.ts';
import { placesIn } from './text/places.ts';
import { unwind } from './text/unwind.ts';
import type { Layer, TextKind } from './types.ts';

const KINDS: readonly [TextKind, RegExp][] = [
  ['markdown', /\.(?:md|mdx|markdown|rst|adoc|txt|html?)$/i],
  [
    'shell',
    /\.(?:sh|bash|zsh|fish|ksh|command|envrc|bat|cmd|mk)$|(?:^|\/)(?:makefile|dockerfile|\.envrc|\.?\w*rc|\.profile)$/i,
  ],
  ['python', /\.(?:py|pyw|pth|pyi|ipynb)$/i],
  ['script', /\.(?:[cm]?[jt]sx?|vue|svelte|php|rb|pl|lua|swift|go|rs|applescript|scpt)$/i],
  ['powershell', /\.(?:ps1|psm1|psd1|vbs|hta)$/i],
  ['data', /\.(?:json5?|ya?ml|toml|ini|cfg|conf|csv|xml|svg|plist|lock|jsonl)$/i],
];

/** True for what people or programs read as text by its name; data may be binary under the same names. */
export function isTextNamed(path: string): boolean {
  return KINDS.some(([kind, pattern]) => kind !== 'data' && pattern.test(path));
}

/** What a text is, by its name and its first line. */
export function kindOf(path: string, text: string): TextKind {
  const byName = KINDS.find(([, pattern]) => pattern.test(path))?.[0];
  if (byName !== undefined) return byName;
  const first = /^#!.*/.exec(text.slice(0, 200))?.[0] ?? '';
  if (/\b(?:ba|z|da|k|fi)?sh\b/.test(first)) return 'shell';
  if (/python/.test(first)) return 'python';
  if (/\b(?:node|deno|bun|ruby|perl|php)\b/.test(first)) return 'script';
  return 'text';
}

/** A file's text and every text that is hidden in it. */
export function layersOf(path: string, raw: string, budget: DecodeBudget): Layer[] {
  const kind = kindOf(path, raw);
  const places = placesIn(raw);
  const folded = fold(raw);
  const root: Layer = {
    path,
    kind,
    raw,
    original: raw,
    text: folded.text,
    hidden: [],
    place: (offset) => places(folded.origin(offset)),
  };
  const layers = [root];
  for (const { at, message } of invisibleRuns(raw))
    if (message !== null)
      add(layers, root, { at, by: 'invisible characters', text: message }, budget, (offset) =>
        places(offset),
      );
  grow(layers, root, budget, 0);
  return layers;
}

function grow(layers: Layer[], layer: Layer, budget: DecodeBudget, depth: number): void {
  const unwound = unwind(layer.text, layer.kind);
  const next: Layer[] = [];
  if (unwound !== undefined && charge(budget, unwound.length)) {
    const own = placesIn(unwound);
    const lineStart = layer.place;
    const starts = lineStarts(layer.text);
    next.push({
      ...layer,
      text: unwound,
      raw: unwound,
      hidden: [...layer.hidden, 'split words'],
      place: (offset) => lineStart(starts[own(offset).line - 1] ?? 0),
    });
  }
  layers.push(...next);
  if (depth >= LIMITS.decodeDepth) return;
  for (const source of [layer, ...next])
    for (const decoded of decodeAll(source.text, budget)) {
      if (budget.isUsedUp) return;
      const made = add(layers, source, decoded, budget, source.place);
      if (made !== undefined) grow(layers, made, budget, depth + 1);
    }
}

function add(
  layers: Layer[],
  from: Layer,
  { at, by, text }: { at: number; by: string; text: string },
  budget: DecodeBudget,
  place: Layer['place'],
): Layer | undefined {
  if (text === from.text || !charge(budget, text.length)) return undefined;
  const here = place(at);
  const layer: Layer = {
    path: from.path,
    kind: kindOf('', text),
    raw: text,
    original: from.original,
    text: fold(text).text,
    hidden: [...from.hidden, by],
    place: () => here,
  };
  layers.push(layer);
  return layer;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function charge(budget: DecodeBudget, chars: number): boolean {
  if (budget.chars < chars) {
    budget.isUsedUp = true;
    return false;
  }
  budget.chars -= chars;
  return true;
}
