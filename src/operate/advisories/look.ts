import { posix } from 'node:path';
import { createDocker } from '../../engine/docker.ts';
import { detectEngine } from '../../engine/detect.ts';
import { isAppError } from '../../errors/app-error.ts';
import { engineNotReady } from '../../errors/operate-errors.ts';
import { type Advisory, advisoriesAbout, fixedVersion } from '../../openclaw/advisories.ts';
import type { Ports } from '../../ports/ports.ts';
import { readFolder } from '../folder.ts';
import { deploymentImage, readWithProgress } from '../inventory/deployment-images.ts';
import { isOpenClaw, parseManifest } from '../inventory/npm-packages.ts';
import {
  forgetOtherImages,
  readFromContainer,
  type ReadContext,
  type ReadImage,
} from '../inventory/read-image.ts';
import { openSession, type Session } from '../session.ts';
import { type AdvisoryData, builtInAdvisories, readAdvisories } from '../update/advisory-data.ts';
import { services } from '../up/start.ts';
import { type DebianData, readDebianData, takeDebianData } from './debian-data.ts';
import { type ImageReport, judgeImage } from './judge-image.ts';
import { type VersionFacts, versionFacts } from './version-facts.ts';

/** Version of the format that `advisories --json` prints. */
const REPORT_SCHEMA = 1;

type DataAge = Pick<AdvisoryData, 'upTo' | 'ageDays' | 'source' | 'isOld'>;

/** What is known to be wrong with what runs, and what was not looked at. */
export interface AdvisoriesReport extends DataAge {
  schema: typeof REPORT_SCHEMA;
  /** Null where nothing tells which OpenClaw it is. */
  version: string | null;
  from: VersionFacts['from'] | 'argument' | 'policy';
  where: string;
  advisories: Advisory[];
  /** How many advisories are known at all. */
  known: number;
  /** The lowest version that has none of them; null where there are none. */
  fixedIn: string | null;
  findings: VersionFacts['findings'];
  images: ImageReport[];
  /** Age of Debian's list; null where there is none. */
  debian: DataAge | null;
  skipped: { what: string; reason: string }[];
}

export interface AdvisoriesRequest {
  /** Null = outside of a deployment, for an image that is named. */
  folder: string | null;
  /** Look at no image, only at what is known of this version. */
  version?: string;
  image?: string;
  debianData?: string;
}

/** Compares what runs, or what was asked for, with all lists of flaws that are here. Changes nothing but its own records. */
export async function lookAtAdvisories(ports: Ports, request: AdvisoriesRequest): Promise<AdvisoriesReport> {
  const { folder, version, image, debianData } = request;
  const data = folder === null ? builtInAdvisories(ports) : await readAdvisories(ports, folder);
  const debian =
    debianData === undefined
      ? folder === null
        ? null
        : await readDebianData(ports, folder)
      : await ports.progress.task("Debian's list of flaws", () => takeDebianData(ports, debianData, folder));
  const lists = { data, debian };
  if (version !== undefined)
    return assemble(lists, { version, from: 'argument', where: 'as it was asked for', findings: [] }, [], []);
  if (image !== undefined) return lookAtNamed(ports, image, lists);
  return lookAtDeployment(ports, folder ?? '', lists);
}

interface Lists {
  data: AdvisoryData;
  debian: DebianData | null;
}

type Told = Omit<VersionFacts, 'from'> & { from: AdvisoriesReport['from'] };

async function lookAtNamed(ports: Ports, reference: string, lists: Lists): Promise<AdvisoriesReport> {
  const engine = await detectEngine(ports);
  if (!engine.ok) throw engineNotReady(engine.missing);
  const program = engine.docker?.path ?? 'docker';
  const context = { ports, docker: createDocker(ports, program), program, folder: null };
  const image = await readWithProgress(ports, context, reference, reference);
  const facts = versionFacts({
    wanted: null,
    reference,
    labels: image.inspect.Config.Labels ?? {},
    inImage: image.inventory.openclaw,
    inContainer: null,
  });
  return assemble(lists, facts, [judgeImage(null, image, lists.debian)], []);
}

