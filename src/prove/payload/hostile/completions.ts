import type { Answer } from './conversation.ts';

/** Any number: a model that counts nothing makes some runtimes shorten the conversation. */
const USAGE = { prompt_tokens: 1000, completion_tokens: 10, total_tokens: 1010 };

/** An answer as one JSON body. Format: OpenAI's chat completions. */
export function completionOf(answer: Answer, model: string): unknown {
  const { message, finish } = parts(answer);
  return {
    ...head('chat.completion', model),
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish }],
    usage: USAGE,
  };
}

/** An answer as server-sent events. */
export function eventsOf(answer: Answer, model: string): string {
  const { delta, finish } = parts(answer);
  const chunk = (rest: unknown): string =>
    `data: ${JSON.stringify({ ...head('chat.completion.chunk', model), ...(rest as object) })}\n\n`;
  return [
    chunk({ choices: [{ index: 0, delta: { role: 'assistant', ...delta }, finish_reason: null }] }),
    chunk({ choices: [{ index: 0, delta: {}, finish_reason: finish }] }),
    chunk({ choices: [], usage: USAGE }),
    'data: [DONE]\n\n',
  ].join('');
}

function head(object: string, model: string): Record<string, unknown> {
  return { id: 'chatcmpl-1', object, created: 1, model };
}

function parts(answer: Answer): { message: object; delta: object; finish: string } {
  if ('text' in answer) {
    const message = { content: answer.text };
    return { message, delta: message, finish: 'stop' };
  }
  const calls = answer.calls.map(({ id, name, arguments: given }) => ({
    id,
    type: 'function',
    function: { name, arguments: given },
  }));
  return {
    message: { content: null, tool_calls: calls },
    delta: { content: null, tool_calls: calls.map((call, index) => ({ index, ...call })) },
    finish: 'tool_calls',
  };
}
