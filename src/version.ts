// This file is generated from package.json by scripts/generate-version.mjs.
export const version = '0.1.0';
