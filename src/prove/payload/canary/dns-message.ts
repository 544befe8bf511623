import { isIPv6 } from 'node:net';

const TYPE_A = 1;
const TYPE_AAAA = 28;
const CLASS_IN = 1;
const LONGEST_NAME = 255;

export interface DnsQuestion {
  id: number;
  /** Lower case, without the dot at its end. */
  name: string;
  type: number;
  /** The question as it came, to be repeated in the answer. */
  bytes: Buffer;
}

/** The first question of a query (RFC 1035, section 4); null for what is no query. */
export function readQuestion(message: Buffer): DnsQuestion | null {
  const isQuery = message.length > 16 && (message.readUInt8(2) & 0x80) === 0 && message.readUInt16BE(4) > 0;
  if (!isQuery) return null;
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length !== 0; length = message[at] ?? 0) {
    if (length > 63 || at + 1 + length >= message.length || at > LONGEST_NAME + 12) return null;
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  if (at + 5 > message.length) return null;
  const name = labels.join('.').toLowerCase();
  return {
    id: message.readUInt16BE(0),
    name,
    type: message.readUInt16BE(at + 1),
    bytes: message.subarray(12, at + 5),
  };
}

/** A query for the addresses of one name. */
export function writeQuery(id: number, name: string, type: number = TYPE_A): Buffer {
  const labels = name
    .split('.')
    .flatMap((label) => [Buffer.from([label.length]), Buffer.from(label, 'latin1')]);
  const header = words(id, 0x0100, 1, 0, 0, 0);
  return Buffer.concat([header, ...labels, Buffer.from([0]), words(type, CLASS_IN)]);
}

/** Which family of addresses a question is about; null for any other. */
export function familyOf(question: DnsQuestion): 4 | 6 | null {
  if (question.type === TYPE_A) return 4;
  return question.type === TYPE_AAAA ? 6 : null;
}

/** The answer with these addresses of the family asked for; nobody may keep it. */
export function writeAnswer(question: DnsQuestion, addresses: readonly string[]): Buffer {
  const family = familyOf(question);
  const fitting = addresses.filter((address) => (isIPv6(address) ? 6 : 4) === family).map(addressBytes);
  const records = fitting.map((data) => {
    // Name: that of the question. Time to live: none.
    const head = words(0xc00c, question.type, CLASS_IN, 0, 0, data.length);
    return Buffer.concat([head, data]);
  });
  const header = words(question.id, 0x8580, 1, fitting.length, 0, 0);
  return Buffer.concat([header, question.bytes, ...records]);
}

/** Addresses in an answer to a query for IPv4, and its code (0 = none went wrong, 3 = no such name). */
export function readAnswer(message: Buffer): { id: number; code: number; count: number } | null {
  if (message.length < 12 || (message.readUInt8(2) & 0x80) === 0) return null;
  return { id: message.readUInt16BE(0), code: message.readUInt8(3) & 15, count: message.readUInt16BE(6) };
}

function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => bytes.writeUInt16BE(value, index * 2));
  return bytes;
}

function addressBytes(address: string): Buffer {
  if (!isIPv6(address)) return Buffer.from(address.split('.').map(Number));
  const v4 = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const hex = (high: string | undefined, low: string | undefined): string =>
    (Number(high) * 256 + Number(low)).toString(16);
  const text = v4 ? address.replace(v4[0], `${hex(v4[1], v4[2])}:${hex(v4[3], v4[4])}`) : address;
  const [head = [], tail = []] = text
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''));
  const groups = [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => '0'), ...tail];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}
