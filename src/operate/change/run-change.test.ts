import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { fakePorts } from '../../ports/fake/fake-ports.ts';
import { isAppError } from '../../errors/app-error.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Change, ChangeContext } from './change.ts';
import { readOpenChange } from './open-change.ts';
import { type ChangeTools, recoverChange, runChange } from './run-change.ts';

const FOLDER = '/srv/openclaw';
const REQUEST = { folder: FOLDER, toolVersion: '0.0.0' };
const COMMIT = 'second';

class Killed extends Error {}

interface Machine {
  world: string[];
  ports: Ports;
  dieAfter(operations: number): void;
  act(): void;
}

/** A machine that dies after so many operations: from then on nothing that anybody does has an effect. */
async function createMachine(): Promise<Machine> {
  let left = Number.POSITIVE_INFINITY;
  const act = (): void => {
    if (left <= 0) throw new Killed('kill -9');
    left -= 1;
  };
  const ports = fakePorts();
  const { files } = ports;
  await files.makeDirectory(`${FOLDER}/.clawproof`, 0o700);
  const mortal = new Proxy(files, {
    get: (target, name) => {
      const member = Reflect.get(target, name) as unknown;
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        act();
        return (member as (...all: unknown[]) => unknown).apply(target, args);
      };
    },
  });
  return {
    world: ['old', 'old', 'old', 'old'],
    ports: { ...ports, files: mortal },
    dieAfter: (operations) => {
      left = operations;
    },
    act,
  };
}

/** The same machine, whose disk takes so much more, and then nothing; what is deleted is deleted. */
function fullAfter(machine: Machine, writes: number): Machine {
  let left = writes;
  const { files } = machine.ports;
  const full = new Proxy(files, {
    get: (target, name) => {
      const member = Reflect.get(target, name) as unknown;
      if (name !== 'writeAtomic' && name !== 'appendLine') return member;
      return (...args: unknown[]) => {
        // The lock is there before.
        if (String(args[0]).endsWith('run.lock'))
          return (member as (...all: unknown[]) => unknown).apply(target, args);
        left -= 1;
        if (left < 0) return Promise.reject(new Error('no space left on the disk'));
        return (member as (...all: unknown[]) => unknown).apply(target, args);
      };
    },
  });
  return { ...machine, ports: { ...machine.ports, files: full } };
}

/** Each step changes two things, one after the other; the second holds what a reader takes for valid. */
function changeOf({ world, act }: Machine, failAt?: string): Change<{ seen: number }> {
  const set = (place: number, value: string): void => {
    act();
    world[place] = value;
  };
  const step = (id: string, places: readonly number[]): Change<{ seen: number }>['steps'][number] => ({
    id,
    title: id,
    run: (_, { seen }) => {
      for (const place of places) set(place, 'new');
      if (id === failAt) return Promise.reject(new Error('the engine is gone'));
      return Promise.resolve({ seen: seen + 1 });
    },
    undo: () => {
      for (const place of places) set(place, 'old');
      return Promise.resolve();
    },
  });
  return {
    name: 'test',
    commitAt: COMMIT,
    steps: [step('first', [0, 1]), step(COMMIT, [2]), step('third', [3])],
  };
}

function toolsOf(machine: Machine, failAt?: string): ChangeTools {
  return {
    open: (ports) => Promise.resolve({ path: FOLDER, ports, toolVersion: '0.0.0' } as ChangeContext),
    find: () => Promise.resolve(changeOf(machine, failAt) as Change<unknown>),
  };
}

/** A machine that died while a step was at work. */
async function killedIn(step: string): Promise<Machine> {
  for (let operations = 0; operations < 60; operations += 1) {
    const machine = await createMachine();
    machine.dieAfter(operations);
    await run(machine);
    machine.dieAfter(Number.POSITIVE_INFINITY);
    const open = await readOpenChange(machine.ports.files, FOLDER);
    if (open?.begun.at(-1) === step && machine.world[0] === 'new') return machine;
  }
  throw new Error(`${step} is never at work`);
}

