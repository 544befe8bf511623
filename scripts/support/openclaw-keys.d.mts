/** The keys of openclaw.json in a compact form, from the JSON schema that `openclaw config schema` prints. */
export function compactKeys(schema: unknown): string;
