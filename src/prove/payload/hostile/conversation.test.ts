import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { HostileConversation, type WireCall } from './conversation.ts';
import type { HostileScript, ScriptedCall } from './script.ts';

const BRIDGED = [tool('read'), tool('tool_call')];

function tool(name: string): unknown {
  return { type: 'function', function: { name, parameters: {} } };
}

function script(calls: ScriptedCall[]): HostileScript {
  return {
    modelPort: 1,
    gatewayPort: 2,
    message: 'cp-turn',
    calls,
    watch: ['cp-child'],
    page: '',
    timeoutMs: 1,
  };
}

const call = (id: string, step = 0): ScriptedCall => ({ id, tool: 'read', arguments: { path: id }, step });
const user = { role: 'user', content: [{ type: 'text', text: 'go on: cp-turn' }] };

/** Plays the agent's runtime until the model has enough. @returns arguments in the order in which they were asked for */
function play(conversation: HostileConversation, answer: (call: WireCall) => string | undefined): string[] {
  const messages: unknown[] = [user];
  const asked: string[] = [];
  for (let turn = 0; turn < 200; turn += 1) {
    const said = conversation.answer({ messages, tools: BRIDGED });
    if ('text' in said) return asked;
    for (const wire of said.calls) {
      asked.push(wire.arguments);
      const content = answer(wire);
      if (content !== undefined) messages.push({ role: 'tool', tool_call_id: wire.id, content });
    }
  }
  throw new Error('it never ends');
}

describe('a hostile conversation', () => {
  test('asks step by step, several calls at once, and notes what came back', () => {
    const conversation = new HostileConversation(script([call('late', 3), call('a'), call('b')]));
    expect(play(conversation, (wire) => `got ${wire.arguments}`)).toEqual([
      '{"path":"a"}',
      '{"path":"b"}',
      '{"path":"late"}',
    ]);
    expect(conversation.calls.map(({ id, via, result }) => [id, via, result])).toEqual([
      ['late', 'direct', 'got {"path":"late"}'],
      ['a', 'direct', 'got {"path":"a"}'],
      ['b', 'direct', 'got {"path":"b"}'],
    ]);
  });

  test('a repeated request gets the same calls under other ids, and the answer to either counts', () => {
    const conversation = new HostileConversation(script([call('a')]));
    const first = conversation.answer({ messages: [user], tools: BRIDGED });
    const again = conversation.answer({ messages: [user], tools: BRIDGED });
    expect(again).toMatchObject({ calls: [{ name: 'read', arguments: '{"path":"a"}' }] });
    if ('text' in first) throw new Error('nothing was asked');
    const answered = { role: 'tool', tool_call_id: first.calls[0]?.id, content: 'late' };
    expect(conversation.answer({ messages: [user, answered], tools: BRIDGED })).toEqual({ text: 'Done.' });
    expect(conversation.calls[0]?.result).toBe('late');
  });

  test('a call that the runtime did not make is asked for again, and one without an answer is left in the end', () => {
    const conversation = new HostileConversation(script([call('skipped'), call('lost')]));
    let skips = 1;
    const asked = play(conversation, ({ arguments: given }) => {
      if (given.includes('lost')) return undefined;
      return skips-- > 0 ? 'Skipped to process an incoming message.' : 'made';
    });
    expect(asked.filter((each) => each.includes('lost'))).toHaveLength(3);
    expect(conversation.calls.map(({ id, result }) => [id, result])).toEqual([
      ['skipped', 'made'],
      ['lost', undefined],
    ]);
  });

  test('a call for which the runtime is too busy every time keeps its last answer', () => {
    const conversation = new HostileConversation(script([call('busy')]));
    expect(play(conversation, () => 'gateway request timeout for chat.history')).toHaveLength(3);
    expect(conversation.calls[0]?.result).toContain('timeout');
  });

  test('what was not offered goes through the bridge, or by its own name', () => {
    const hidden: ScriptedCall = { id: 'x', tool: 'exec', arguments: { command: 'id' } };
    const bridged = new HostileConversation(script([hidden]));
    expect(bridged.answer({ messages: [user], tools: BRIDGED })).toMatchObject({
      calls: [{ name: 'tool_call', arguments: '{"id":"exec","args":{"command":"id"}}' }],
    });
    const named = new HostileConversation(script([{ ...hidden, byName: true }]));
    expect(named.answer({ messages: [user], tools: BRIDGED })).toMatchObject({ calls: [{ name: 'exec' }] });
    expect(named.calls).toMatchObject([{ via: 'unoffered' }]);
    const plain = new HostileConversation(script([hidden]));
    expect(plain.answer({ messages: [user], tools: [tool('read')] })).toMatchObject({
      calls: [{ name: 'exec' }],
    });
  });

  test('titles and summaries are answered and take no call; other conversations are listened to', () => {
    const conversation = new HostileConversation(script([call('a')]));
    expect(conversation.answer({ messages: [user] })).toEqual({ text: 'Done.' });
    const summary = { role: 'user', content: 'sum up: cp-turn cp-child' };
    expect(conversation.answer({ messages: [summary], tools: [] })).toEqual({ text: 'Done.' });
    expect(conversation.heard).toEqual([]);
    conversation.answer({ messages: [{ role: 'user', content: 'task: cp-child' }], tools: BRIDGED });
    expect(conversation.heard).toEqual(['cp-child']);
    expect(conversation.calls).toEqual([]);
    expect(conversation.answer({ messages: [user], tools: BRIDGED })).toHaveProperty('calls');
  });

  test.each([
    [undefined],
    [null],
    ['text'],
    [[null, 3, { role: 'user' }]],
    [[{ content: [{ type: 'image' }] }]],
  ])('survives messages that are %j', (messages) => {
    const conversation = new HostileConversation(script([call('a')]));
    expect(conversation.answer({ messages, tools: messages })).toEqual({ text: 'Done.' });
  });

  property.prop([fc.array(fc.record({ step: fc.nat(4), isLost: fc.boolean() }), { maxLength: 40 })])(
    'asks for every call, never a later step before an earlier one has been dealt with, and ends',
    (plan) => {
      const calls = plan.map(({ step }, index) => call(`c${index}.`, step));
      const conversation = new HostileConversation(script(calls));
      const stepsInOrder = play(conversation, ({ arguments: given }) => {
        const index = Number(/c(\d+)\./.exec(given)?.[1]);
        return plan[index]?.isLost === true ? undefined : 'ok';
      }).map((given) => plan[Number(/c(\d+)\./.exec(given)?.[1])]?.step ?? 0);
      expect(stepsInOrder).toEqual(stepsInOrder.toSorted());
      expect(conversation.calls.map(({ result }) => result === 'ok')).toEqual(
        plan.map(({ isLost }) => !isLost),
      );
    },
  );
});
