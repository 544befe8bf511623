import type { CallRecord, HostileScript, ScriptedCall } from './script.ts';

/** Body of a request to /chat/completions, as far as it matters. */
export interface CompletionRequest {
  model?: unknown;
  stream?: unknown;
  messages?: unknown;
  tools?: unknown;
}

export interface WireCall {
  id: string;
  name: string;
  arguments: string;
}

/** What the model says next. */
export type Answer = { text: string } | { calls: WireCall[] };

/** More of a result is no evidence, only memory. */
const MOST_TEXT = 16_000;
/** A call without an answer is asked for again, as after a lost connection, and then left. */
const MOST_ASKED = 3;
/** Calls asked for at once: a request takes the agent's runtime longer than a call. */
const MOST_AT_ONCE = 8;
/** Tool of the agent's runtime that calls a tool whose description was not sent along. */
const BRIDGE = 'tool_call';
/** The runtime did not make a call: something else came up, or it was too busy. */
const NOT_MADE = /^Skipped (?:to process|due to) |gateway request timeout|worker task timed out/;
const END = 'Done.';

interface Message {
  role: string;
  text: string;
  callId?: string;
}

/**
 * A model that asks for its calls, step by step, whatever it is told. What it asks next follows from the answers in the
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
    const calls = this.#next().map((call) => this.#ask(call, tools));
    return calls.length === 0 ? { text: END } : { calls };
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
    if (this.#isOurs(messages)) return;
    for (const word of this.#script.watch)
      if (messages.some(({ role, text }) => role === 'user' && text.includes(word))) this.#heard.add(word);
  }

  #gather(messages: readonly Message[]): void {
    const answers = new Map(
      messages.flatMap(({ callId, text }) => (callId === undefined ? [] : [[callId, text] as const])),
    );
    this.#script.calls.forEach(({ id }, index) => {
      const record = this.#records.get(id);
      if (record === undefined || record.result !== undefined) return;
      const asked = this.#asked.get(id) ?? 0;
      for (let times = asked; times > 0; times -= 1) {
        const text = answers.get(callIdOf(index, times));
        if (text === undefined || (NOT_MADE.test(text) && asked < MOST_ASKED)) continue;
        record.result = text.slice(0, MOST_TEXT);
        return;
      }
    });
  }

  /** Of the lowest step that is not done. */
  #next(): ScriptedCall[] {
    const open = this.#script.calls.filter(
      ({ id }) => this.#records.get(id)?.result === undefined && (this.#asked.get(id) ?? 0) < MOST_ASKED,
    );
    const step = Math.min(...open.map((call) => call.step ?? 0));
    return open.filter((call) => (call.step ?? 0) === step).slice(0, MOST_AT_ONCE);
  }

  #ask(call: ScriptedCall, tools: readonly string[]): WireCall {
    const asked = (this.#asked.get(call.id) ?? 0) + 1;
    this.#asked.set(call.id, asked);
    const record = this.#records.get(call.id) ?? this.#recordOf(call, tools);
    this.#records.set(call.id, record);
    const given = JSON.stringify(call.arguments);
    return {
      id: callIdOf(this.#script.calls.indexOf(call), asked),
      ...(record.via === 'bridge'
        ? { name: BRIDGE, arguments: JSON.stringify({ id: call.tool, args: call.arguments }) }
        : { name: call.tool, arguments: given }),
    };
  }

  #recordOf({ id, tool, byName }: ScriptedCall, tools: readonly string[]): CallRecord {
    const isBridged = byName !== true && tools.includes(BRIDGE);
    const via = tools.includes(tool) ? 'direct' : isBridged ? 'bridge' : 'unoffered';
    return { id, tool, via, at: Math.round(performance.now() - this.#began) };
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

/** Letters and digits only, of one length: runtimes rewrite other ids. Each time another one, so that answers differ. */
function callIdOf(index: number, times: number): string {
  return `call${String(index).padStart(4, '0')}${times}`;
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
