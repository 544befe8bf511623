import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Numbers that look random and are the same in every run (mulberry32). */
function createRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One compose file that deploys OpenClaw as people do it, no two alike. */
function composeText(index) {
  const random = createRandom(index + 1);
  const pick = (...values) => values[Math.floor(random() * values.length)];
  const maybe = (text) => (random() < 0.5 ? text : '');
  const port = 18_000 + Math.floor(random() * 4000);
  const tag = pick('latest', '2026.9.6', '2026.8.1', '${OPENCLAW_TAG:-latest}');
  return `# deployment ${index}
${maybe(`name: claw-${index}\n`)}${maybe('x-common: &common\n  logging: { driver: json-file, options: { max-size: 10m } }\n')}services:
  openclaw-gateway:
    image: ${pick('ghcr.io/openclaw/openclaw', 'openclaw/openclaw', 'me/openclaw')}:${tag}
    command: ${pick('["node", "dist/index.js", "gateway"]', 'openclaw gateway --port 18789')}
    environment:
${pick('      - NODE_ENV=production\n      - OPENCLAW_GATEWAY_TOKEN=${OPENCLAW_GATEWAY_TOKEN:-change-me}', '      NODE_ENV: production\n      HOME: /home/node')}
    volumes:
      - ${pick('./data', '${OPENCLAW_HOME:-./state}', 'state')}:/home/node/.openclaw
${maybe('      - /var/run/docker.sock:/var/run/docker.sock # for sandboxes\n')}    ports:
      - "${pick('', '127.0.0.1:', '0.0.0.0:')}${port}:18789"
${maybe('    restart: unless-stopped\n')}${maybe('    init: true\n')}${maybe('    read_only: true\n    tmpfs: [/tmp]\n')}${maybe('    cap_drop: [ALL]\n')}${maybe('    security_opt: ["no-new-privileges:true"]\n')}${maybe('    deploy:\n      resources:\n        limits: { cpus: "2", memory: 4G }\n')}${maybe('    healthcheck:\n      test: ["CMD", "curl", "-f", "http://localhost:18789/healthz"]\n      interval: 30s\n')}  openclaw-cli:
    image: ghcr.io/openclaw/openclaw:${tag}
    profiles: [cli]
    network_mode: service:openclaw-gateway
    entrypoint: ["node", "dist/index.js"]
${maybe(`  browser:\n    image: browserless/chrome:${index % 90}\n    ports: ["${port + 1}:3000"]\n    shm_size: 1g\n`)}${maybe('  caddy:\n    image: caddy:2\n    ports: ["80:80", "443:443"]\n    volumes: ["./Caddyfile:/etc/caddy/Caddyfile:ro"]\n')}volumes:
  state: {}
`;
}

/** Writes files `NNNN/docker-compose.yml` below a folder. @returns their paths */
export async function writeComposeFiles(folder, count) {
  const paths = [];
  for (let index = 0; index < count; index += 1) {
    const path = join(folder, String(index).padStart(5, '0'), 'docker-compose.yml');
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, composeText(index));
    paths.push(path);
  }
  return paths;
}
