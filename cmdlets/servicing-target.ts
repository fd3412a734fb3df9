// What all servicing cmdlets do alike: the parameters that say which images, one session and one commit for all pipeline
// input of a target, -PlanOnly, and -WhatIf that prints the plan. A servicing cmdlet declares its own parameters and what
// to do with one image; see defineServicingCmdlet.
import { DismError } from '../lib/base/error.ts';
import { FileTime } from '../lib/base/file-time.ts';
import { type Cmdlet, type CmdletExample, defineCmdlet, type Impact } from '../lib/host/cmdlet.ts';
import type { CmdletContext } from '../lib/host/context.ts';
import {
  type BoundParameters,
  extension,
  type ParameterDeclarations,
  path,
  string,
  switchParameter,
  uint32,
} from '../lib/host/parameter.ts';
import type { RecordType } from '../lib/host/record.ts';
import { sourceDateEpoch } from '../lib/image/capture.ts';
import type { ImageLocation } from '../lib/image/open-image-container.ts';
import { checkTestedVersion } from '../lib/image/tested-versions.ts';
import { describeImageChange } from '../lib/servicing/image-change.ts';
import type { ImageSession, WindowsNeed } from '../lib/servicing/image-session.ts';
import {
  openServicingTarget,
  type ServicingOptions,
  type ServicingTarget,
  type TargetChange,
} from '../lib/servicing/open-servicing-target.ts';
import { warnWhenPending } from '../lib/servicing/pending-operations.ts';
import { endActivity, engineOptions } from './image-job.ts';
import { engineLimits, logging, windowsLocation } from './parameters.ts';
import { type ImageChangeRecord, imageChange } from './records.ts';

/** The set of a WIM serviced in place. */
export const imageFile = extension('OfflineImageFile');

/** Which images: Microsoft's sets Offline and Online, and our OfflineImageFile. */
export const servicingTarget = {
  Path: path({
    help: 'The root of an offline Windows image: a directory that an image was applied to.',
    mandatory: true,
    sets: ['Offline'],
    pipeline: 'property',
  }),
  Online: switchParameter({
    help: 'The running Windows. Only Windows itself can service that: use -Path or -ImagePath here.',
    mandatory: true,
    sets: ['Online'],
    pipeline: 'property',
  }),
  ImagePath: path({
    help: 'A .wim file, serviced in place without mounting it.',
    mandatory: true,
    sets: [imageFile],
    pipeline: 'property',
    extension: true,
  }),
  Index: uint32.array({
    help: 'The images of the file, from 1.',
    sets: [imageFile],
    pipeline: 'property',
    aliases: [extension('ImageIndex')],
    extension: true,
  }),
  AllImages: switchParameter({ help: 'All images of the file.', sets: [imageFile], extension: true }),
  NestedImagePath: string({
    help: 'A WIM inside the image, such as \\Windows\\System32\\Recovery\\winre.wim: its first image is serviced.',
    sets: [imageFile],
    pipeline: 'property',
    extension: true,
  }),
  ...windowsLocation,
  ...engineLimits,
  ...logging,
};

/** The same for cmdlets that Microsoft has for offline images only: no -Online, and all in one set. */
const { Online: _, Path: __, ...withoutOnline } = servicingTarget;
const offlineTarget = {
  Path: path({
    help: 'The root of an offline Windows image: a directory that an image was applied to.',
    mandatory: true,
    sets: [extension('Offline')],
    pipeline: 'property',
  }),
  ...withoutOnline,
};

/** On servicing cmdlets that change something. */
export const planOnly = switchParameter({
  help: 'Change nothing; give a record for each file, stream, registry key and value that would change.',
  extension: true,
});

/** What `servicingTarget` binds to; any servicing cmdlet's parameters will do. */
export type ServicingTargetParameters = Partial<BoundParameters<typeof servicingTarget>>;

/** The images that bound parameters name. Throws a usage error for -Online and for a WIM without -Index or -AllImages. */
export function locationOf(p: ServicingTargetParameters): ImageLocation {
  if (p.Path !== undefined) return { path: p.Path };
  const imagePath = p.ImagePath;
  if (imagePath === undefined) {
    throw new DismError(
      'NotSupported',
      'The running Windows can only be serviced by Windows itself. Give -Path for a directory that an image was applied to, or -ImagePath with -Index for a WIM file.',
      { Target: 'Online' },
    );
  }
  const indexes = p.Index ?? [];
  if (indexes.length > 0 === (p.AllImages === true)) {
    throw new DismError('InvalidParameter', `Say which images of ${imagePath}: either -Index or -AllImages.`, {
      Target: imagePath,
    });
  }
  return { imagePath, indexes: p.AllImages === true ? 'all' : indexes, nestedImagePath: p.NestedImagePath };
}

