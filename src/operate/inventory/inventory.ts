import { z } from 'zod';

/** Changes with what a list below holds, so that a stored one of an older clawproof is not taken for a new one. */
const INVENTORY_SCHEMA = 1;

const text = z.string();

const debianPackage = z.strictObject({
  name: text,
  version: text,
  architecture: text,
  /** Source package that it was made from, and that one's version: flaws are listed under these. */
  source: text,
  sourceVersion: text,
  /** Short names as its copyright file has them; empty where the image has no such file. */
  licences: z.array(text),
});

const npmPackage = z.strictObject({
  name: text,
  version: text,
  /** Absolute path of its folder. */
  path: text,
  /** As its package.json has it. */
  licence: text.nullable(),
  /** "sha512-…" from npm's own lock in the image. */
  integrity: text.nullable(),
});

const program = z.strictObject({ path: text, version: text });

const inventory = z.strictObject({
  schema: z.literal(INVENTORY_SCHEMA),
  /** Null where no os-release is. */
  os: z.strictObject({ id: text, versionId: text, codename: text, name: text }).nullable(),
  debian: z.array(debianPackage),
  npm: z.array(npmPackage),
  /** Each package of OpenClaw itself, under whatever name it had; more than one is a finding. */
  openclaw: z.array(z.strictObject({ name: text, version: text, path: text })),
  node: z.array(program),
  /** Databases of other package managers: what they hold is not read. */
  otherDatabases: z.array(text),
  /** Paths of what should have been read and could not be understood, with the reason. */
  unreadable: z.array(z.strictObject({ path: text, why: text })),
});

export type DebianPackage = z.infer<typeof debianPackage>;
export type NpmPackage = z.infer<typeof npmPackage>;
/** What an image holds, as its own files tell it. */
export type ImageInventory = z.infer<typeof inventory>;

export function emptyInventory(): ImageInventory {
  return {
    schema: INVENTORY_SCHEMA,
    os: null,
    debian: [],
    npm: [],
    openclaw: [],
    node: [],
    otherDatabases: [],
    unreadable: [],
  };
}

/** A stored inventory; null when it is damaged or of another clawproof. */
export function parseInventory(json: string): ImageInventory | null {
  try {
    return inventory.parse(JSON.parse(json));
  } catch {
    return null;
  }
}