async function lookAtDeployment(ports: Ports, folder: string, lists: Lists): Promise<AdvisoriesReport> {
  const opened = await openSession(ports, folder).catch((error: unknown) => {
    if (isAppError(error) && (error.id === 'not-up-yet' || error.id.startsWith('engine-'))) return error;
    throw error;
  });
  if (isAppError(opened)) {
    const { policy } = await readFolder(ports, folder);
    const told = { version: policy.openclaw.version, from: 'policy', where: 'clawproof.yaml; no image was looked at', findings: [] } as const;
    return assemble(lists, { ...told, findings: [] }, [], [{ what: 'all images', reason: opened.message }]);
  } // prettier-ignore
  return lookAtSession(ports, opened, lists);
}

async function lookAtSession(ports: Ports, session: Session, lists: Lists): Promise<AdvisoriesReport> {
  const program = session.engine.docker?.path ?? 'docker';
  const context: ReadContext = { ports, docker: session.docker, program, folder: session.path };
  const images: ImageReport[] = [];
  const skipped: AdvisoriesReport['skipped'] = [];
  const ids: string[] = [];
  const { version } = session.policy.openclaw;
  let told: Told = {
    version,
    from: 'policy',
    where: 'clawproof.yaml; no image of the gateway is here',
    findings: [],
  };
  for (const role of services(session)) {
    const place = await deploymentImage(session, role);
    if (place === null) {
      skipped.push({ what: `the image of ${role}`, reason: 'it is not on this machine yet: clawproof up' });
      continue;
    }
    const image = await readWithProgress(ports, context, place.id, role);
    ids.push(image.id);
    const named = { ...image, reference: place.reference };
    images.push(judgeImage(role, named, lists.debian));
    if (role === 'gateway') told = await gatewayFacts(context, session, named, place.container);
  }
  await forgetOtherImages(context, ids);
  return assemble(lists, told, images, skipped);
}

async function gatewayFacts(
  context: ReadContext,
  session: Session,
  image: ReadImage,
  container: string | null,
): Promise<VersionFacts> {
  const inImage = image.inventory.openclaw;
  return versionFacts({
    wanted: session.policy.openclaw.version,
    reference: image.reference,
    labels: image.inspect.Config.Labels ?? {},
    inImage,
    inContainer: container === null ? null : await openclawIn(context, container, inImage),
  });
}

/** What the container has at the places where its image has OpenClaw: a mount or a change of it may lie over them. */
async function openclawIn(
  context: ReadContext,
  container: string,
  inImage: ReadImage['inventory']['openclaw'],
): Promise<ReadImage['inventory']['openclaw'] | null> {
  const found: ReadImage['inventory']['openclaw'] = [];
  for (const { path } of inImage) {
    const text = await readFromContainer(context, container, posix.join(path, 'package.json'));
    const manifest = text === null ? null : parseManifest(text);
    if (manifest !== null && isOpenClaw(manifest))
      found.push({ name: manifest.name, version: manifest.version, path });
  }
  return found.length === 0 ? null : found;
}

function assemble(
  { data, debian }: Lists,
  { version, from, where, findings }: Told,
  images: ImageReport[],
  skipped: AdvisoriesReport['skipped'],
): AdvisoriesReport {
  const found = version === null ? [] : (advisoriesAbout(version, data.advisories) ?? []);
  return {
    schema: REPORT_SCHEMA,
    version,
    from,
    where,
    ...ageIn(data),
    advisories: found,
    known: data.advisories.length,
    fixedIn: fixedVersion(found, version ?? undefined) ?? null,
    findings,
    images,
    debian: debian === null ? null : ageIn(debian),
    skipped:
      version === null
        ? [{ what: 'OpenClaw', reason: `its version is not known: ${where}` }, ...skipped]
        : skipped,
  };
}

function ageIn({ upTo, ageDays, source, isOld }: DataAge): DataAge {
  return { upTo, ageDays, source, isOld };
}
