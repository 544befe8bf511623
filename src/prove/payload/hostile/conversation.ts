import type { CallRecord, HostileScript, ScriptedCall } from './script.ts';

/** Body of a request to /chat/completions, as far as it matters. */
export interface CompletionRequest {
  model?: unknown;
  stream?: unknown;
  messages?: unknown;
  tools?: unknown;
}

/** What the model says next. */
export type Answer = { text: string } | { call: { id: string; name: string; arguments: string } };

/** More of a result is no evidence, only memory. */
const MOST_TEXT = 16_000;
/** A call without an answer is asked for once more, as after a lost connection, and then left. */
const MOST_ASKED = 2;
/** Tool of the agent's runtime that calls a tool whose description was not sent along. */
const BRIDGE = 'tool_call';
const END = 'Done.';

interface Message {
  role: string;
  text: string;
  callId?: string;
}

/**
 * A model that asks for one call after the other, whatever it is told. What it asks next follows from the answers in the
 * conversation that it is shown, so that a repeated request gets the same answer and a shortened history no call twice.
 */
export class HostileConversation {
  readonly #script: HostileScript;
  readonly #began = performance.now();
  readonly #records = new Map<string, CallRecord>();
  readonly #asked = new Map<string, number>();
  readonly #offered = new Set<string>();
  readonly #heard = new Set<string>();

  constructor(script: HostileScript) {
    this.#script = script;
  }

  answer(request: CompletionRequest): Answer {
    const messages = messagesOf(request.messages);
    const tools = toolsOf(request.tools);
    if (!this.#isTurn(messages, tools)) {
      this.#listen(messages);
      return { text: END };
    }
    for (const tool of tools) this.#offered.add(tool);
    this.#gather(messages);
    const next = this.#next();
    if (next === undefined) return { text: END };
    const record = this.#records.get(next.call.id) ?? this.#recordOf(next.call, tools);
    this.#records.set(next.call.id, record);
    return { call: { id: next.callId, ...wireCall(record) } };
  }

  /** Requests beside the turn: titles and summaries bring no tools, agents of their own do not bring our words. */
  #isTurn(messages: readonly Message[], tools: readonly string[]): boolean {
    return tools.length > 0 && this.#isOurs(messages);
  }

  #isOurs(messages: readonly Message[]): boolean {
    return messages.some(({ role, text }) => role === 'user' && text.includes(this.#script.message));
  }

  #listen(messages: readonly Message[]): void {
    // A summary of this turn repeats all of its words.
    if (messages.some(({ text }) => text.includes(this.#script.message))) return;
    for (const word of this.#script.watch)
      if (messages.some(({ role, text }) => role === 'user' && text.includes(word))) this.#heard.add(word);
  }

  #gather(messages: readonly Message[]): void {
    const answers = new Map(messages.flatMap(({ callId, text }) => (callId === undefined ? [] : [[callId, text]])));
    this.#script.calls.forEach(({ id }, index) => {
      const record = this.#records.get(id);
      const text = answers.get(callIdOf(index));
      if (record !== undefined && text !== undefined) record.result ??= text.slice(0, MOST_TEXT);
    });
  }

  #recordOf({ id, tool, arguments: given, byName }: ScriptedCall, tools: readonly string[]): CallRecord {
    const isBridged = byName !== true && tools.includes(BRIDGE);
    const via = tools.includes(tool) ? 'direct' : isBridged ? 'bridge' : 'unoffered';
    return { id, tool, arguments: given, via, at: Math.round(performance.now() - this.#began) };
  }

  #next(): { call: ScriptedCall; callId: string } | undefined {
    for (const [index, call] of this.#script.calls.entries()) {
      const asked = this.#asked.get(call.id) ?? 0;
      if (this.#records.get(call.id)?.result !== undefined || asked >= MOST_ASKED) continue;
      this.#asked.set(call.id, asked + 1);
      return { call, callId: callIdOf(index) };
    }
    return undefined;
  }

  get isOver(): boolean {
    return this.#script.calls.every(({ id }) => this.#records.get(id)?.result !== undefined);
  }

  get calls(): CallRecord[] {
    return this.#script.calls.flatMap(({ id }) => this.#records.get(id) ?? []);
  }

  get offered(): string[] {
    return [...this.#offered].toSorted();
  }

  get heard(): string[] {
    return [...this.#heard];
  }
}

/** Letters and digits only, of one length: runtimes rewrite other ids. */
function callIdOf(index: number): string {
  return `call${String(index).padStart(5, '0')}`;
}


function wireCall({ tool, arguments: given, via }: CallRecord): { name: string; arguments: string } {
  return via === 'bridge'
    ? { name: BRIDGE, arguments: JSON.stringify({ id: tool, args: given }) }
    : { name: tool, arguments: JSON.stringify(given) };
}

function messagesOf(value: unknown): Message[] {
  return listOf(value).map(({ role, content, tool_call_id: callId }) => ({
    role: typeof role === 'string' ? role : '',
    text: textOf(content),
    ...(role === 'tool' && typeof callId === 'string' ? { callId } : {}),
  }));
}

function toolsOf(value: unknown): string[] {
  return listOf(value).flatMap(({ function: described }) => {
    const name = isObject(described) ? described['name'] : undefined;
    return typeof name === 'string' ? [name] : [];
  });
}

/** Content is a text, or a list of parts of which some are texts. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return listOf(content)
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('\n');
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
