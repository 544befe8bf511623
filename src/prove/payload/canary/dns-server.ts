import type { Socket } from 'node:net';
import type { CanaryNames } from './options.ts';
import { familyOf, readQuestion, writeAnswer } from './dns-message.ts';
import { openUdp } from './udp-server.ts';
import { markerIn, plainAddress, type Note } from './visit.ts';

/** Answers any name: what it was told for it, or the canary's own addresses. */
export class NameServer {
  readonly #own: readonly string[];
  readonly #note: Note;
  #names: CanaryNames = {};
  #asked = new Map<string, number>();

  constructor(own: readonly string[], note: Note) {
    this.#own = own;
    this.#note = note;
  }

  /** From now on these names have these answers, from the first list on. */
  setNames(names: CanaryNames): void {
    this.#names = { ...this.#names, ...names };
    for (const name of Object.keys(names))
      for (const family of [4, 6]) this.#asked.delete(`${name} ${family}`);
  }

  /** Resolves when it listens. */
  async listenUdp(port: number): Promise<void> {
    const socket = await openUdp(port);
    socket.on('message', (message, from) => {
      const answer = this.#answer(message, 'dns', from.address, port);
      if (answer !== null) socket.send(answer, from.port, from.address, () => undefined);
    });
  }

  /** One connection on port 53: messages with their length before them (RFC 1035, section 4.2.2). */
  serve(socket: Socket): void {
    let held = Buffer.alloc(0);
    socket.on('data', (data: Buffer) => {
      held = Buffer.concat([held, data]);
      while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
        const size = held.readUInt16BE(0);
        const answer = this.#answer(held.subarray(2, 2 + size), 'dns-tcp', socket.remoteAddress ?? '', 53);
        held = held.subarray(2 + size);
        if (answer === null) {
          socket.destroy();
          return;
        }
        const length = Buffer.alloc(2);
        length.writeUInt16BE(answer.length);
        socket.write(Buffer.concat([length, answer]));
      }
    });
  }

  #answer(message: Buffer, via: 'dns' | 'dns-tcp', from: string, port: number): Buffer | null {
    const question = readQuestion(message);
    if (question === null) return null;
    const marker = markerIn(question.name);
    this.#note({
      via,
      from: plainAddress(from),
      to: this.#own[0] ?? '',
      port,
      name: question.name,
      ...(marker === undefined ? {} : { marker }),
    });
    return writeAnswer(question, this.#addressesOf(question.name, familyOf(question)));
  }

  #addressesOf(name: string, family: 4 | 6 | null): readonly string[] {
    const lists = Object.hasOwn(this.#names, name) ? this.#names[name] : undefined;
    if (lists === undefined) return this.#own;
    const key = `${name} ${family}`;
    const asked = this.#asked.get(key) ?? 0;
    this.#asked.set(key, asked + 1);
    return lists[Math.min(asked, lists.length - 1)] ?? [];
  }
}
