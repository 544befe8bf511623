import { runCanary } from '../canary/run-canary.ts';

void runCanary(process.argv[2] ?? '');