async function run(machine: Machine, failAt?: string): Promise<unknown> {
  const change = changeOf(machine, failAt);
  const begin = (): Promise<{ seen: number }> => Promise.resolve({ seen: 0 });
  return runChange(machine.ports, REQUEST, change, begin, toolsOf(machine, failAt)).catch(
    (error: unknown) => error,
  );
}

describe('a change', () => {
  test('is made, and leaves nothing open', async () => {
    const machine = await createMachine();
    expect(await run(machine)).toEqual({ seen: 3 });
    expect(machine.world).toEqual(['new', 'new', 'new', 'new']);
    expect(await readOpenChange(machine.ports.files, FOLDER)).toBeNull();
  });

  test('is taken back when a step before its commit fails, and shows that error', async () => {
    const machine = await createMachine();
    const notes: string[] = [];
    machine.ports.progress.note = (text) => void notes.push(text);
    expect(await run(machine, 'first')).toMatchObject({ message: 'the engine is gone' });
    expect(notes.join()).toMatch(/is taken back/);
    expect(machine.world).toEqual(['old', 'old', 'old', 'old']);
    expect(await readOpenChange(machine.ports.files, FOLDER)).toBeNull();
  });

  test('stays open when a step after its commit fails; recovering completes it', async () => {
    const machine = await createMachine();
    expect(await run(machine, 'third')).toMatchObject({ id: 'change-not-completed' });
    expect(await recoverChange(machine.ports, REQUEST, toolsOf(machine))).toMatchObject({
      ended: 'completed',
    });
    expect(machine.world).toEqual(['new', 'new', 'new', 'new']);
  });

  test('with nothing open there is nothing to recover', async () => {
    const machine = await createMachine();
    expect(await recoverChange(machine.ports, REQUEST, toolsOf(machine))).toBeNull();
  });

  propertyTest.prop([fc.nat(30)])(
    'on a disk that is full from some moment on, what is said is true',
    async (writes) => {
      const machine = await createMachine();
      const disk = fullAfter(machine, writes);
      const said = await run(disk);
      const open = await readOpenChange(machine.ports.files, FOLDER);
      const id = isAppError(said) ? said.id : null;
      // Nothing is called half made that no recovery would find.
      expect(id).not.toBe('change-not-taken-back');
      expect(id === 'change-not-completed').toBe(open !== null);
      if (open === null) expect(new Set(machine.world).size).toBe(1);
      // Space comes back, and with it the rest.
      if (open !== null) await recoverChange(machine.ports, REQUEST, toolsOf(machine));
      expect(new Set(machine.world).size).toBe(1);
    },
  );

  test('an interrupted one is taken back on a full disk, too', async () => {
    const machine = await killedIn('first');
    const { ports } = fullAfter(machine, 0);
    expect(await recoverChange(ports, REQUEST, toolsOf(machine))).toMatchObject({ ended: 'taken back' });
    expect(machine.world).toEqual(['old', 'old', 'old', 'old']);
  });

  propertyTest.prop([fc.nat(60), fc.array(fc.nat(30), { maxLength: 4 })])(
    'killed anywhere, and again while recovering, it is whole or not there',
    async (first, later) => {
      const machine = await createMachine();
      machine.dieAfter(first);
      await run(machine);
      for (const operations of later) {
        machine.dieAfter(operations);
        await recoverChange(machine.ports, REQUEST, toolsOf(machine)).catch(() => undefined);
      }
      machine.dieAfter(Number.POSITIVE_INFINITY);
      const open = await readOpenChange(machine.ports.files, FOLDER);
      const recovered = await recoverChange(machine.ports, REQUEST, toolsOf(machine));
      expect(new Set(machine.world).size).toBe(1);
      if (open !== null) {
        expect(recovered?.ended).toBe(open.begun.includes(COMMIT) ? 'completed' : 'taken back');
        expect(machine.world[0]).toBe(open.begun.includes(COMMIT) ? 'new' : 'old');
      }
      expect(await readOpenChange(machine.ports.files, FOLDER)).toBeNull();
    },
  );
});
