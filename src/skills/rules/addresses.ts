/** A web address, with or without its scheme's slashes; bounded. */
export const URL = String.raw`https?:\/\/[^\s"'<>|;)\x60]{3,400}`;

/** An address that is a number, which no honest installer uses, but one's own machine or network is none of these. */
export function isBareAddress(url: string): boolean {
  const host = /^(?:[a-z]+:\/\/)?(?:[^/?#]*@)?(\[[0-9a-f:]+\]|[^/:?#]+)/i.exec(url)?.[1] ?? '';
  if (host.startsWith('[')) return !/^\[(?:::1|f[cd])/i.test(host);
  if (/^0x[0-9a-f]{8}$|^\d{8,10}$/i.test(host)) return true;
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(host)) return false;
  return !/^(?:127\.|0\.0\.0\.0|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.)/.test(host);
}

/** Services that take whatever is sent to them, which exfiltration is made with. */
export const SINK = String.raw`\b(?:webhook\.site|pipedream\.net|requestbin\.\w+|hookb(?:in|\.in)\b|requestcatcher\.com|beeceptor\.com|ngrok(?:-free)?\.(?:io|app|dev)|trycloudflare\.com|loca\.lt|oast\.(?:fun|pro|live|site|online|me)|oastify\.com|interact\.sh|burpcollaborator\.net|dnslog\.\w+|ceye\.io|canarytokens\.\w+|transfer\.sh|file\.io|0x0\.st|anonfiles\.com|gofile\.io|bashupload\.com|oshi\.at|termbin\.com|paste\.rs|ix\.io|postb\.in|mockbin\.\w+|webhook\.cool|discord(?:app)?\.com\/api\/webhooks|api\.telegram\.org\/bot)`;

/** Pages on which anybody can put a script without a name. */
export const PASTE_SITE = String.raw`(?:glot\.io|rentry\.(?:co|org)|pastebin\.com|hastebin\.\w+|paste\.ee|ghostbin\.\w+|controlc\.com|dpaste\.\w+|ix\.io|sprunge\.us|termbin\.com|justpaste\.it|textbin\.net|paste\.rs|privatebin\.\w+|write\.as|telegra\.ph|gist\.githubusercontent\.com|paste\.\w+\.\w+)`;

/** Files that hold somebody's secrets, in the forms in which shells, Python and Node write them. */
export const SECRET_FILE = String.raw`(?:\.(?:openclaw|clawdbot|moltbot|clawd)[/\\"', ]{1,6}(?:\.env|openclaw\.json|clawdbot\.json|moltbot\.json|credentials|auth-profiles|agents)|\bopenclaw\.json\b|\bauth-profiles\.json\b|\.ssh[/\\"', ]{1,6}(?:id_\w+|\*|[\w.]*key|config\b|known_hosts)|\bid_(?:rsa|ed25519|ecdsa|dsa)\b|\.aws[/\\"', ]{1,6}(?:credentials|config)|\.config[/\\"', ]{1,6}(?:gh[/\\"', ]{1,6}hosts|gcloud|solana[/\\"', ]{1,6}id)|\.kube[/\\"', ]{1,6}config|\.docker[/\\"', ]{1,6}config\.json|\.netrc\b|\.git-credentials\b|\.pgpass\b|\.npmrc\b|\.pypirc\b|\.gnupg\b|Keychains\b|login\.keychain|\/run\/secrets\b|\/proc\/(?:\d+|self|1|\*)\/environ|\/etc\/(?:shadow|sudoers)\b|\bwallet\.dat\b|\bkeystore\b.{0,20}\bUTC--|Login Data\b|Local Extension Settings|(?:logins|key4)\.(?:json|db)\b|\bcookies\.sqlite\b|\.bash_history\b|\.zsh_history\b)`;

/** What sends something to somewhere, in any language. */
export const SENDS = String.raw`(?:\bcurl\b[^\n]{0,200}(?:\s-(?:d|F|T)\b|\s--(?:data|form|upload|json)|\s-X\s*(?:POST|PUT))|\bwget\b[^\n]{0,120}--(?:post|body)-(?:data|file)|\b(?:requests|httpx|session|client|aiohttp)\.(?:post|put|request)\s*\(|\burlopen\s*\(|\burllib\.request|\bfetch\s*\(|\baxios(?:\.(?:post|put|request))?\s*\(|\bgot\.post\s*\(|\bhttps?\.request\s*\(|\bXMLHttpRequest\b|\bsendBeacon\s*\(|\bInvoke-(?:RestMethod|WebRequest)\b|\b(?:nc|ncat|netcat)\s+(?:-\w+\s+)*[\w.-]+\s+\d{2,5}|\bscp\s|\brsync\s[^\n]{0,120}\w@|\bsocket\.(?:create_)?connect|\.connect\(\s*\(|smtplib|\bftplib\b)`;

export const SHELLS = String.raw`(?:(?:\/usr)?\/bin\/|env\s+)?(?:ba|z|da|k|c|fi|a)?sh\b`;
export const INTERPRETERS = String.raw`(?:\/usr\/bin\/|env\s+)?(?:python\d?(?:\.\d+)?|node|deno|bun|perl|ruby|php|osascript|pwsh|powershell)\b`;