/** Options of a target for one invocation. */
export function servicingOptions(
  p: ServicingTargetParameters,
  ctx: CmdletContext,
  needs: WindowsNeed,
): Required<Pick<ServicingOptions, 'signal'>> & ServicingOptions {
  const epoch = sourceDateEpoch(process.env);
  return {
    ...engineOptions(p, ctx, ctx.commandName),
    needs,
    windowsDirectory: p.WindowsDirectory,
    scratchDirectory: p.ScratchDirectory,
    ...(epoch === undefined ? {} : { now: FileTime.fromDate(new Date(Number(epoch) * 1000)) }),
    onWarning: (message) => {
      ctx.log.warning(message);
      ctx.warning(message);
    },
  };
}

type Servicing<D> = D & typeof servicingTarget;

/** A servicing cmdlet's declaration; what is not here is what defineCmdlet has. */
export interface ServicingCmdletOptions<D extends ParameterDeclarations, T, I extends Impact> {
  readonly name: string;
  readonly synopsis: string;
  readonly description?: string;
  /** 'none' reads only: records come at once, nothing is committed. Others get -PlanOnly, -WhatIf and -Confirm. */
  readonly impact: I;
  /** Its own parameters, beside those of `servicingTarget`. */
  readonly parameters: D;
  /** Microsoft's cmdlet has no -Online. */
  readonly offlineOnly?: boolean;
  readonly output: RecordType<T>;
  readonly examples: readonly CmdletExample[];
  /** How much of a Windows the image must hold; default: a whole installation. */
  readonly needs?: WindowsNeed;
  /** The question that -Confirm asks, such as `Add drivers`; default: the name. */
  readonly action?: string;
  /** Finds usage errors of a bound record before anything is opened. */
  readonly check?: (p: BoundParameters<Servicing<D>>, ctx: CmdletContext) => void;
  /**
   * Works on one image; called for each bound record and each image it names. Edits go into the session, records of what
   * was done are yielded: they reach the pipeline after the commit. A throw drops all edits of the target.
   */
  readonly service: (session: ImageSession, p: BoundParameters<Servicing<D>>, ctx: CmdletContext) => AsyncIterable<T>;
}

/** A bound record, with the images that it names. */
export interface ServicingRequest<P> {
  readonly p: P;
  readonly location: ImageLocation;
}

/** What a cmdlet does with the images of its requests. */
export interface Servicer<P, T> {
  readonly needs: WindowsNeed;
  /** The question that -Confirm asks. */
  readonly action: string;
  readonly service: (session: ImageSession, p: P, ctx: CmdletContext) => AsyncIterable<T>;
}

/** Runs a servicer that only reads. */
export async function* readTargets<P, T>(
  { p, location }: ServicingRequest<P>,
  ctx: CmdletContext,
  { service, needs }: Servicer<P, T>,
): AsyncGenerator<T, void, undefined> {
  const options = { ...servicingOptions(p as ServicingTargetParameters, ctx, needs), readOnly: true };
  await using target = await openServicingTarget(location, options);
  for (const session of target.sessions) {
    yield* service(session, p, ctx);
    await session.release();
  }
}

/** Runs a servicer on all requests: one session for each image, one commit for each target, records after it. */
export async function* changeTargets<P, T>(
  requests: readonly ServicingRequest<P>[],
  ctx: CmdletContext,
  { service, needs, action }: Servicer<P, T>,
): AsyncGenerator<T | ImageChangeRecord, void, undefined> {
  for (const group of groupByTarget(requests)) {
    const [{ p: first }] = group as [ServicingRequest<P>];
    const opening = servicingOptions(first as ServicingTargetParameters, ctx, needs);
    await using target = await openServicingTarget(unite(group.map((request) => request.location)), opening);
    if (needs === 'installation') {
      for (const session of target.sessions) {
        checkTestedVersion(session.windows, (text) => session.warn(text));
        await warnWhenPending(session);
        await session.release();
      }
    }
    const records: T[] = [];
    // Image by image, so that the hives of one at a time are in memory.
    for (const session of target.sessions) {
      for (const { p, location } of group) {
        if (!sessionsOf(target, location).includes(session)) continue;
        for await (const record of service(session, p, ctx)) records.push(record);
      }
      await session.release();
    }
    const { PlanOnly } = first as { readonly PlanOnly?: boolean };
    if (PlanOnly === true) for await (const change of target.plan()) yield changeRecord(change, group[0]!.location);
    else if (await carryOut(target, ctx, action)) yield* records;
  }
}

