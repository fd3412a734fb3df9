// Where the registry cmdlets work: a hive file, which is edited at once and written at the end of the pipeline, or the
// hives of images, which are serviced like everything in images: one commit for all input.
import { DismError } from '../lib/base/error.ts';
import { type Cmdlet, type CmdletExample, defineCmdlet, type Impact } from '../lib/host/cmdlet.ts';
import type { CmdletContext } from '../lib/host/context.ts';
import { type BoundParameters, type ParameterDeclarations, path, switchParameter } from '../lib/host/parameter.ts';
import type { RecordType } from '../lib/host/record.ts';
import type { Hive } from '../lib/registry/hive.ts';
import { openHive, writeHive } from '../lib/registry/hive-file.ts';
import { pathInsideHive } from '../lib/registry/hive-paths.ts';
import type { ImageSession } from '../lib/servicing/image-session.ts';
import { warnWhenPending } from '../lib/servicing/pending-operations.ts';
import { endActivity } from './image-job.ts';
import { type ImageChangeRecord, imageChange } from './records.ts';
import {
  changeTargets,
  imageFile,
  locationOf,
  planOnly,
  readTargets,
  type ServicingRequest,
  type ServicingTargetParameters,
  servicingTarget,
} from './servicing-target.ts';

const hiveFile = 'HiveFile';

/** Which hive: a file, or by the key's full path those of images. */
export const registryTarget = {
  HivePath: path({
    help: 'The hive file. Transaction logs beside it (.LOG, .LOG1, .LOG2) are taken into account.',
    mandatory: true,
    sets: [hiveFile],
    pipeline: 'property',
    position: 0,
  }),
  ...servicingTarget,
};

/** -PlanOnly, which hive files do not have. */
const imagePlanOnly = switchParameter({ help: planOnly.help, sets: ['Offline', imageFile], extension: true });

/** Where records of an image come from. */
export function originInImage(session: ImageSession, p: ServicingTargetParameters): RegistryOrigin {
  const imageIndex = session.imageIndex ?? null;
  return { HivePath: '', Path: p.Path ?? '', ImagePath: p.ImagePath ?? '', ImageIndex: imageIndex };
}

/** Where a record comes from; empty and null do not bind, so that a pipeline finds the place again. */
export interface RegistryOrigin {
  readonly HivePath: string;
  /** The directory, of a tree. */
  readonly Path: string;
  readonly ImagePath: string;
  readonly ImageIndex: number | null;
}

/** A hive and the key in it that a cmdlet is to work on. */
export interface RegistryPlace {
  /** For messages: the hive file, or the image. */
  readonly label: string;
  readonly origin: RegistryOrigin;
  readonly hive: Hive;
  /** The path inside the hive of the key that was asked for. */
  readonly key: string;
  /** What stands for the root of the hive in full paths; empty for a hive file. */
  readonly root: string;
  /** Of a hive file asks before each change; images are asked about once, before the commit. */
  readonly shouldProcess: CmdletContext['shouldProcess'];
}

/** The path of a key as records give it: inside a hive file, in full in an image. */
export function shownKey(place: RegistryPlace, inner: string): string {
  return [place.root, inner].filter((part) => part !== '').join('\\');
}

/** Opens a hive file for a cmdlet, saying what its state means. */
export async function openForCmdlet(file: string, ctx: CmdletContext): Promise<Hive> {
  const hive = await openHive(file);
  if (hive.state === 'recovered') ctx.verbose(`${file} was completed from its transaction logs.`);
  if (hive.state === 'dirty') {
    ctx.warning(`${file} was not written completely and its logs do not complete it: what is read may be out of date.`);
  }
  return hive;
}

/** The place of a key in a hive file. */
export function placeInFile(hive: Hive, file: string, key: string, ctx: CmdletContext): RegistryPlace {
  return {
    label: file,
    origin: { HivePath: file, Path: '', ImagePath: '', ImageIndex: null },
    hive,
    key: pathInsideHive(hive, key),
    root: '',
    shouldProcess: ctx.shouldProcess,
  };
}

/** The place of a key, by its full path, in an image. */
export async function placeInImage(
  session: ImageSession,
  p: ServicingTargetParameters,
  key: string,
): Promise<RegistryPlace> {
  if (key === '') {
    throw new DismError('InvalidParameter', 'In an image a key needs its full path: give -Key HKLM\\SOFTWARE\\....', {
      Target: 'Key',
    });
  }
  const located = await session.locateKey(key);
  return {
    label: session.root.label,
    origin: originInImage(session, p),
    ...located,
    shouldProcess: async () => true,
  };
}

