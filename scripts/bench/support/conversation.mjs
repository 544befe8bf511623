import { execFileSync, spawn } from 'node:child_process';

const PORT = 28_762;
const MESSAGE = 'Which word shall be remembered?';

/** A model on loopback of the gateway's container that always says one thing, streamed as OpenAI's do. */
const MODEL = `
const [port, says] = process.argv.slice(1);
require('node:http').createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => (body += chunk)).on('end', () => {
    const asked = JSON.parse(body || '{}');
    const head = { id: 'answer', created: 1, model: asked.model };
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    if (asked.stream !== true) {
      const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: says } }];
      return response.setHeader('content-type', 'application/json').end(JSON.stringify({ ...head, object: 'chat.completion', choices, usage }));
    }
    const chunk = (delta, finish_reason, more = {}) => 'data: ' + JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }], ...more }) + '\\n\\n';
    response.setHeader('content-type', 'text/event-stream');
    response.end(chunk({ role: 'assistant', content: says }, null) + chunk({}, 'stop', { usage }) + 'data: [DONE]\\n\\n');
  });
}).listen(Number(port), '127.0.0.1');
process.stdin.resume().on('end', () => process.exit());`;

/** The user's part of openclaw.json of an agent that asks that model. */
export const SETTINGS = {
  models: {
    providers: {
      scripted: {
        baseUrl: `http://127.0.0.1:${PORT}/v1`,
        apiKey: 'none',
        api: 'openai-completions',
        models: [{ id: 'echo', name: 'echo', contextWindow: 200_000, maxTokens: 8192 }],
      },
    },
  },
  agents: { defaults: { model: { primary: 'scripted/echo' } } },
};

/** Has the agent in a gateway's container say `word` in a turn of its main session. The model is gone afterwards. */
export function converse(container, word) {
  const args = ['exec', '--interactive', container, 'node', '-e', MODEL, String(PORT), word];
  const model = spawn('docker', args, { stdio: ['pipe', 'ignore', 'inherit'] });
  try {
    inside(container, 'openclaw', 'agent', '--agent', 'main', '--message', MESSAGE, '--json');
  } finally {
    model.stdin.end();
  }
}

/** What the main session has, as the gateway tells it: every text of a user or an agent, in their order. */
function history(container) {
  const params = JSON.stringify({ sessionKey: 'agent:main:main', limit: 200 });
  const answer = inside(
    container,
    'openclaw',
    'gateway',
    'call',
    'chat.history',
    '--params',
    params,
    '--json',
  );
  const { messages = [] } = JSON.parse(answer);
  return messages.map(({ role, content }) => `${role}: ${textOf(content)}`);
}

/** Does the gateway still know that the agent said this word? */
export function remembers(container, word) {
  return history(container).some((line) => line.startsWith('assistant: ') && line.includes(word));
}

function textOf(content) {
  if (typeof content === 'string') return content;
  return (content ?? [])
    .map((part) => part.text ?? '')
    .join(' ')
    .trim();
}

function inside(container, ...args) {
  return execFileSync('docker', ['exec', container, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 ** 2,
  }).trim();
}
