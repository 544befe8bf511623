import { runSink } from '../detonation/run-sink.ts';

void runSink(process.argv[2] ?? '');
