import { describe, expect, it } from 'vitest';
import { holdsSecret } from './placeholder.ts';
import { secretFileKind } from './secret-files.ts';

describe('a value under a name for secrets', () => {
  it.each(['kx81jdk2o0wqj3nf8sdk', 'hunter2hunter2', 'sk-abc0123', 'P@ss/word'])('%s is one', (value) => {
    expect(holdsSecret(value)).toBe(true);
  });

  const noSecrets =
    '/run/secrets/token ./token ~/token ${TOKEN} $TOKEN true 18789 ollama changeme change-me-please <token> ' +
    'your-api-key-here xxxx GEMINI_API_KEY_PLACEHOLDER sk-ant-xxxx replace_with_token *** ... example-token not-needed';
  it.each(['', ' ', ...noSecrets.split(' ')])('%j is none', (value) => {
    expect(holdsSecret(value)).toBe(false);
  });
});

describe('the name of a file', () => {
  it.each([
    ['.env', 'env'],
    ['docker/.env.production', 'env'],
    ['gateway.env', 'env'],
    ['.env.example', undefined],
    ['.env.sample.txt', undefined],
    ['.environment.md', undefined],
    ['config/openclaw.json', 'config'],
    ['clawdbot.json', 'config'],
    ['openclaw.json.example', undefined],
    ['secrets/gateway_token', 'secret'],
    ['secrets/.gitkeep', undefined],
    ['secrets/README.md', undefined],
    ['tls/server.key', 'secret'],
    ['id_ed25519', 'secret'],
    ['id_ed25519.pub', undefined],
    ['agents/main/agent/auth-profiles.json', 'secret'],
    ['.env.old', 'backup'],
    ['.env~', 'backup'],
    ['.env.bak.2', 'backup'],
    ['.env.bak-20260101', 'backup'],
    ['openclaw.json.bak', 'backup'],
    ['config/.openclaw.json.swp', 'backup'],
    ['#.env#', 'backup'],
    ['logs/config-audit.jsonl', 'backup'],
    ['compose.yaml.bak', undefined],
    ['notes.old', undefined],
    ['README.md', undefined],
  ])('%s: %s', (path, kind) => {
    expect(secretFileKind(path)).toBe(kind);
  });
});
