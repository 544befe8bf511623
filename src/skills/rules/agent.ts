import type { Layer, TextRule } from '../types.ts';
import { isBareAddress, URL } from './addresses.ts';
import { isWarnedOf, milder, search } from './search.ts';

const OVERRIDES: readonly RegExp[] = [
  /\b(?:ignore|disregard|forget|override|bypass|discard)\b[^\n.]{0,40}\b(?:all|any|every|your|the|these|previous|prior|above|earlier|operator'?s?|system)\b[^\n.]{0,40}\b(?:instructions?|rules?|prompts?|guidelines?|directives?|restrictions?|policies|safety|guardrails?)\b/gi,
  /\b(?:instructions?|rules?|guidelines?|policies) (?:of|by|from) (?:the )?(?:operator|user|system|developer)s?\b[^\n.]{0,40}\b(?:do not|don'?t|no longer) apply\b/gi,
  /\byou are (?:now )?in (?:developer|debug|god|admin|maintenance|unrestricted|DAN|jailbreak)[\w ]{0,12} mode\b/gi,
  /\b(?:user|operator) has (?:already )?(?:consented|approved|agreed|authori[sz]ed)\b[^\n.]{0,80}\b(?:all|every|any)\b/gi,
  /\b(?:never|do not|don'?t|without) (?:ask(?:ing)?|request(?:ing)?|wait(?:ing)?)\b[^\n.]{0,30}\b(?:for )?(?:confirmation|permission|approval|consent)\b[^\n.]{0,30}\b(?:again|ever|any|tool)\b/gi,
  /\bevery (?:command|tool call|action) is (?:now )?pre-?approved\b/gi,
];

const CONCEALS: readonly RegExp[] = [
  /\b(?:do not|don'?t|never|must not|without)\s+(?:ever\s+)?(?:tell(?:ing)?|inform(?:ing)?|mention(?:ing)?|reveal(?:ing)?|show(?:ing)?|alert(?:ing)?|notify(?:ing)?|disclos(?:e|ing)|let)\b[^\n.]{0,40}\b(?:the )?(?:user|human|operator|owner|anyone)\b/gi,
  /\b(?:do not|don'?t|never) (?:mention|reveal|disclose|show|display) (?:this|these|that|any of (?:this|these))\b[^\n.]{0,40}/gi,
  /\b(?:keep|stay)\b[^\n.]{0,30}\b(?:secret|hidden|invisible)\b[^\n.]{0,20}\bfrom (?:the )?(?:user|human|operator)/gi,
  /\bsilently\b[^\n.]{0,60}\b(?:send|post|upload|execute|run|read|copy|install|forward)\b/gi,
  /\bif (?:asked|the user asks)\b[^\n.]{0,40}\b(?:say|claim|pretend|deny|respond that)\b[^\n.]{0,80}\b(?:only|nothing|no )\b/gi,
];

/** The same orders in other languages. */
const OTHER_TONGUES: readonly RegExp[] = [
  /(?:忽略|无视|忽視|無視)[^\n。]{0,16}(?:指令|指示|规则|規則|提示)/g,
  /(?:不要|请勿|別)(?:告诉|告訴|通知|提醒)(?:用户|用戶|使用者)/g,
  /(?:これまで|以前|前)の(?:指示|命令)[^\n。]{0,12}無視/g,
  /ユーザー?[^\n。]{0,8}(?:知らせない|伝えない|言わない)/g,
  /игнорируй[^\n.]{0,40}(?:инструкции|указания|правила)/gi,
  /не (?:сообщай|говори)[^\n.]{0,30}пользовател/gi,
  /\bignor[ae]\b[^\n.]{0,40}\b(?:instrucciones|instruções|istruzioni)\b|\bignorez\b[^\n.]{0,40}\binstructions\b/gi,
  /\bno se lo digas\b[^\n.]{0,30}usuario|\bne (?:le )?dis pas\b[^\n.]{0,30}utilisateur/gi,
  /\bignorier\w*\b[^\n.]{0,50}\b(?:Anweisungen|Regeln)\b/gi,
  /\bsag\w*\b[^\n.]{0,40}\b(?:Benutzer|Nutzer)\b[^\n.]{0,20}\bnichts\b/gi,
  /(?:이전|앞의)[^\n.]{0,12}(?:지시|명령)[^\n.]{0,12}무시/g,
];

/** Where a person who looks at the rendered page sees nothing. */
function isUnseen(layer: Layer, at: number): boolean {
  const before = layer.text.slice(Math.max(0, at - 600), at);
  const comment = before.lastIndexOf('<!--') > before.lastIndexOf('-->');
  const line = before.slice(before.lastIndexOf('\n') + 1);
  return (
    comment ||
    /\[\/\/\]:\s*#|display:\s*none|font-size:\s*[01](?:px)?|color:\s*(?:white|#fff)|opacity:\s*0/i.test(line)
  );
}

const injection: TextRule = {
  id: 'prompt-injection',
  title: 'Gives the agent orders against its rules or its user',
  severity: 'critical',
  why: 'A skill that overrides instructions, or has something kept from the user, works for somebody else.',
  find: (layer) => [
    ...OVERRIDES.flatMap((pattern) =>
      search(layer, pattern, (match) =>
        isUnseen(layer, match.index) ? 'critical' : rateOrder(layer, match),
      ),
    ),
    ...CONCEALS.flatMap((pattern) =>
      search(layer, pattern, (match) =>
        isUnseen(layer, match.index) ? 'critical' : rateConcealment(layer, match.index, match[0]),
      ),
    ),
    // As it was written: a plain text makes Latin letters of some of these.
    ...OTHER_TONGUES.flatMap((pattern) =>
      search({ ...layer, text: layer.raw }, pattern, (match) =>
        isQuoted(layer, match) ? 'warning' : 'critical',
      ),
    ),
  ],
};

/** Orders that come from elsewhere are not to be followed: that is good advice. */
const OF_OTHERS =
  /^[^\n.]{0,60}\b(?:in|inside|within|from|embedded|contained|found|hidden|that (?:appear|are|come))\b[^\n.]{0,40}\b(?:fetched|external|web|page|pages|content|contents|emails?|messages?|documents?|files?|results?|input|data|text|transcript|untrusted|tool|the)\b/i;

function isQuoted(layer: Layer, match: RegExpExecArray): boolean {
  const before = layer.text.slice(Math.max(0, match.index - 4), match.index);
  const after = layer.text.slice(match.index + match[0].length, match.index + match[0].length + 30);
  return /["'“”‘`|([/][\s*_]{0,2}$/.test(before) || /^[^\n.!]{0,20}["”`|]/.test(after);
}

function rateOrder(layer: Layer, match: RegExpExecArray): 'critical' | 'warning' | null {
  const { index: at, 0: text } = match;
  const tail = layer.text.slice(
    at + text.search(/instructions?|rules?|prompts?|guidelines?|directives?|restrictions?|policies/i),
    at + text.length + 120,
  );
  if (/^(?:ignore|disregard)\b/i.test(text) && OF_OTHERS.test(tail)) return null;
  const isProse = layer.kind === 'markdown' || layer.kind === 'text';
  if (isQuoted(layer, match) || !isProse) return 'warning';
  if (/^(?:never|do not|don'?t)\s/i.test(text)) return 'critical';
  const line = layer.text.slice(layer.text.lastIndexOf('\n', at) + 1, at);
  return isWarnedOf(layer, at) && !/\b(?:agent|assistant|ai|system)\b\W/i.test(line) ? 'warning' : 'critical';
}

function rateConcealment(layer: Layer, at: number, text: string): 'critical' | 'warning' | 'info' {
  if (!/\b(?:user|human|operator|owner)\b/i.test(text) && !/silently/i.test(text)) return 'info';
  if (layer.hidden.length > 0) return 'critical';
  const around = layer.text.slice(Math.max(0, at - 160), at + text.length + 160);
  return /\b(?:step|command|script|send|upload|secret|token|instruction|credential|install|execut)/i.test(
    around,
  ) && !/\bwithout (?:telling|informing|notifying|asking)/i.test(text)
    ? 'critical'
    : 'warning';
}

const remoteOrders: TextRule = {
  id: 'remote-orders',
  title: 'Has the agent follow instructions from an address',
  severity: 'warning',
  why: 'Whoever owns the address decides from then on what the agent does; what you read today is not what it says tomorrow.',
  find: (layer) =>
    [
      new RegExp(
        String.raw`\b(?:fetch|download|load|read|get|curl|visit|open|check)\b[^\n]{0,80}?${URL}[^\n]{0,100}\b(?:follow|execute|obey|run|treat|apply|do what|perform)\b[^\n]{0,60}`,
        'gi',
      ),
      new RegExp(
        String.raw`${URL}[^\n]{0,80}\b(?:follow|execute|obey|run each|treat)\b[^\n]{0,60}\b(?:instructions?|steps?|commands?|rules?)\b`,
        'gi',
      ),
    ].flatMap((pattern) =>
      search(layer, pattern, (match) => {
        if (layer.kind !== 'markdown' && layer.hidden.length === 0) return null;
        const url = new RegExp(URL, 'i').exec(match[0])?.[0] ?? '';
        if (
          isBareAddress(url) ||
          /\b(?:system (?:instructions?|prompt)|execute what|each command|every \d+ (?:hours?|minutes?))/i.test(
            match[0],
          )
        )
          return milder(layer, match.index, 'critical');
        return /\b(?:instructions?|commands?|steps?|rules?|what it says|prompt)\b/i.test(match[0])
          ? milder(layer, match.index, 'warning')
          : null;
      }),
    ),
};

const MEMORY_FILE = String.raw`(?:SOUL|MEMORY|AGENTS|HEARTBEAT|TOOLS|USER|IDENTITY|BOOTSTRAP|CLAUDE)\.md`;

const memory: TextRule = {
  id: 'memory-poisoning',
  title: "Writes to the agent's memory or identity",
  severity: 'warning',
  why: 'What stands in these files is obeyed in every later session, also when the skill is long gone.',
  find: (layer) =>
    [
      new RegExp(String.raw`(?:>>?|\btee\b(?:\s+-a)?)\s*["']?[^\s"'|;&]{0,120}${MEMORY_FILE}`, 'g'),
      new RegExp(String.raw`\b(?:cp|mv|ln)\s+[^\n;|&]{1,160}${MEMORY_FILE}`, 'g'),
      new RegExp(String.raw`\bsed\s+-i\b[^\n;|]{1,200}${MEMORY_FILE}`, 'g'),
      new RegExp(String.raw`\bopen\s*\([^\n]{0,160}${MEMORY_FILE}[^\n]{0,20},\s*["'](?:a|w|r\+)`, 'g'),
      new RegExp(
        String.raw`\b(?:appendFile|writeFile|createWriteStream)(?:Sync)?\s*\([^\n]{0,160}${MEMORY_FILE}`,
        'g',
      ),
      new RegExp(
        String.raw`\b(?:append|add|write|insert|save|put|copy|paste|update|edit|replace|overwrite|modify)\b[^\n]{0,120}\b${MEMORY_FILE}`,
        'gi',
      ),
      /\b(?:save|add|store|write|commit|put)\b[^\n.]{0,40}\b(?:in|to|into) (?:your |the )?(?:long[- ]term |permanent |persistent )?memory\b[^\n]{0,80}/gi,
    ].flatMap((pattern) => search(layer, pattern, (match) => rateMemory(layer, match))),
};

function rateMemory(layer: Layer, match: RegExpExecArray): 'critical' | 'warning' | 'info' {
  const around = layer.text.slice(Math.max(0, match.index - 200), match.index + match[0].length + 300);
  const isOrder =
    /\b(?:always trust|all later sessions|every (?:later )?(?:session|start)|at (?:every|each) start|begin(?:s)? with #|wallet|transfer|obey)\b/i.test(
      around,
    );
  if (isOrder) return milder(layer, match.index, 'critical');
  if (layer.hidden.some((by) => by !== 'split words')) return 'critical';
  // A script writes it itself; a text only asks for it.
  const isScript =
    layer.kind === 'shell' ||
    layer.kind === 'python' ||
    layer.kind === 'script' ||
    layer.kind === 'powershell';
  return isScript ? 'warning' : milder(layer, match.index, 'warning');
}

const limitsOff: TextRule = {
  id: 'limits-off',
  title: "Switches OpenClaw's own limits off",
  severity: 'critical',
  why: 'Approvals, sandbox, denied tools and the bind address are what stands between a message and your machine.',
  find: (layer) =>
    [
      /\b(?:openclaw|clawdbot|moltbot)\s+config\s+(?:set|unset|patch)\s+\S{0,80}(?:security|sandbox|elevated|approvals?|\bbind|deny|allow|dangerous\w*|auth|exec)\S{0,60}[^\n]{0,60}/gi,
      /\b(?:openclaw|clawdbot|moltbot)\s+approvals?\s+\S{0,30}\s*[^\n]{0,40}["']\*/gi,
      /\b(?:jq|sed|yq|python3?|node)\b[^\n]{0,160}(?:openclaw|clawdbot|moltbot)\.json[^\n]{0,160}/gi,
      /\b(?:openclaw|clawdbot|moltbot)\s+(?:plugins|skills)\s+install\s+[^\n]{0,40}(?:https?:\/\/\d|--force|--acknowledge-install-policy-warning|--dangerously)[^\n]{0,80}/gi,
      /["']?\b(?:allowInsecureAuth|dangerously\w+)["']?\s*[:=]\s*true\b/g,
      /--dangerously-(?:skip-permissions|bypass-approvals-and-sandbox|force-unsafe-install)\b/g,
      /\btools\.elevated\b[^\n]{0,40}\btrue\b|["']elevated["']\s*:\s*\{\s*["']?enabled["']?\s*:\s*true\b/gi,
    ].flatMap((pattern) =>
      search(layer, pattern, (match) => {
        if (
          /^(?:jq|sed|yq|python3?|node)/i.test(match[0]) &&
          !/-i\b|>|\bmv\b|write|=\s*(?:\[\]|true|false|")/.test(match[0])
        )
          return 'info';
        if (/^--dangerously-(?:skip|bypass)/.test(match[0])) {
          const line = layer.text.slice(layer.text.lastIndexOf('\n', match.index) + 1, match.index);
          return layer.kind === 'markdown' &&
            !/full access/i.test(layer.text.slice(Math.max(0, match.index - 200), match.index)) &&
            /`/.test(line)
            ? milder(layer, match.index, 'warning')
            : 'warning';
        }
        const isWeaker = /\b(?:full|off|none|false|lan|true|\[\]|\*|0\.0\.0\.0)\b|\[\]|"\*"|install/.test(
          match[0],
        );
        return milder(layer, match.index, isWeaker ? 'critical' : 'warning');
      }),
    ),
};

export const agentRules: readonly TextRule[] = [injection, remoteOrders, memory, limitsOff];
