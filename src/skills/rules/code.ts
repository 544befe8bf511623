import type { TextRule } from '../types.ts';
import { milder, search } from './search.ts';

const obfuscated: TextRule = {
  id: 'obfuscated-code',
  title: 'Runs code that it unpacks first',
  severity: 'critical',
  why: 'Honest code has no reason not to be readable; what is unpacked and evaluated is meant to pass by readers and scanners.',
  find: (layer) =>
    [
      /\b(?:exec|eval|compile)\s*\(\s*(?:compile\s*\(\s*)?(?:\w{1,30}\.)?(?:b64decode|b32decode|b85decode|a85decode|unhexlify|decompress|loads|fromhex|decode)\s*\(/g,
      /\b(?:exec|eval)\s*\(\s*(?:zlib|gzip|bz2|lzma|marshal|pickle|base64|codecs|binascii|bytes)\b[^\n]{0,120}/g,
      /\b(?:exec|eval)\s*\(\s*["']{1,3}["']?\s*\.join\s*\(/g,
      /\b(?:exec|eval)\s*\(\s*(["'])[^\n]{8,4000}?\1\s*\[\s*::\s*-1\s*\]/g,
      /\bmarshal\.loads\s*\(/g,
      /\b(?:os\.system|subprocess\.\w+|popen)\s*\(\s*[^\n]{0,40}(?:b64decode|fromhex|decompress|bytes\s*\(\s*\[)[^\n]{0,120}/g,
      /__import__\s*\(\s*["']\w{1,20}["']\s*\)\s*(?:\.\s*\w+\s*\(|,)/g,
      /getattr\s*\(\s*__import__\s*\(/g,
      /\b(?:eval|Function|execScript)\s*\(\s*(?:atob|unescape|decodeURIComponent|String\.fromCharCode|Buffer\.from|\w{0,30}\.?(?:gunzip|inflate)\w*|require\s*\(\s*["'](?:node:)?zlib)/g,
      /\bnew\s+Function\s*\(\s*(?:\w+\s*,\s*)?(?:atob|Buffer\.from|String\.fromCharCode|decodeURIComponent|unescape)/g,
      /\bglobalThis\s*\[\s*["']eval["']\s*\]|\b(?:window|global|globalThis|self)\s*\[\s*["'](?:eval|Function)["']\s*\]/g,
      /\beval\s*\(\s*["'](?:\\x[0-9a-f]{2}|\\u[0-9a-f]{4}){4,}/gi,
      /\b(?:const|let|var)\s+_0x[0-9a-f]{3,6}\s*=/g,
      /\b_0x[0-9a-f]{3,6}\s*\[\s*(?:0x[0-9a-f]+|\d+)\s*\][^\n]{0,20}\(/g,
      /\brequire\s*\(\s*(?:\w{1,30}\[[^\]\n]{1,20}\]|["'][^"'\n]{1,20}["']\s*\+)/g,
    ].flatMap((pattern) =>
      search(layer, pattern, (match) =>
        milder(layer, match.index, layer.kind === 'markdown' ? 'warning' : 'critical'),
      ),
    ),
};

/** Only for what was hidden: in plain text each of these is everyday. */
const hiddenCommand: TextRule = {
  id: 'hidden-command',
  title: 'Hides a command',
  severity: 'critical',
  why: 'A command or an address that is encoded inside another text is meant not to be seen.',
  find: (layer) => {
    if (
      layer.hidden.length === 0 ||
      layer.hidden.every((by) => by === 'split words' || by === 'URL escapes' || by === 'HTML entities')
    )
      return [];
    return [
      /\b(?:curl|wget)\s+(?:-\w+\s+)*["']?(?:https?:\/\/|\d{1,3}\.)[^\n]{0,160}/g,
      /\/bin\/(?:ba|z)?sh\b[^\n]{0,120}/g,
      /\b(?:bash|sh|zsh)\s+-[ci]\b[^\n]{0,120}/g,
      /\b(?:os\.system|subprocess\.(?:run|call|Popen|check_output)|child_process|execSync|powershell|Invoke-Expression|IEX)\b[^\n]{0,120}/g,
      /\b(?:exec|eval)\s*\(/g,
      /\bchmod\s+\+x\b/g,
    ].flatMap((pattern) => search(layer, pattern));
  },
};

const hiddenText: TextRule = {
  id: 'hidden-text',
  title: 'Carries a text in characters that show nothing',
  severity: 'critical',
  why: 'The model reads what you cannot see.',
  find: (layer) => (layer.hidden.at(-1) === 'invisible characters' ? search(layer, /^[\s\S]{1,400}/g) : []),
};

export const codeRules: readonly TextRule[] = [obfuscated, hiddenCommand, hiddenText];
