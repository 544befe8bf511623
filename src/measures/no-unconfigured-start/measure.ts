import { eachService, failedPart, failuresOr, skipped } from '../look.ts';
import { fixOf, fixService, type ServiceView } from '../fix-service.ts';
import type { Fix, NoFix } from '../fix.ts';
import { defineMeasure, type Outcome } from '../measure.ts';
import type { Service } from '../../deployment/deployment.ts';
import { settingAt } from '../settings.ts';
import { startWords } from '../start-arguments.ts';
import { weakenGateway } from '../weaken.ts';
import { withoutOption } from '../without-option.ts';

const option = '--allow-unconfigured';

export const measure = defineMeasure({
  id: 'no-unconfigured-start',
  title: 'The gateway starts with its own configuration or not at all',
  risk: { precondition: 'second-flaw', impact: 'gateway' },
  rows: ['G10'],
  references: { openclaw: ['gateway.loopback_no_auth'] },
  why: 'A gateway that runs on defaults has none of the limits that its configuration sets, and nobody notices.',
  check: (deployment) => eachService(deployment, ['gateway'], look),
  fix: (failure, context) => fixService(failure, context, repair),
  weaken: (deployment) =>
    weakenGateway(deployment, (service) => ({
      command: [...(service.command ?? ['openclaw', 'gateway']), option],
    })),
});

function look(service: Service): Outcome[] {
  if (startWords(service).includes(option))
    return [
      failedPart(
        service,
        option,
        `it is started with ${option}: without openclaw.json it runs on defaults`,
        'command',
      ),
    ];
  const isKnown =
    service.command !== undefined || service.entrypoint !== undefined || service.isBuilt === true;
  return isKnown
    ? failuresOr([])
    : [skipped(`${service.name}: nothing here tells the command, which the image decides`)];
}

/** Without a configuration that says where it runs, a gateway without the option refuses to start. */
function repair(view: ServiceView): Fix | NoFix {
  if (settingAt(view.context.deployment.openclawConfig, 'gateway.mode') !== 'local')
    return {
      why: `Without openclaw.json the gateway needs ${option} to start. Write one with \`gateway.mode: "local"\` first (\`openclaw onboard\` does), then take the option out.`,
    };
  const changes = withoutOption(view, option);
  return changes.length === 0
    ? { why: 'The option comes from the image or from a variable; give the service a command without it.' }
    : fixOf(`Start ${view.name} without ${option}`, 'safe', changes);
}
