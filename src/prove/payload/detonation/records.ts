import type { SinkRecord } from './record.ts';

/** Most that is kept of the beginning and of the end of one visit, of all, and how many. */
const MOST_HEAD = 96 * 1024;
const MOST_TAIL = 32 * 1024;
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_RECORDS = 3000;

export type NewRecord = Omit<SinkRecord, 'at' | 'bytes' | 'sample'>;

/** What came, within bounds: a flood fills no memory, and what came first is not pushed out by it. */
export class Records {
  readonly all: SinkRecord[] = [];
  dropped = 0;
  #bytes = 0;

  /** Keeps a visit. What comes of it later is handed to the function that this gives. */
  add(visit: NewRecord): Visit {
    const record: SinkRecord = { at: Date.now(), bytes: 0, sample: '', ...visit };
    if (this.all.length < MOST_RECORDS) this.all.push(record);
    else this.dropped += 1;
    const held: Buffer[] = [];
    let size = 0;
    let tail: Buffer = Buffer.alloc(0);
    const sample = (): Buffer => Buffer.concat([...held, tail]);
    return {
      record,
      take: (data) => {
        record.bytes += data.length;
        const room = Math.max(0, Math.min(MOST_HEAD - size, MOST_BYTES - this.#bytes, data.length));
        if (room > 0) held.push(data.subarray(0, room));
        size += room;
        this.#bytes += room;
        const most = Math.min(MOST_TAIL, tail.length + MOST_BYTES - this.#bytes);
        if (room === data.length || most <= 0) return;
        const before = tail.length;
        const all = Buffer.concat([tail, data.subarray(room)]);
        tail = all.subarray(Math.max(0, all.length - most));
        this.#bytes += tail.length - before;
      },
      sample,
      done: () => {
        record.sample = sample().toString('base64');
      },
    };
  }
}

export interface Visit {
  record: SinkRecord;
  take(data: Buffer): void;
  /** What was kept so far. */
  sample(): Buffer;
  /** Puts what was kept into the record. */
  done(): void;
}
