import { afterEach, expect, test } from 'vitest';
import type { Thread } from '../threads.ts';
import { createNodeThreads } from './threads.ts';

const ANSWER = `
const { parentPort, workerData } = require('node:worker_threads');
parentPort.on('message', (question) => {
  if (question === 'fail') throw new Error('it fails');
  if (question === 'hang') for (;;);
  parentPort.postMessage(question === 'environment' ? Object.keys(process.env) : [workerData, question]);
});`;

const open: Thread[] = [];

async function started(program = ANSWER): Promise<Thread> {
  const thread = await createNodeThreads().start(program, 'data');
  if (thread === null) throw new Error('no thread was given');
  open.push(thread);
  return thread;
}

afterEach(() => {
  for (const thread of open.splice(0)) thread.close();
});

test('a thread answers all questions in their order', async () => {
  const thread = await started();
  const answers = await Promise.all([1, 2, 3].map((question) => thread.ask(question)));
  expect(answers).toEqual([1, 2, 3].map((question) => ['data', question]));
});

test('a thread sees nothing of the environment', async () => {
  expect(await (await started()).ask('environment')).toEqual([]);
});

test('the error of a thread ends all questions, later ones too', async () => {
  const thread = await started();
  const both = await Promise.allSettled([thread.ask('fail'), thread.ask(1)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(thread.ask(2)).rejects.toThrow('it fails');
});

test('a thread that hangs can be closed', async () => {
  const thread = await started();
  const hanging = thread.ask('hang');
  thread.close();
  await expect(hanging).rejects.toThrow('closed');
});

test('a program that cannot be read fails with the first question', async () => {
  const thread = await createNodeThreads().start('this is no program', null);
  if (thread !== null) await expect(thread.ask(1)).rejects.toThrow(/identifier/);
});
