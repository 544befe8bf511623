/** A way to take what the network gives without a look at it. */
export interface Risk {
  /** Permanent part of the finding's key. */
  key: string;
  /** What the build does, behind "a step". */
  text: string;
  pattern: RegExp;
  /** True when taking the matched text away mends it. */
  isRemovable?: boolean;
}

const shell = String.raw`(?:sudo\s+(?:-\w+\s+)*)?(?:[\w./-]{0,60}\/)?(?:env\s+)?(?:ba|da|z|k|a)?sh\b`;
const fetch = String.raw`\b(?:curl|wget)\s`;

/** What is looked for in RUN instructions. Repetitions are bounded or cannot overlap: the time is linear. */
export const risks: readonly Risk[] = [
  {
    key: 'pipe-to-shell',
    text: 'runs what it downloads at once (a pipe into a shell or an interpreter)',
    pattern: new RegExp(
      String.raw`${fetch}[^|;&\n]{0,800}\|\s*(?:${shell}|(?:sudo\s+)?(?:python3?|node|perl|ruby|php)\b)`,
    ),
  },
  {
    key: 'shell-of-download',
    text: 'runs what it downloads at once',
    pattern: new RegExp(
      String.raw`(?:${shell}|\beval|\bsource|(?<![\w.])\.)\s[^\n;]{0,80}(?:<\(|\$\(|${'`'})\s*(?:curl|wget)\s`,
    ),
  },
  {
    key: 'wget-insecure',
    text: 'downloads with wget without checking the certificate',
    pattern: /\s--no-check-certificate\b/,
    isRemovable: true,
  },
  {
    key: 'git-insecure',
    text: 'lets git accept any certificate',
    pattern: /\bGIT_SSL_NO_VERIFY=(?:1|true)\b|http\.sslVerify[=\s]+["']?false/i,
  },
  {
    key: 'npm-insecure',
    text: 'lets npm accept any certificate',
    pattern: /\bstrict-ssl[=\s]+["']?false|\bNPM_CONFIG_STRICT_SSL=["']?(?:false|0)/i,
  },
  {
    key: 'node-insecure',
    text: 'lets Node.js accept any certificate',
    pattern: /\bNODE_TLS_REJECT_UNAUTHORIZED=["']?0/,
  },
  {
    key: 'python-insecure',
    text: 'lets Python accept any certificate',
    pattern: /\bPYTHONHTTPSVERIFY=["']?0/,
  },
  {
    key: 'pip-insecure',
    text: 'lets pip accept any certificate',
    pattern: /\s--trusted-host(?:[=\s]\S{1,200})?/,
    isRemovable: true,
  },
  {
    key: 'apt-unsigned',
    text: 'installs Debian packages without checking their signature',
    pattern: /\s(?:--allow-unauthenticated|--force-yes|--allow-insecure-repositories)(?=\s|$)/,
    isRemovable: true,
  },
  {
    key: 'apt-untrusted',
    text: 'takes Debian packages from a source whose signature is not checked',
    pattern:
      /\[\s*[^\]\n]{0,80}trusted=yes|Acquire::\w{1,40}::Verify-Peer["'=\s]{1,4}false|APT::Get::AllowUnauthenticated["'=\s]{1,4}(?:true|1)/i,
  },
  {
    key: 'apk-unsigned',
    text: 'installs Alpine packages without checking their signature',
    pattern: /\s--allow-untrusted(?=\s|$)/,
    isRemovable: true,
  },
  {
    key: 'rpm-unsigned',
    text: 'installs RPM packages without checking their signature',
    pattern: /\s--(?:nogpgcheck|no-gpg-checks|nosignature|nodigest)(?=\s|$)/,
    isRemovable: true,
  },
  {
    key: 'plain-http',
    text: 'downloads over plain HTTP',
    pattern: new RegExp(
      String.raw`${fetch}[^|;&\n]{0,800}?\bhttp:\/\/(?!localhost|127\.|\[::1\])[^\s"']{1,400}`,
    ),
  },
];

/** Options of curl that switch the check off: alone, or among other short ones. */
export const insecureCurl = /^(?:--insecure|-(?!-)(?=[a-zA-Z]*k)[a-zA-Z]{1,12})$/;

/** OpenClaw from npm in whatever version is newest. */
export const unpinnedPackage =
  /^["']?(?:openclaw|clawdbot|moltbot)(?:@(?:latest|beta|next|stable|[\^~][\w.-]{1,40}))?["']?$/;

/** OpenClaw's sources from whatever its branch is by then. */
export const unpinnedClone =
  /\bgit\s+clone\s[^;&|\n]{0,300}github\.com[/:](?:openclaw|clawdbot|moltbot)\/[\w.-]{1,60}/;
