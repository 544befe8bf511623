/** Named pipes: the quickest way of many bytes between clawproof and a program in a container of this machine. */
export interface Pipes {
  /**
   * Opens a pipe that is there already. Neither side waits for the other to come, and the end of the bytes is not seen
   * but by what they say.
   */
  openToRead(path: string): Promise<PipeReader>;
  openToWrite(path: string): Promise<PipeWriter>;
}

export interface PipeReader {
  /**
   * What comes out, until `close`. A piece holds until the next one is asked for: its memory is used again. Whoever stops
   * asking lets the rest go by unseen.
   */
  pieces(): AsyncIterable<Uint8Array>;
  close(): void;
}

export interface PipeWriter {
  /** Resolves when more may be written. Waits for as long as nobody reads: `close` ends that with an error. */
  write(bytes: Uint8Array): Promise<void>;
  close(): void;
}
