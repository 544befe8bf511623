import type { Layer, TextRule } from '../types.ts';
import { isBareAddress, PASTE_SITE, URL } from './addresses.ts';
import { milder, search } from './search.ts';

const CLAW_TOOL = String.raw`\b(?:open-?\s?claw|clawd?\s?-?bot|clawd|molt-?bot|claw-?hub|claw|auth|polymarket|solana)[-_ ]?(?:agent|core|cli|driver|runtime|helper|tool|setup|installer|engine|service|provider|manager)s?\b`;

/** A packed or compiled program that a text has people download. */
const DEMANDED_DOWNLOAD =
  /\bdownload\b[^\n]{0,160}https?:\/\/[^\s"'<>)]{4,300}\.(?:zip|rar|7z|exe|msi|dmg|pkg|scr)\b/gi;

const fakePrerequisite: TextRule = {
  id: 'fake-prerequisite',
  title: 'Demands a program from somewhere else first',
  severity: 'critical',
  why: 'Most malicious skills were harmless texts that sent people to a download; OpenClaw needs no such helper.',
  find: (layer) => [
    ...search(layer, new RegExp(CLAW_TOOL, 'gi'), (match) => {
      const around = layer.text.slice(Math.max(0, match.index - 300), match.index + match[0].length + 500);
      const urls = [...around.matchAll(new RegExp(URL, 'gi'))].map(([url]) => url.replace(/[.,]+$/, ''));
      const isArchive = urls.some((url) =>
        /\.(?:zip|rar|7z|exe|msi|dmg|pkg|scr|jar|app)\b|\/releases\/download\//i.test(url),
      );
      const isOdd = urls.some(
        (url) =>
          isBareAddress(url) ||
          new RegExp(PASTE_SITE, 'i').test(url) ||
          /\b(?:dropbox|mega|mediafire|gofile|anonfiles|drive\.google|catbox|sendspace)\b/i.test(url),
      );
      const isDemanded =
        /\b(?:require[sd]?|must|important|prerequisite|before (?:you|using|start)|need(?:s|ed)?|without|does(?: not|n't) work)\b/i.test(
          around,
        );
      const isGot = /\b(?:download|install|extract|unzip|run|execut\w*|start|visit|get)\b/i.test(around);
      if (!isDemanded || !isGot || !(isArchive || isOdd)) return null;
      return milder(layer, match.index, 'critical');
    }),
    ...search(layer, DEMANDED_DOWNLOAD, (match) => {
      const around = layer.text.slice(Math.max(0, match.index - 300), match.index + match[0].length + 600);
      const isStarted =
        /\b(?:open|run|start|launch|execute|extract|unzip)\b[^\n]{0,80}(?:\.exe\b|\.app\b|\btool\b|\binstaller\b|\bdesktop\b|\bdekstop\b)/i.test(
          around,
        );
      const isDemanded =
        /\b(?:required|before (?:using|you use)|must (?:be|have|install)|prerequisite|won'?t work|does not work)\b/i.test(
          around,
        );
      return isStarted && isDemanded ? milder(layer, match.index, 'critical') : null;
    }),
    ...search(
      layer,
      /\b(?:copy|paste)\b[^\n.]{0,100}\b(?:command|script|code|line|following|this|it)\b[^\n.]{0,80}\b(?:terminal|powershell|command prompt|cmd|shell)\b/gi,
      (match) => {
        const after = layer.text.slice(match.index, match.index + 600);
        return /curl|wget|base64|bash|iwr|powershell|https?:\/\//i.test(after)
          ? milder(layer, match.index, 'warning')
          : 'info';
      },
    ),
  ],
};

const lockedArchive: TextRule = {
  id: 'password-for-archive',
  title: 'Gives the password of an archive',
  severity: 'critical',
  why: 'An archive is locked so that no scanner sees what is in it; its password stands next to it so that you do not.',
  find: (layer) =>
    [
      /\.(?:zip|rar|7z|tar\.gz|tgz)\b[^\n]{0,200}\n?[^\n]{0,120}\b(?:pass(?:word|phrase|code|wd)?|pwd|extraction (?:key|code))\b\s*(?:is|:|=|`|"|\))[^\n]{0,60}/gi,
      /\b(?:pass(?:word|code)?|pwd)\b\s*(?:is|:|=)?\s*[`"'][^`"'\n]{1,40}[`"'][^\n]{0,160}\.(?:zip|rar|7z)\b/gi,
      /\b(?:extract|unzip|unpack)\b[^\n]{0,60}\b(?:pass(?:word|code)?|pwd)\b[^\n]{0,60}/gi,
      /\b(?:unzip\s+-P|7z\s+x\s+[^\n]{0,60}-p|unrar\s+x\s+-p)\s*\S{1,40}/g,
    ].flatMap((pattern) =>
      search(layer, pattern, (match) => {
        if (layer.kind === 'python' || layer.kind === 'script') return 'info';
        if (layer.kind === 'shell' && !/^(?:unzip|7z|unrar)\b/.test(match[0])) return 'info';
        const around = layer.text.slice(Math.max(0, match.index - 300), match.index + match[0].length + 200);
        return milder(
          layer,
          match.index,
          /https?:\/\/|download|\.exe\b|attached|assets\//i.test(around) ? 'critical' : 'info',
        );
      }),
    ),
};

const packages: TextRule = {
  id: 'package-source',
  title: 'Installs a package from an odd place',
  severity: 'warning',
  why: 'Packages run code when they are installed; one from a bare address or over plain HTTP is nobody’s.',
  find: (layer) => [
    ...search(
      layer,
      /\b(?:pip3?|uv(?:\s+pip)?|pipx|poetry|npm|pnpm|yarn|npx|bunx?|gem|cargo|go)\s+(?:install|i|add|config\s+set|exec|dlx|get|tool\s+install)?\b[^\n]{0,200}?(?:git\+)?https?:\/\/[^\s"'`]{3,200}/gi,
      (match) => {
        const url = /https?:\/\/\S+$/i.exec(match[0])?.[0] ?? '';
        if (isBareAddress(url)) return 'critical';
        const isIndex = /--(?:extra-)?index-url|\s-i\s|--registry|registry\b/.test(match[0]);
        if (/^http:/i.test(url)) return /localhost|127\./.test(url) ? null : 'critical';
        return isIndex && !/(?:pypi|npmjs|pytorch)\.org|npmmirror|tsinghua|aliyun|nvidia/i.test(url)
          ? milder(layer, match.index, 'warning')
          : null;
      },
    ),
    ...search(
      layer,
      /\b(?:npx|bunx|pnpm\s+dlx|npm\s+(?:i|install|exec)|pip3?\s+install|pipx\s+(?:run|install)|uvx)\s+(?:-\S+\s+)*([@\w./-]{3,80})/gi,
      (match) => (isImitation(match[1] ?? '') ? 'critical' : null),
    ),
    ...search(layer, /--trusted-host\s+\S+/g, () => 'warning'),
  ],
};

/** Packages that belong to OpenClaw; names next to them belong to somebody else. */
const OWN = /^@?openclaw(?:\/[\w-]+)?$|^claw(?:d)?hub$|^(?:clawd|molt)bot$|^mcporter$/;

function isImitation(name: string): boolean {
  const plain = name.replace(/@[\d.^~*a-z-]+$/, '').toLowerCase();
  if (OWN.test(plain)) return false;
  return /^(?:open[il1]?c[il1]aw|opencIaw|0penclaw|openc[l1]aww?|clawhubb?\d?|clawd?hub)(?:-?(?:cli|core|agent|agennt|runtime|helper|tools?|installer)?\d*)(?:-\w+)?$/.test(
    plain,
  );
}

/** Head of SKILL.md in which OpenClaw reads what to install and to set. */
function frontmatter({ path, text, hidden }: Layer): string {
  if (!/(?:^|\/)SKILL\.md$/i.test(path) || hidden.some((by) => by !== 'split words' && by !== 'escapes'))
    return '';
  return /^\s*---\r?\n[\s\S]{0,20000}?\n---/.exec(text)?.[0] ?? '';
}

const installer: TextRule = {
  id: 'install-metadata',
  title: 'Has OpenClaw install something from an odd place',
  severity: 'critical',
  why: 'OpenClaw acts on this part of a skill itself: it downloads, unpacks and runs installers.',
  find: (layer) => {
    const head = frontmatter(layer);
    if (head === '') return [];
    const inHead = { ...layer, text: head };
    return [
      ...search(
        inHead,
        /["']?(?:targetDir|target|dest(?:ination)?|path|dir|stripPrefix|output)["']?\s*:\s*["']?([^"'\n,}]{1,200})/gi,
        (match) =>
          /(?:^|[/\\])\.\.(?:[/\\]|$)|^\/(?:etc|usr|bin|sbin|var|root|home|lib|proc|sys)|^~\/\.(?!openclaw\/tools)/.test(
            match[1]?.trim() ?? '',
          )
            ? 'critical'
            : null,
      ),
      ...search(
        inHead,
        /["']?(?:url|package|module|formula|src|source)["']?\s*:\s*["']?((?:git\+)?(?:https?|file|ftp|git|ssh):\/\/[^"'\n,}\s]{1,300}|\d{1,3}(?:\.\d{1,3}){3}[^"'\s,}]{0,100})/gi,
        (match) => {
          const url = (match[1] ?? '').replace(/^git\+/, '');
          if (/^(?:file|ftp):/i.test(url) || isBareAddress(url)) return 'critical';
          if (/^http:/i.test(url)) return /localhost|127\./.test(url) ? 'info' : 'warning';
          return /["']?kind["']?\s*:\s*["']?download/.test(head) &&
            !/^https:\/\/(?:github\.com|objects\.githubusercontent\.com|dl\.google|storage\.googleapis|huggingface\.co)\//.test(
              url,
            ) &&
            /"?url/i.test(match[0])
            ? 'warning'
            : null;
        },
      ),
      ...search(
        inHead,
        /^[ \t]*(?:-\s*)?["']?(?:install|postinstall|preinstall|setup|command|run|exec|hooks?)["']?\s*:\s*["']?[^\n]{0,40}\b(?:curl|wget|bash|sh|python3?|node|powershell|eval)\b[^\n]{0,200}/gim,
        () => 'warning',
      ),
    ];
  },
};

const variables: TextRule = {
  id: 'environment-override',
  title: 'Sets variables that turn OpenClaw around',
  severity: 'critical',
  why: 'These variables send the model’s traffic elsewhere, load code into every program, or switch checks off.',
  find: (layer) => {
    const head = frontmatter(layer);
    const found = [];
    if (head !== '')
      found.push(
        ...search(
          { ...layer, text: head },
          /["']?\b((?:OPENCLAW|CLAWDBOT|MOLTBOT)_\w+|\w+_BASE_URL|\w+_API_BASE|NODE_OPTIONS|NODE_EXTRA_CA_CERTS|NODE_TLS_REJECT_UNAUTHORIZED|NODE_PATH|LD_PRELOAD|LD_LIBRARY_PATH|DYLD_\w+|PYTHONPATH|PYTHONSTARTUP|BASH_ENV|ENV|PATH|HTTPS?_PROXY|https?_proxy|ALL_PROXY|GIT_SSH_COMMAND|SSL_CERT_FILE)\b["']?\s*:\s*["']?[^\s"',}\]]{1,200}/g,
          (match) =>
            /\benv\b["']?\s*:/i.test(head.slice(0, match.index)) &&
            !/requires["']?\s*:\s*\{?[^}]{0,100}$/.test(
              head.slice(Math.max(0, match.index - 120), match.index),
            )
              ? 'critical'
              : null,
        ),
      );
    found.push(
      ...search(
        layer,
        /\bexport\s+(?:LD_PRELOAD|DYLD_INSERT_LIBRARIES|NODE_OPTIONS=["']?--(?:require|import)|BASH_ENV)[^\n]{0,120}/g,
        () => 'warning',
      ),
      ...search(layer, /\bNODE_TLS_REJECT_UNAUTHORIZED\b["']?\]?\s*[:=]\s*["']?0/g, () => 'warning'),
    );
    return found;
  },
};

const buildHooks: TextRule = {
  id: 'build-hook',
  title: 'Runs something when it is installed or opened',
  severity: 'warning',
  why: 'It runs without anybody asking for it, as soon as a package manager, an editor or git touches the folder.',
  find: (layer) => {
    if (layer.hidden.length > 0) return [];
    const { path } = layer;
    const name = path.split('/').at(-1) ?? path;
    if (name === 'package.json')
      return search(
        layer,
        /"(?:pre|post)?install"\s*:\s*"[^"\n]{1,300}"|"prepare"\s*:\s*"[^"\n]{1,300}"/g,
        (match) =>
          /husky|tsc|build|patch-package|playwright install|electron-rebuild/.test(match[0])
            ? 'info'
            : /node\s+\.|curl|wget|\bsh\b|bash|eval|base64/.test(match[0])
              ? 'critical'
              : undefined,
      );
    if (name === 'setup.py')
      return search(layer, /\b(?:os\.system|subprocess\.\w+|urlopen|exec)\s*\(|\bcmdclass\s*=/g);
    if (name.endsWith('.pth')) return search(layer, /^import\s.{0,200}/gm, () => 'critical');
    if (/(?:^|\/)\.git\/hooks\/(?!.*\.sample$)/.test(path))
      return search(layer, /^[\s\S]{1,80}/g, () => 'critical');
    if (name === 'tasks.json' || name === 'settings.json')
      return search(layer, /"runOn"\s*:\s*"folderOpen"/g, () => 'critical');
    return name === '.envrc' ? search(layer, /^[^#\n]{1,200}/gm) : [];
  },
};

export const packageRules: readonly TextRule[] = [
  fakePrerequisite,
  lockedArchive,
  packages,
  installer,
  variables,
  buildHooks,
];
