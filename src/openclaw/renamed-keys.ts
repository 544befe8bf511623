/** A key of older versions, and where its value stands today. */
export interface RenamedKey {
  /** Dotted path; `*` stands for any one key. */
  from: string;
  /** Dotted path with the same `*`; null = nothing takes its place. */
  to: string | null;
}

/**
 * Keys that the version of `known-keys.generated.ts` no longer knows and whose values can be taken over as they are, or left
 * out. From the table of migrations in OpenClaw's documentation; `openclaw doctor --fix` knows each for about two months.
 * Keys whose first version without them is known stand in `retired-keys.ts`.
 */
export const RENAMED_KEYS: readonly RenamedKey[] = [
  { from: 'memorySearch', to: 'memory.search' },
  { from: 'agents.defaults.memorySearch', to: 'memory.search' },
  { from: 'agents.entries.*.memorySearch', to: 'agents.entries.*.memory.search' },
  { from: 'messages.tts', to: 'tts' },
  { from: 'session.idleMinutes', to: 'session.reset.idleMinutes' },
  { from: 'web.enabled', to: 'channels.whatsapp.enabled' },
  { from: 'media', to: 'attachments' },
  { from: 'defaultModel', to: 'agents.defaults.model' },
  { from: 'agents.defaults.pdfMaxBytesMb', to: 'agents.defaults.pdfMaxMb' },
  { from: 'gateway.nodes.skills.enabled', to: 'gateway.nodes.allowSkills' },
  { from: 'channels.*.heartbeat', to: 'channels.*.heartbeatVisibility' },
  { from: 'channels.feishu.accounts.*.botName', to: 'channels.feishu.accounts.*.name' },
  { from: 'tools.media.asyncCompletion', to: null },
  { from: 'agents.defaults.llm', to: null },
  { from: 'agents.defaults.systemPromptOverride', to: null },
  { from: 'agents.defaults.silentReplyRewrite', to: null },
  { from: 'browser.relayBindHost', to: null },
  { from: 'commands.modelsWrite', to: null },
  { from: 'diagnostics.memoryPressureSnapshot', to: null },
  { from: 'gateway.webchat', to: null },
  { from: 'session.maintenance.rotateBytes', to: null },
  { from: 'session.parentForkMaxTokens', to: null },
  { from: 'tui', to: null },
];

/** The entry for a path, with the `*` of its new place filled in; undefined when the path was not renamed. */
export function renamedKey(path: readonly (string | number)[]): { to: (string | number)[] | null } | undefined {
  for (const { from, to } of RENAMED_KEYS) {
    const steps = from.split('.');
    if (steps.length !== path.length || !steps.every((step, index) => step === '*' || step === path[index])) continue;
    const names = path.filter((_, index) => steps[index] === '*');
    return { to: to === null ? null : to.split('.').map((step) => (step === '*' ? (names.shift() ?? step) : step)) };
  }
  return undefined;
}
