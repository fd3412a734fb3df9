// Test-WindowsDriver: examines driver packages, alone or before they are added to an image.

import { defineCmdlet } from '../lib/host/cmdlet.ts';
import type { CmdletContext } from '../lib/host/context.ts';
import { type BoundParameters, extension, path, switchParameter } from '../lib/host/parameter.ts';
import { findDriverInfs } from '../lib/servicing/drivers/driver-package.ts';
import type { DriverExamination } from '../lib/servicing/drivers/examine-driver.ts';
import { testDrivers } from '../lib/servicing/drivers/test-drivers.ts';
import type { ImageSession } from '../lib/servicing/image-session.ts';
import { openServicingTarget } from '../lib/servicing/open-servicing-target.ts';
import { type DriverTestRecord, driverFinding, driverTest } from './driver-test-records.ts';
import { endActivity } from './image-job.ts';
import { locationOf, servicingOptions, servicingTarget } from './servicing-target.ts';

const parameters = {
  Driver: path.array({
    help: 'An .inf file, or a folder with driver packages.',
    mandatory: true,
    position: extension(0),
    pipeline: 'both',
    aliases: [extension('FullName')],
  }),
  Recurse: switchParameter({ help: 'Also the packages in folders below.' }),
  ...servicingTarget,
};
type Bound = BoundParameters<typeof parameters>;

export default defineCmdlet({
  name: 'Test-WindowsDriver',
  synopsis: 'Examines driver packages: complete, signed, and what adding them to an image would come to.',
  description:
    'Without an image, each package by itself: its files, its catalog, who signed it, for all Windows it names. With one, ' +
    'also whether the package is for that Windows, older than what is there, or in conflict with other drivers. Nothing is ' +
    'changed. Signatures are verified offline, by the roots of Microsoft and those that the image trusts.',
  impact: 'none',
  defaultSet: 'Package',
  parameters,
  output: driverTest,
  examples: [
    { title: 'All packages of a folder', command: 'Test-WindowsDriver ./drivers -Recurse' },
    {
      title: 'What keeps packages from an image',
      command:
        "Test-WindowsDriver ./drivers -Recurse -Path ./mount | ForEach-Object Findings | Where-Object Severity -eq 'error'",
    },
  ],
  state: () => ({ requests: [] as Bound[] }),
  async *process(p, ctx) {
    if (p.Path === undefined && p.ImagePath === undefined && !p.Online) yield* test(p, await infsOf([p], ctx), ctx);
    else ctx.state.requests.push(p);
  },
  async *end(_, ctx) {
    const groups = new Map<string, Bound[]>();
    for (const p of ctx.state.requests) {
      const key = JSON.stringify(locationOf(p));
      groups.set(key, [...(groups.get(key) ?? []), p]);
    }
    for (const [first, ...others] of groups.values()) {
      if (!first) continue;
      const infs = await infsOf([first, ...others], ctx);
      const options = { ...servicingOptions(first, ctx, 'installation'), readOnly: true };
      await using target = await openServicingTarget(locationOf(first), options);
      for (const session of target.sessions) yield* test(first, infs, ctx, session);
    }
  },
  clean: (ctx) => endActivity(ctx, ctx.commandName),
});

/** The INFs that all bound records name, each once. */
async function infsOf(requests: readonly Bound[], ctx: CmdletContext): Promise<string[]> {
  const found = new Set<string>();
  for (const { Driver, Recurse } of requests) {
    for (const place of Driver) {
      try {
        for (const inf of await findDriverInfs(place, { recurse: Recurse })) found.add(inf);
      } catch (error) {
        ctx.error(error, place);
      }
    }
  }
  return [...found];
}

async function* test(
  p: Bound,
  infs: readonly string[],
  ctx: CmdletContext,
  session?: ImageSession,
): AsyncGenerator<DriverTestRecord, void, undefined> {
  const onUnreadable = (error: unknown, inf: string): void => ctx.error(error, inf);
  for await (const driver of testDrivers(infs, { session, onUnreadable, signal: ctx.signal })) {
    yield record(driver, p.Path ?? p.ImagePath ?? '', session);
  }
}

function record(driver: DriverExamination, image: string, session: ImageSession | undefined): DriverTestRecord {
  return driverTest({
    OriginalFileName: driver.infPath,
    Provider: driver.provider,
    ClassName: driver.className,
    Version: driver.version,
    Date: driver.date ?? null,
    Architectures: driver.architectures,
    CatalogFile: driver.catalogFiles.join(', '),
    Signer: driver.signerName ?? '',
    StoreFolder: driver.storeFolders,
    Findings: driver.findings.map(({ code, severity, message, file, line }) =>
      driverFinding({ Code: code, Severity: severity, Message: message, File: file ?? '', Line: line ?? null }),
    ),
    Image: image,
    ImageIndex: session?.imageIndex ?? null,
  });
}
