/** A named set of hosts that `egress.allow` can take as one word. */
export interface EgressGroup {
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
  // Model providers.
  anthropic: { doc: 'Claude models with an API key.', hosts: ['api.anthropic.com'] },
  cerebras: { doc: 'Models on Cerebras.', hosts: ['api.cerebras.ai'] },
  chatgpt: { doc: 'OpenAI models with a ChatGPT subscription: sign-in and the model.', hosts: ['auth.openai.com', 'chatgpt.com'] },
  claude: { doc: 'Claude models with a Claude subscription: sign-in; needs the group anthropic too.', hosts: ['claude.ai', 'platform.claude.com'] },
  deepseek: { doc: 'DeepSeek models.', hosts: ['api.deepseek.com'] },
  google: { doc: 'Gemini models with an API key.', hosts: ['generativelanguage.googleapis.com'] },
  groq: { doc: 'Models on Groq.', hosts: ['api.groq.com'] },
  huggingface: { doc: 'Models behind the Hugging Face router.', hosts: ['router.huggingface.co'] },
  minimax: { doc: 'MiniMax models.', hosts: ['api.minimax.io'] },
  mistral: { doc: 'Mistral models.', hosts: ['api.mistral.ai'] },
  moonshot: { doc: 'Kimi models.', hosts: ['api.moonshot.ai'] },
  nvidia: { doc: 'Models on NVIDIA’s API.', hosts: ['integrate.api.nvidia.com'] },
  'ollama-cloud': { doc: 'Models in Ollama’s cloud; an Ollama of your own is a host entry.', hosts: ['ollama.com'] },
  openai: { doc: 'OpenAI models with an API key.', hosts: ['api.openai.com'] },
  openrouter: { doc: 'Models behind OpenRouter.', hosts: ['openrouter.ai'] },
  together: { doc: 'Models on Together.', hosts: ['api.together.xyz'] },
  venice: { doc: 'Models on Venice.', hosts: ['api.venice.ai'] },
  xai: { doc: 'Grok models.', hosts: ['api.x.ai'] },
  zai: { doc: 'GLM models.', hosts: ['api.z.ai'] },
  // Channels. Those with a leading dot get host names from the service at run time, one per region or file.
  discord: { doc: 'The Discord channel: API, gateway and attachments.', hosts: ['discord.com', '.discord.gg', 'cdn.discordapp.com', 'media.discordapp.net'] },
  slack: { doc: 'The Slack channel: API, sockets and files.', hosts: ['.slack.com'] },
  telegram: { doc: 'The Telegram channel.', hosts: ['api.telegram.org'] },
  whatsapp: { doc: 'The WhatsApp channel: web socket and media.', hosts: ['web.whatsapp.com', '.whatsapp.net'] },
  // Tools and speech.
  clawhub: { doc: 'ClawHub, where skills come from. Read a skill before you install it.', hosts: ['clawhub.ai'] },
  deepgram: { doc: 'Speech to text with Deepgram.', hosts: ['api.deepgram.com'] },
  elevenlabs: { doc: 'Text to speech with ElevenLabs.', hosts: ['api.elevenlabs.io'] },
} as const satisfies Record<string, EgressGroup>;

export type EgressGroupName = keyof typeof EGRESS_GROUPS;

export const EGRESS_GROUP_NAMES = Object.keys(EGRESS_GROUPS) as [EgressGroupName, ...EgressGroupName[]];

export function isEgressGroupName(name: string): name is EgressGroupName {
  return Object.hasOwn(EGRESS_GROUPS, name);
}

/** Port of every host of a group. */
export const DEFAULT_EGRESS_PORT = 443;
