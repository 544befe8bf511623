type Json = unknown;
interface JsonObject {
  [key: string]: Json;
}

/**
 * Puts the managed settings into a config that others also write: objects are merged, every other managed value
 * replaces what is there, a managed `undefined` removes the key, and keys that are not managed stay, in their order.
 */
export function mergeSettings(current: JsonObject, managed: JsonObject): JsonObject {
  const result: JsonObject = { ...current };
  for (const [key, value] of Object.entries(managed)) {
    if (value === undefined) {
      delete result[key];
      continue;
    }
    const before = Object.hasOwn(current, key) ? current[key] : undefined;
    // A SecretRef is one value: merging it with a plain-text neighbour would leave pieces of both.
    result[key] =
      isObject(value) && !isSecretRef(value) ? mergeSettings(isObject(before) ? before : {}, value) : value;
  }
  return result;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSecretRef(value: JsonObject): boolean {
  return 'source' in value && 'provider' in value && 'id' in value;
}

/** openclaw.json as OpenClaw itself writes it: two spaces, a final line end. */
export function configText(config: JsonObject): string {
  return `${JSON.stringify(config, null, 2)}\n`;
}
