import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { lockInvalid, lockTooNew } from '../errors/lock-errors.ts';

/** Version of the format that this program writes, and the newest that it reads. */
export const LOCK_SCHEMA = 1;
export const LOCK_FILE = 'clawproof.lock';

const HEADER = `# Written by clawproof: exactly what this deployment runs. Keep it under version control; do not edit it.
# "clawproof update" moves the pins; without it, every "clawproof up" uses what stands here.
`;

const sha256 = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const integrity = z.string().regex(/^sha512-[A-Za-z0-9+/]{86}==$/);
const text = z.string().min(1);
const lockedPackage = z.strictObject({ name: text, version: text, integrity });

const lockedBase = z.strictObject({
  /** registry = pulled; debootstrap = made on this machine from Debian's packages. */
  source: z.enum(['registry', 'debootstrap']),
  /** What a build names after FROM: repository@digest, or the local tag. */
  reference: text,
  /** Manifest digest (registry) or image id (debootstrap). */
  digest: sha256,
  /** Debian suite and sha256 of the sorted list of its packages and versions; null for a pulled base. */
  suite: text.nullable(),
  packages: sha256.nullable(),
});

const lockedImage = z.strictObject({
  source: z.enum(['registry', 'build']),
  /** Repository and tag as asked for (registry) or the local tag (build). */
  reference: text,
  /** Manifest digest (registry) or image id (build). */
  digest: sha256,
  /** Hash of everything that the build was made from; null for a pulled image. */
  inputs: sha256.nullable(),
});

const lockedSkill = z.strictObject({
  /** Of all paths, executable bits and contents in its folder. */
  digest: sha256,
  /** Where it was installed from, as it was named. */
  source: text,
  verdict: z.enum(['allow', 'review', 'block']),
  /** Version of the scanner's rules that gave the verdict. */
  rules: z.int().positive(),
});

const schema = z.strictObject({
  schema: z.literal(LOCK_SCHEMA),
  openclaw: z.strictObject({ version: text, integrity: integrity.nullable() }),
  /** sha256 of build/gateway/package-lock.json; null when the gateway image was pulled. */
  dependencies: sha256.nullable(),
  node: lockedPackage.nullable(),
  npm: lockedPackage.nullable(),
  base: lockedBase.nullable(),
  images: z.strictObject({
    gateway: lockedImage.nullable(),
    egress: lockedImage.nullable(),
    ingress: lockedImage.nullable(),
  }),
  /** CIDR block of the cage's network, chosen free on this machine; null without a cage. */
  cageSubnet: z.cidrv4().nullable(),
  /** By name; absent when there was never one. */
  skills: z.record(z.string(), lockedSkill).optional(),
});

export type LockedPackage = z.infer<typeof lockedPackage>;
export type LockedBase = z.infer<typeof lockedBase>;
export type LockedSkill = z.infer<typeof lockedSkill>;
export type LockedImage = z.infer<typeof lockedImage>;
/** Content of clawproof.lock: what one deployment is pinned to. */
export type Lock = z.infer<typeof schema>;

/** A lock in which nothing is pinned yet but the version that was asked for. */
export function emptyLock(openclawVersion: string): Lock {
  return {
    schema: LOCK_SCHEMA,
    openclaw: { version: openclawVersion, integrity: null },
    dependencies: null,
    node: null,
    npm: null,
    base: null,
    images: { gateway: null, egress: null, ingress: null },
    cageSubnet: null,
  };
}

/**
 * Reads clawproof.lock. `file` is only for the error message.
 * @throws AppError `lock-invalid`, `lock-too-new`.
 */
export function parseLock(content: string, file: string = LOCK_FILE): Lock {
  let data: unknown;
  try {
    data = parse(content);
  } catch (error) {
    throw lockInvalid(file, firstLine(error instanceof Error ? error.message : String(error)));
  }
  const written = z.object({ schema: z.number() }).safeParse(data).data?.schema ?? LOCK_SCHEMA;
  if (written > LOCK_SCHEMA) throw lockTooNew(file, written, LOCK_SCHEMA);
  const result = schema.safeParse(data);
  if (!result.success) throw lockInvalid(file, describeIssue(result.error.issues[0]));
  return result.data;
}

function describeIssue(issue: z.core.$ZodIssue | undefined): string {
  const where = issue?.path.length ? `"${issue.path.join('.')}": ` : '';
  return `${where}${issue?.message ?? 'not a lock'}`;
}

/** Writes a lock: the same lock always gives the same bytes, whatever the order of its properties. */
export function formatLock(lock: Lock): string {
  // Parsing puts the properties into the schema's order and refuses to write what could not be read again.
  return HEADER + stringify(schema.parse(lock), { lineWidth: 0 });
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}
