/** Type of a TLS record that holds handshake messages, and of the message that opens a connection. */
const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const SERVER_NAME = 0;

/** True when these first bytes open a TLS connection. */
export function isClientHello(bytes: Buffer): boolean {
  return bytes.length >= 6 && bytes[0] === HANDSHAKE && bytes[1] === 3 && bytes[5] === CLIENT_HELLO;
}

/** Name that a TLS client asks for (RFC 6066, section 3), from its first record; undefined when it names none. */
export function serverName(record: Buffer): string | undefined {
  // Record header 5, message header 4, version 2, random 32; then three lists with their lengths before them.
  let at = 43;
  at += 1 + byteAt(record, at);
  at += 2 + wordAt(record, at);
  at += 1 + byteAt(record, at);
  const end = Math.min(record.length, at + 2 + wordAt(record, at));
  for (at += 2; at + 4 <= end; at += 4 + wordAt(record, at + 2)) {
    if (wordAt(record, at) !== SERVER_NAME) continue;
    const length = wordAt(record, at + 7);
    return record.toString('latin1', at + 9, Math.min(end, at + 9 + length)) || undefined;
  }
  return undefined;
}

function byteAt(bytes: Buffer, at: number): number {
  return bytes[at] ?? 0;
}

function wordAt(bytes: Buffer, at: number): number {
  return byteAt(bytes, at) * 256 + byteAt(bytes, at + 1);
}
