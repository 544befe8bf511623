/** Groups of OpenClaw's tool policy, as its documentation lists them; those that this measure can meet. */
const groups: Record<string, readonly string[]> = {
  'group:runtime': ['exec', 'process', 'code_execution'],
  'group:fs': ['read', 'write', 'edit', 'apply_patch'],
  'group:sessions': [
    'sessions',
    'sessions_list',
    'sessions_history',
    'sessions_search',
    'conversations_list',
    'conversations_send',
    'conversations_turn',
    'sessions_send',
    'sessions_spawn',
    'sessions_yield',
    'subagents',
    'session_status',
    'suggest_task',
    'dismiss_task',
  ],
  'group:ui': ['browser', 'screen', 'theme', 'dashboard', 'terminal', 'portal', 'canvas', 'show_widget'],
  'group:agents': [
    'agents_list',
    'get_goal',
    'create_goal',
    'update_goal',
    'progress_card',
    'ask_user',
    'skill_workshop',
  ],
  'group:automation': ['heartbeat_respond', 'cron', 'gateway'],
};

/** Names and aliases in older configurations. */
const aliases: Record<string, string> = { automations: 'cron', bash: 'exec' };

/** Tools that a list of names and groups stands for; a group that is not known stays as it is. */
export function toolsNamed(list: unknown): string[] {
  const names = Array.isArray(list) ? list.map((name) => String(name).toLowerCase()) : [];
  return names.flatMap((name) => groups[name] ?? [aliases[name] ?? name]);
}
