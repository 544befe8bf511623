import type { AuditJob } from '../audit/audit-jobs.ts';
import { answerJob } from '../audit/helper-answers.ts';
import { createSourceReader, withListings } from '../audit/source-reader.ts';
import type { ProcessLike } from '../ports/node/system.ts';
import { createNodeHostPorts } from '../ports/node/host.ts';
import { ownThread } from '../ports/node/own-thread.ts';
import type { HelperSettings } from './audit-helper.ts';
import { auditTools } from './audit-tools.ts';

/** The other side of `shareWithThread`: answers each job with what came of it. */
export function runAuditThread(host: ProcessLike): void {
  const { settings, answer } = ownThread<HelperSettings>();
  const { exec, files } = createNodeHostPorts({ ...host, env: settings.choices.environment });
  const tools = auditTools({ reader: withListings(createSourceReader(files)), exec }, settings);
  answer((job) => answerJob(job as AuditJob, tools));
}
