import { describe, expect, it } from 'vitest';
import { readDockerfile } from '../deployment/dockerfile/read-dockerfile.ts';
import { measures } from './registry.generated.ts';
import { runMeasures } from './run.ts';
import { commandsIn, installedPackages } from './shell-commands.ts';

const builds = measures.filter(({ id }) =>
  /baked|downloads|hygiene|dockerfile|base-image|isolated|current|tls/.test(id),
);

describe('hostile Dockerfiles', () => {
  it.each([
    ['curl '.repeat(40_000)],
    ['curl -k|'.repeat(20_000)],
    ['apt-get install '.repeat(15_000)],
    ['sudo '.repeat(40_000)],
    ['npm i openclaw'.repeat(15_000)],
    ['git clone '.repeat(20_000)],
    ['chmod '.repeat(30_000)],
    ['useradd a '.repeat(20_000)],
    ['eyJaaaaaaaaaa-'.repeat(15_000)],
    ['A_TOKEN='.repeat(20_000)],
    ['[ trusted='.repeat(20_000)],
    ['a'.repeat(200_000)],
    [' '.repeat(200_000)],
    ['bash -c '.repeat(20_000)],
    ['-'.repeat(200_000)],
    ['"\'`$('.repeat(40_000)],
  ])('need no long search: %#', (text) => {
    const lines = ['RUN', 'COPY', 'ENV', 'ARG', 'ADD', 'USER', 'LABEL', 'EXPOSE'].map(
      (one) => `${one} x ${text}`,
    );
    const { facts } = readDockerfile(`FROM node:24\n${lines.join('\n')}\n`, 'Dockerfile', []);
    const began = performance.now();
    const results = runMeasures(builds, {
      evidence: 'declared',
      services: [],
      networks: [],
      dockerfiles: [facts],
    });
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(results.every(({ outcomes }) => outcomes.every(({ state }) => state !== 'error'))).toBe(true);
  });
});

describe('shell commands', () => {
  it('are cut where the shell cuts them, with their places', () => {
    const script = 'a b && c|d; apt-get -y install --no-install-recommends git \\\n sudo\ne';
    expect(commandsIn('a b && c|d;e').map((words) => words.map(({ text }) => text))).toEqual([
      ['a', 'b'],
      ['c'],
      ['d'],
      ['e'],
    ]);
    const packages = installedPackages(script.replace('\\\n', '')).flat();
    expect(packages.map(({ text }) => text)).toEqual(['git', 'sudo']);
  });
});
