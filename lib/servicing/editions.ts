// Editions: which one an image holds, and which it could become. servicing\Editions\EditionMatrix.xml names the targets of
// each edition; of those only the ones whose package or licences are in the image can be had.
import { DismError } from '../base/error.ts';
import type { HiveKey } from '../registry/hive-key.ts';
import { childElements, parseXml, type XmlElement } from '../wim/xml-tree.ts';
import type { ServicingSession } from './servicing-session.ts';

/** The files of real images have a few hundred kilobytes. */
const MAX_MATRIX = 16 << 20;
const PACKAGES = 'Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\Packages';
/** CBS_STATE_INSTALLED. */
const INSTALLED = 0x70;
/** What an edition may be called; it becomes part of paths. */
const EDITION = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * The edition of the Windows in an image: EditionID, else the edition whose package is installed. Throws NotFound when
 * neither tells.
 */
export async function currentEdition(session: ServicingSession): Promise<string> {
  const { editionId } = session.windows;
  if (editionId !== undefined) return editionId;
  const software = await session.findHive('SOFTWARE');
  const packages = software?.root.subkey(PACKAGES);
  const installed = packages && installedEdition(packages);
  if (installed !== undefined) return installed;
  throw new DismError(
    'NotFound',
    `${session.root.label} does not tell its edition: the registry has no EditionID, and no edition package is installed.`,
    { Target: session.windowsPath('System32', 'config', 'SOFTWARE') },
  );
}

function installedEdition(packages: HiveKey): string | undefined {
  for (const name of packages.subkeyNames()) {
    const edition = /^Microsoft-Windows-(.+)Edition~31bf3856ad364e35~/i.exec(name)?.[1];
    if (edition !== undefined && packages.subkey(name)?.getDword('CurrentState') === INSTALLED) return edition;
  }
  return undefined;
}

/**
 * The editions that the image could be set to, in the order of its matrix. Throws NotSupported for an image without the
 * files that tell, such as Windows PE.
 */
export async function targetEditions(session: ServicingSession): Promise<string[]> {
  const edition = await currentEdition(session);
  const path = session.windowsPath('servicing', 'Editions', 'EditionMatrix.xml');
  const found = await session.root.stat(path);
  if (found === undefined || found.isDirectory) {
    throw new DismError(
      'NotSupported',
      `${session.root.label} does not tell which editions it can be set to: it has no ${path}.`,
      { Target: path },
    );
  }
  if (found.size > MAX_MATRIX) {
    const message = `${session.root.label}: ${path} has ${found.size} bytes, more than ${MAX_MATRIX}.`;
    throw new DismError('LimitExceeded', message, { Target: path });
  }
  const matrix = parseXml(await session.root.read(path), `${session.root.label}: ${path}`);
  const targets: string[] = [];
  for (const target of targetsOf(matrix, edition)) if (await isStaged(session, target)) targets.push(target);
  return targets;
}

/** The targets of an edition, each once. */
function targetsOf(matrix: XmlElement, edition: string): Set<string> {
  const wanted = edition.toLowerCase();
  const targets = new Set<string>();
  for (const element of childElements(matrix, 'Edition')) {
    if (attribute(element, 'ID')?.toLowerCase() !== wanted) continue;
    for (const target of childElements(element, 'Target')) {
      const id = attribute(target, 'ID');
      if (id !== undefined && EDITION.test(id) && id.toLowerCase() !== wanted) targets.add(id);
    }
  }
  return targets;
}

/** An attribute, with whatever prefix its namespace has. */
function attribute(element: XmlElement, name: string): string | undefined {
  for (const [key, value] of element.attributes) if (key === name || key.endsWith(`:${name}`)) return value;
  return undefined;
}

/** An edition of its own has a package, a virtual one the licences that make it. */
async function isStaged(session: ServicingSession, edition: string): Promise<boolean> {
  const licences = await session.root.stat(session.windowsPath('System32', 'spp', 'tokens', 'skus', edition));
  if (licences?.isDirectory) return true;
  const packages = session.windowsPath('servicing', 'Packages');
  if (!(await session.root.stat(packages))?.isDirectory) return false;
  const prefix = `microsoft-windows-${edition}edition~31bf3856ad364e35~`.toLowerCase();
  for await (const { name } of session.root.list(packages)) {
    if (name.toLowerCase().startsWith(prefix) && /\.mum$/i.test(name)) return true;
  }
  return false;
}