type ServicingCmdlet<D, T, I extends Impact> = I extends 'none'
  ? Cmdlet<Servicing<D>, T>
  : Cmdlet<Servicing<D> & { PlanOnly: typeof planOnly }, T | ImageChangeRecord>;

/** Declares a servicing cmdlet. All pipeline input for one target is one session per image and one commit. */
export function defineServicingCmdlet<const D extends ParameterDeclarations, T, const I extends Impact>(
  options: ServicingCmdletOptions<D, T, I>,
): ServicingCmdlet<D, T, I> {
  type P = BoundParameters<Servicing<D>>;
  const { check, impact } = options;
  const how: Servicer<P, T> = {
    service: options.service,
    needs: options.needs ?? 'installation',
    action: options.action ?? options.name,
  };
  const reads = impact === 'none';
  const target = options.offlineOnly ? offlineTarget : servicingTarget;
  const parameters = { ...options.parameters, ...target, ...(reads ? {} : { PlanOnly: planOnly }) };

  return defineCmdlet<ParameterDeclarations, T | ImageChangeRecord, { readonly requests: ServicingRequest<P>[] }>({
    name: options.name,
    synopsis: options.synopsis,
    ...(options.description === undefined ? {} : { description: options.description }),
    impact,
    parameters,
    defaultSet: 'Offline',
    output: (reads ? [options.output] : [options.output, imageChange]) as unknown as RecordType<never>[],
    examples: options.examples,
    state: () => ({ requests: [] }),
    async *process(bound, ctx) {
      const p = bound as P;
      check?.(p, ctx);
      const location = locationOf(p as ServicingTargetParameters);
      if (reads) yield* readTargets({ p, location }, ctx, how);
      else ctx.state.requests.push({ p, location });
    },
    end: (_, ctx) => changeTargets(ctx.state.requests, ctx, how),
    clean: (ctx) => endActivity(ctx, ctx.commandName),
  }) as unknown as ServicingCmdlet<D, T, I>;
}

/** Commits, unless -WhatIf, which prints the plan, or the answer to -Confirm says no. */
export async function carryOut(target: ServicingTarget, ctx: CmdletContext, action: string): Promise<boolean> {
  if (ctx.isWhatIf) {
    for await (const change of target.plan()) {
      const { action, target: what } = describeImageChange(change);
      await ctx.shouldProcess(`${change.image}: ${what}`, action);
    }
    return false;
  }
  if (!(await ctx.shouldProcess(target.path, action))) return false;
  await target.commit();
  ctx.log.info(`${action}: ${target.path} was changed`);
  return true;
}

/** The record of a change, for -PlanOnly. */
export function changeRecord(change: TargetChange, location: ImageLocation): ImageChangeRecord {
  const isTree = 'path' in location;
  return imageChange({
    Path: isTree ? location.path : '',
    ImagePath: isTree ? '' : location.imagePath,
    NestedImagePath: isTree ? '' : (location.nestedImagePath ?? ''),
    Image: change.image,
    ImageIndex: change.imageIndex ?? null,
    Kind: change.kind,
    Action: change.action,
    Target: change.path,
    Name: change.name,
    Before: change.before ?? null,
    After: change.after ?? null,
  });
}

function keyOf(location: ImageLocation): string {
  return 'path' in location ? location.path : `${location.imagePath}\0${location.nestedImagePath ?? ''}`;
}

function groupByTarget<P>(requests: readonly ServicingRequest<P>[]): Iterable<ServicingRequest<P>[]> {
  const groups = new Map<string, ServicingRequest<P>[]>();
  for (const request of requests) {
    const key = keyOf(request.location);
    groups.set(key, [...(groups.get(key) ?? []), request]);
  }
  return groups.values();
}

/** One location with the images of all; they are of one file. */
function unite(locations: readonly ImageLocation[]): ImageLocation {
  const [first] = locations as [ImageLocation];
  if ('path' in first) return first;
  const indexes = new Set<number>();
  for (const location of locations) {
    if ('path' in location) continue;
    if (location.indexes === 'all') return location;
    for (const index of location.indexes) indexes.add(index);
  }
  return { ...first, indexes: [...indexes].sort((a, b) => a - b) };
}

function sessionsOf(target: ServicingTarget, location: ImageLocation): readonly ImageSession[] {
  if ('path' in location || location.indexes === 'all') return target.sessions;
  return [...new Set(location.indexes)].map((index) => target.session(index));
}
