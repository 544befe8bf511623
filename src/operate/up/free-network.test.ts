import { expect, test } from 'vitest';
import { engineCallFailed } from '../../errors/engine-errors.ts';
import { fakeUpContext } from '../testing/fake-up-context.ts';
import { network } from '../../engine/fake/fake-docker.ts';
import { leaveOtherAddresses, onFreeNetwork } from './free-network.ts';

const taken = engineCallFailed('start the containers', 'addresses-taken', 'Pool overlaps');

test('addresses that another deployment took are chosen anew, without what was made', async () => {
  const context = fakeUpContext();
  const downs = watchDowns(context);
  let turns = 0;
  const result = await onFreeNetwork(context, async () => {
    turns += 1;
    if (turns < 3) throw taken;
    return turns;
  });
  expect([result, downs()]).toEqual([3, 2]);
});

test('it ends, and other errors end it at once', async () => {
  const context = fakeUpContext();
  const downs = watchDowns(context);
  const failing = (error: Error) => (): Promise<never> => Promise.reject(error);
  await expect(onFreeNetwork(context, failing(taken))).rejects.toBe(taken);
  expect(downs()).toBe(3);
  const other = engineCallFailed('start the containers', 'other', 'boom');
  await expect(onFreeNetwork(context, failing(other))).rejects.toBe(other);
  await expect(onFreeNetwork(context, failing(new TypeError('bug')))).rejects.toThrow('bug');
  expect(downs()).toBe(3);
});

test.each([
  ['neither network is there', [], 0],
  [
    'both have the chosen blocks',
    [
      ['openclaw_cage', '172.30.224.0/28'],
      ['openclaw_front', '172.30.224.16/28'],
    ],
    0,
  ],
  ['the one that a killed run made has another', [['openclaw_cage', '172.30.225.0/28']], 1],
  [
    'the second has another',
    [
      ['openclaw_cage', '172.30.224.0/28'],
      ['openclaw_front', '172.30.9.16/28'],
    ],
    1,
  ],
] as const)('networks are removed when Compose could not use them: %s', async (_, networks, downs) => {
  const context = fakeUpContext();
  const counted = watchDowns(context);
  for (const [name, block] of networks) context.docker.networks.set(name, network(name, block));
  await leaveOtherAddresses(context, '172.30.224.0/28');
  expect(counted()).toBe(downs);
});

function watchDowns(context: ReturnType<typeof fakeUpContext>): () => number {
  let count = 0;
  context.compose.down = () => {
    count += 1;
    return Promise.resolve();
  };
  return () => count;
}
