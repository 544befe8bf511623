import type { Hit } from './types.ts';
import { looksLike } from './text/look-alikes.ts';

/** Names that people look for: OpenClaw's own skills, its registry, and what campaigns imitated. */
const KNOWN =
  '1password apple-notes apple-reminders bear-notes blogwatcher camsnap clawhub coding-agent control-ui diagram-maker eightctl gemini gh-issues gifgrep github goplaces healthcheck himalaya mcporter meme-maker model-usage nano-pdf node-connect notion obsidian openai-whisper openhue oracle ordercli peekaboo python-debugpy sherpa-onnx-tts skill-creator songsee sonoscli spotify-player summarize taskflow things-mac trello visualize weather openclaw polymarket telegram discord whatsapp'.split(
    ' ',
  );

/** What OpenClaw itself is called: nothing but the real thing may be near it. */
const OWN = ['clawhub', 'openclaw', 'clawdhub', 'clawhub-cli'];

/** Hit of a skill whose name is nearly the name of a known one. */
export function nameHits(name: string): Hit[] {
  const lower = name.toLowerCase();
  if (KNOWN.includes(lower) || OWN.includes(lower)) return [];
  const plain = skeleton(name);
  const own =
    lower === 'openclaws'
      ? undefined
      : OWN.find(
          (known) =>
            distance(skeleton(known), plain) <= 1 || plain === skeleton(`${known}-cli`).replaceAll('-', ''),
        );
  const evidence = (known: string): string => `"${name}" is nearly "${known}"`;
  if (own !== undefined) return [{ at: 0, severity: 'critical', evidence: evidence(own) }];
  if (
    (/^[\w-]*op[e3]nc[l1I]aw/i.test(name) && !/openclaw/.test(lower)) ||
    (plain.includes('openclaw') && !lower.includes('openclaw'))
  )
    return [{ at: 0, severity: 'critical', evidence: evidence('openclaw') }];
  const near = KNOWN.find(
    (known) => known.length >= 5 && (skeleton(known) === plain || isNear(skeleton(known), plain)),
  );
  return near === undefined ? [] : [{ at: 0, evidence: evidence(near) }];
}

/** One letter more, less, other, or two swapped. A plural or a doing word is a name of its own. */
function isNear(known: string, name: string): boolean {
  if (name === `${known}s` || name === `${known}r` || name === `${known}d` || known === `${name}s`)
    return false;
  return distance(known, name) === 1;
}

/** A name without what is only drawn otherwise: look-alike letters and digits, dashes, doubled marks. */
function skeleton(name: string): string {
  return [...name]
    .map((letter) => looksLike(letter) ?? letter)
    .join('')
    .replace(/I(?=[a-z])/g, 'l')
    .toLowerCase()
    .replace(/[-_ ]/g, '')
    .replaceAll('0', 'o')
    .replaceAll('3', 'e')
    .replace(/1(?!password)/g, 'l')
    .replaceAll('5', 's');
}

/** 0 for the same, 1 for one letter more, less, other or two swapped, else 2. */
function distance(left: string, right: string): 0 | 1 | 2 {
  if (left === right) return 0;
  const [short, long] = left.length <= right.length ? [left, right] : [right, left];
  let at = 0;
  while (at < short.length && short[at] === long[at]) at += 1;
  const isOther = short.slice(at + 1) === long.slice(at + 1);
  const isMore = short.slice(at) === long.slice(at + 1);
  if (short.length + 1 === long.length) return isMore ? 1 : 2;
  if (short.length !== long.length) return 2;
  const isSwapped =
    short[at] === long[at + 1] && short[at + 1] === long[at] && short.slice(at + 2) === long.slice(at + 2);
  return isOther || isSwapped ? 1 : 2;
}
