import { runStandIn } from '../stand-in/run-stand-in.ts';

const [, , name = '', ...words] = process.argv;
process.stdout.on('error', () => process.exit(0));
void runStandIn(name, words).then((code) => {
  process.exitCode = code;
});