type OnRegistry<D> = D & typeof registryTarget;

/** The parameters a registry cmdlet sees. */
export interface KeyParameters {
  readonly HivePath?: string | undefined;
  readonly Key?: string | undefined;
}

/** A registry cmdlet's declaration; `Key` is among its own parameters. */
export interface RegistryCmdletOptions<D extends ParameterDeclarations, T, I extends Impact> {
  readonly name: string;
  readonly synopsis: string;
  readonly description?: string;
  /** 'none' and 'low' leave hives alone: records come at once. */
  readonly impact: I;
  readonly parameters: D;
  readonly output?: RecordType<T>;
  readonly examples: readonly CmdletExample[];
  /** The work on one hive; edits are written afterwards, records of edits given then. */
  readonly run: (place: RegistryPlace, p: BoundParameters<OnRegistry<D>>, ctx: CmdletContext) => AsyncIterable<T>;
  /** The work on a whole image, for a cmdlet whose input names the keys; default: `run` on the hive of `Key`. */
  readonly runOnImage?: (
    session: ImageSession,
    p: BoundParameters<OnRegistry<D>>,
    ctx: CmdletContext,
  ) => AsyncIterable<T>;
}

/** The open hive files of an invocation, and what it collects for its end. */
interface RegistryState<P, T> {
  readonly hives: Map<string, Hive>;
  readonly records: T[];
  readonly requests: ServicingRequest<P>[];
}

type RegistryCmdlet<D, T, I extends Impact> = I extends 'none' | 'low'
  ? Cmdlet<OnRegistry<D>, T>
  : Cmdlet<OnRegistry<D> & { PlanOnly: typeof imagePlanOnly }, T | ImageChangeRecord>;

/** Declares a cmdlet on keys of hive files and images. */
export function defineRegistryCmdlet<const D extends ParameterDeclarations, T, const I extends Impact>(
  options: RegistryCmdletOptions<D, T, I>,
): RegistryCmdlet<D, T, I> {
  type P = BoundParameters<OnRegistry<D>>;
  const reads = options.impact === 'none' || options.impact === 'low';
  const how = {
    needs: 'folder' as const,
    action: 'Change the registry',
    service: async function* (session: ImageSession, p: P, ctx: CmdletContext): AsyncGenerator<T> {
      if (!reads) await warnWhenPending(session);
      if (options.runOnImage !== undefined) {
        yield* options.runOnImage(session, p, ctx);
        return;
      }
      const place = await placeInImage(session, p as ServicingTargetParameters, (p as KeyParameters).Key ?? '');
      yield* options.run(place, p, ctx);
    },
  };
  return defineCmdlet<ParameterDeclarations, T | ImageChangeRecord, RegistryState<P, T>>({
    name: options.name,
    synopsis: options.synopsis,
    ...(options.description === undefined ? {} : { description: options.description }),
    impact: options.impact,
    parameters: { ...registryTarget, ...options.parameters, ...(reads ? {} : { PlanOnly: imagePlanOnly }) },
    defaultSet: hiveFile,
    output: [options.output, ...(reads ? [] : [imageChange])].filter((type) => type !== undefined) as never,
    examples: options.examples,
    state: () => ({ hives: new Map(), records: [], requests: [] }),
    async *process(bound, ctx) {
      const p = bound as P;
      const { HivePath: file, Key = '' } = p as KeyParameters;
      if (file === undefined) {
        const request = { p, location: locationOf(p as ServicingTargetParameters) };
        if (reads) yield* readTargets(request, ctx, how);
        else ctx.state.requests.push(request);
        return;
      }
      const { hives, records } = ctx.state;
      const hive = (reads ? undefined : hives.get(file)) ?? (await openForCmdlet(file, ctx));
      hives.set(file, hive);
      for await (const record of options.run(placeInFile(hive, file, Key, ctx), p, ctx)) {
        if (reads) yield record;
        else records.push(record);
      }
    },
    async *end(_, ctx) {
      const { hives, records, requests } = ctx.state;
      if (reads) return;
      for (const [file, hive] of hives) if (hive.isEdited) await writeHive(hive, file);
      yield* records;
      yield* changeTargets(requests, ctx, how);
    },
    clean: (ctx) => endActivity(ctx, ctx.commandName),
  }) as unknown as RegistryCmdlet<D, T, I>;
}
