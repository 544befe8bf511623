/** A named set of hosts that `egress.allow` can take as one word. */
export interface EgressGroup {
  kind: 'models' | 'channels' | 'tools';
  /** What becomes reachable and when it is needed. */
  doc: string;
  /** Hosts as in EgressRule: a leading dot means the name and everything below it. All on TCP port 443. */
  hosts: readonly string[];
}

/**
 * Hosts that OpenClaw 2026.9.6 and its channel plugins of the same version really call: the model API or the channel itself,
 * without telemetry, documentation or usage pages.
 */
export const EGRESS_GROUPS = {
  anthropic: { kind: 'models', doc: 'Claude models with an API key.', hosts: ['api.anthropic.com'] },
  cerebras: { kind: 'models', doc: 'Models on Cerebras.', hosts: ['api.cerebras.ai'] },
  chatgpt: {
    kind: 'models',
    doc: 'OpenAI models with a ChatGPT subscription: sign-in and the model.',
    hosts: ['auth.openai.com', 'chatgpt.com'],
  },
  claude: {
    kind: 'models',
    doc: 'Claude models with a Claude subscription: sign-in; needs the group anthropic too.',
    hosts: ['claude.ai', 'platform.claude.com'],
  },
  deepseek: { kind: 'models', doc: 'DeepSeek models.', hosts: ['api.deepseek.com'] },
  google: {
    kind: 'models',
    doc: 'Gemini models with an API key.',
    hosts: ['generativelanguage.googleapis.com'],
  },
  groq: { kind: 'models', doc: 'Models on Groq.', hosts: ['api.groq.com'] },
  huggingface: {
    kind: 'models',
    doc: 'Models behind the Hugging Face router.',
    hosts: ['router.huggingface.co'],
  },
  minimax: { kind: 'models', doc: 'MiniMax models.', hosts: ['api.minimax.io'] },
  mistral: { kind: 'models', doc: 'Mistral models.', hosts: ['api.mistral.ai'] },
  moonshot: { kind: 'models', doc: 'Kimi models.', hosts: ['api.moonshot.ai'] },
  nvidia: { kind: 'models', doc: 'Models on NVIDIA’s API.', hosts: ['integrate.api.nvidia.com'] },
  'ollama-cloud': {
    kind: 'models',
    doc: 'Models in Ollama’s cloud; an Ollama of your own is a host entry.',
    hosts: ['ollama.com'],
  },
  openai: { kind: 'models', doc: 'OpenAI models with an API key.', hosts: ['api.openai.com'] },
  openrouter: { kind: 'models', doc: 'Models behind OpenRouter.', hosts: ['openrouter.ai'] },
  together: { kind: 'models', doc: 'Models on Together.', hosts: ['api.together.xyz'] },
  venice: { kind: 'models', doc: 'Models on Venice.', hosts: ['api.venice.ai'] },
  xai: { kind: 'models', doc: 'Grok models.', hosts: ['api.x.ai'] },
  zai: { kind: 'models', doc: 'GLM models.', hosts: ['api.z.ai'] },
  // Channels: those with a leading dot get host names from the service at run time, one per region or file.
  discord: {
    kind: 'channels',
    doc: 'The Discord channel: API, gateway and attachments.',
    hosts: ['discord.com', '.discord.gg', 'cdn.discordapp.com', 'media.discordapp.net'],
  },
  slack: { kind: 'channels', doc: 'The Slack channel: API, sockets and files.', hosts: ['.slack.com'] },
  telegram: { kind: 'channels', doc: 'The Telegram channel.', hosts: ['api.telegram.org'] },
  whatsapp: {
    kind: 'channels',
    doc: 'The WhatsApp channel: web socket and media.',
    hosts: ['web.whatsapp.com', '.whatsapp.net'],
  },
  clawhub: {
    kind: 'tools',
    doc: 'ClawHub, where skills come from. Read a skill before you install it.',
    hosts: ['clawhub.ai'],
  },
  deepgram: { kind: 'tools', doc: 'Speech to text with Deepgram.', hosts: ['api.deepgram.com'] },
  elevenlabs: { kind: 'tools', doc: 'Text to speech with ElevenLabs.', hosts: ['api.elevenlabs.io'] },
} as const satisfies Record<string, EgressGroup>;

export type EgressGroupName = keyof typeof EGRESS_GROUPS;

export const EGRESS_GROUP_NAMES = Object.keys(EGRESS_GROUPS) as [EgressGroupName, ...EgressGroupName[]];

export function isEgressGroupName(name: string): name is EgressGroupName {
  return Object.hasOwn(EGRESS_GROUPS, name);
}

/** Port of every host of a group. */
export const DEFAULT_EGRESS_PORT = 443;
