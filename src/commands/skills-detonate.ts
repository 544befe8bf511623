import { join, resolve } from 'node:path';
import { readSkill } from '../operate/detonate/read-skill.ts';
import { detonate } from '../prove/detonate/detonate.ts';
import type { Verdict } from '../prove/detonate/detonation.ts';
import { findImage } from '../prove/detonate/find-image.ts';
import { proofEngineOf } from '../prove/target/proof-engine.ts';
import { detonateText } from '../report/detonate-text.ts';
import { createStyle } from '../report/style.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { SkillsDetonateOptions } from './options.ts';
import { proofTools } from './proof-tools.ts';

const EXIT: Readonly<Record<Verdict, number>> = {
  'nothing-noticed': exitCodes.done,
  suspicious: exitCodes.checkFailed,
  malicious: exitCodes.checkFailed,
  incomplete: exitCodes.incomplete,
};

export async function run(context: CommandContext, options: SkillsDetonateOptions): Promise<number> {
  const { ports, output, version } = context;
  const { cwd } = ports.system;
  // Before anything is started: most mistakes are in the path.
  const skill = await readSkill(ports.files, resolve(cwd, options.path));
  const { engine, docker } = await proofTools(context);
  const folder = resolve(cwd, options.folder ?? '.');
  const connection = ports.engineApi.connect({
    url: engine.endpoint,
    program: engine.docker?.path ?? 'docker',
  });
  const image = await findImage(
    { files: ports.files, docker, connection },
    { image: options.image, folders: [folder, join(folder, 'openclaw')] },
  ).finally(() => connection.close());
  const host = proofEngineOf(await docker.info(), engine);
  const report = await detonate({ ports, engine, host }, { skill, image, seconds: options.seconds, version });
  const { terminal } = ports;
  terminal.out(
    output.json
      ? `${JSON.stringify(report, null, 2)}\n`
      : detonateText(report, createStyle(terminal.colour), terminal.columns, options.verbose),
  );
  return EXIT[report.verdict];
}
