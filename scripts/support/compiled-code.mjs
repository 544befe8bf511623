import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capture, root } from './run.mjs';

/** A deployment in which most measures find something, so that most of an audit runs. */
const SAMPLE = `services:
  openclaw:
    image: ghcr.io/openclaw/openclaw:\${TAG:-latest}
    command: openclaw gateway --port 18789
    environment:
      - OPENCLAW_GATEWAY_TOKEN=\${OPENCLAW_GATEWAY_TOKEN:-change-me}
    volumes:
      - ./data:/home/node/.openclaw
      - /var/run/docker.sock:/var/run/docker.sock
    ports: ["18789:18789"]
    deploy: { resources: { limits: { memory: 4G } } }
    healthcheck: { test: ["CMD", "true"], interval: 30s }
  browser: { image: browserless/chrome, network_mode: "service:openclaw" }
`;
/** Exit code of an audit that found something. */
const FINDINGS = 1;

/**
 * Writes what V8 compiled the largest files of the built program to beside them. Only functions that have run are in it, so
 * an audit is run.
 * @param program folder of the built program
 */
export async function writeCompiledCode(program) {
  const folder = await mkdtemp(join(tmpdir(), 'clawproof-compiled-'));
  try {
    await writeFile(join(folder, 'compose.yaml'), SAMPLE);
    const recorder = join(root, 'scripts/support/record-compiled-code.cjs');
    const args = ['--require', recorder, join(program, 'main.js'), 'audit', 'compose.yaml'];
    const { code, stdout, stderr } = await capture(process.execPath, args, { cwd: folder });
    if (code !== FINDINGS) throw new Error(`the program that was built cannot audit:\n${stdout}${stderr}`);
    await requireNoImports(join(program, 'chunks'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Where code was compiled before, Node does not know how to carry out an import() in it. */
async function requireNoImports(folder) {
  const compiled = (await readdir(folder)).filter((name) => name.endsWith('.compiled'));
  if (compiled.length === 0) throw new Error('nothing was compiled');
  for (const name of compiled) {
    const file = join(folder, name.replace(/\.compiled$/, ''));
    if (/\bimport\(/.test(await readFile(file, 'utf8'))) throw new Error(`${file} has an import()`);
  }
}
