/** Computing beside the rest of this program, on another processor. */
export interface Threads {
  /**
   * Starts a thread. It gets nothing of this program but `data`.
   * @param program text of a CommonJS script that answers each message of its `parentPort` with one, in their order
   * @param data what the script finds as `workerData`; a SharedArrayBuffer in it is seen by both
   * @returns null where this system gives no thread
   */
  start(program: string, data: unknown): Promise<Thread | null>;
}

export interface Thread {
  /** Resolves with the answer. Rejects when the script failed, or the thread is closed before it answers. */
  ask(question: unknown): Promise<unknown>;
  /** Ends it, whatever it is at. */
  close(): void;
}
