import { describe, expect, it } from 'vitest';
import { isComposeName, isDockerfileName, kindByContent, kindByName } from './recognise.ts';

describe('what a file is', () => {
  it.each([
    ['/a/docker-compose.yml', 'compose'],
    ['/a/stack.yaml', 'compose'],
    ['/a/Dockerfile', 'dockerfile'],
    ['/a/Dockerfile.dev', 'dockerfile'],
    ['/a/app.Dockerfile', 'dockerfile'],
    ['/a/Containerfile', 'dockerfile'],
    ['/a/openclaw.json', 'openclaw-config'],
    ['/a/clawdbot.json', 'openclaw-config'],
    ['/etc/docker/daemon.json', 'daemon-config'],
    ['/a/.env', 'env-file'],
    ['/a/.env.production', 'env-file'],
    ['/a/openclaw.env', 'env-file'],
    ['/a/package.json', undefined],
    ['/a/Dockerfile.dockerignore', undefined],
    ['/a/notes.txt', undefined],
  ])('%s by its name: %s', (path, kind) => {
    expect(kindByName(path)).toBe(kind);
  });

  it.each([
    ['services:\n  a: {}\n', 'compose'],
    ['include:\n  - a.yaml\n', 'compose'],
    ['# syntax=docker/dockerfile:1\nFROM debian\n', 'dockerfile'],
    ['{ "services": { "a": { "image": "b" } } }', 'compose'],
    ['// mine\n{ gateway: { bind: "lan" } }', 'openclaw-config'],
    ['{ "live-restore": true }', 'daemon-config'],
    ['# keys\nexport A=1\nB=\n', 'env-file'],
    ['{ "name": "x" }', undefined],
    ['A tale of services: none\n', undefined],
    ['', undefined],
  ])('%j by its text: %s', (text, kind) => {
    expect(kindByContent(text)).toBe(kind);
  });

  it('does not take long for a text that is nothing', () => {
    const began = performance.now();
    for (const text of [
      '/*'.repeat(500_000),
      ' '.repeat(1_000_000),
      '//\n'.repeat(300_000),
      'a='.repeat(500_000),
    ])
      kindByContent(text);
    expect(performance.now() - began).toBeLessThan(2000);
  });

  it('knows the names that people give to compose files and Dockerfiles', () => {
    const compose = [
      'docker-compose.prod.yml',
      'compose-gpu.yaml',
      'openclaw.compose.yml',
      'docker-compose.yml',
    ];
    expect(compose.filter((name) => !isComposeName(name))).toEqual([]);
    expect(['decompose.yaml', 'compose.json', 'docker-compose.yml.bak'].filter(isComposeName)).toEqual([]);
    expect(['Dockerfile.example', 'dockerfiles', 'Dockerfile.md'].filter(isDockerfileName)).toEqual([]);
  });
});
