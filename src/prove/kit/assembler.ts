/** A place in the program that branches can name. */
interface Label {
  label: string;
}

/** Instructions as they are. */
interface Plain {
  bytes: readonly number[];
}

/** An instruction that holds the way to a label. */
interface Branch {
  to: string;
  size: number;
  /** @param distance from the first byte of this instruction to the label, in bytes */
  encode(distance: number): readonly number[];
}

export type Piece = Label | Plain | Branch;

/** Joins instructions to machine code; branches may go forward and back. */
export function assemble(pieces: readonly Piece[]): Uint8Array {
  const labels = new Map<string, number>();
  let offset = 0;
  for (const piece of pieces) {
    if ('label' in piece) labels.set(piece.label, offset);
    else offset += 'bytes' in piece ? piece.bytes.length : piece.size;
  }
  const code: number[] = [];
  for (const piece of pieces) {
    if ('bytes' in piece) code.push(...piece.bytes);
    if ('to' in piece) {
      const target = labels.get(piece.to);
      if (target === undefined) throw new Error(`no label ${piece.to}`);
      code.push(...piece.encode(target - code.length));
    }
  }
  return Uint8Array.from(code);
}

export function label(name: string): Label {
  return { label: name };
}
