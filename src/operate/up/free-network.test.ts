import { expect, test } from 'vitest';
import { engineCallFailed } from '../../errors/engine-errors.ts';
import { fakeUpContext } from '../testing/fake-up-context.ts';
import { onFreeNetwork } from './free-network.ts';

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

function watchDowns(context: ReturnType<typeof fakeUpContext>): () => number {
  let count = 0;
  context.compose.down = () => {
    count += 1;
    return Promise.resolve();
  };
  return () => count;
}
