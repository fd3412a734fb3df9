// `pipe(source, stage, stage, ...)`: pipelines for TypeScript, typed from end to end.
import { asCall, type CmdletCall, type PipelineStage } from './call.ts';

type Source<T> = AsyncIterable<T> | Iterable<T>;

async function* fromIterable<T>(source: Source<T>): AsyncGenerator<T, void, void> {
  yield* source;
}

export function pipe<T>(source: Source<T>): CmdletCall<T>;
export function pipe<T, A>(source: Source<T>, a: PipelineStage<T, A>): CmdletCall<A>;
export function pipe<T, A, B>(source: Source<T>, a: PipelineStage<T, A>, b: PipelineStage<A, B>): CmdletCall<B>;
export function pipe<T, A, B, C>(
  source: Source<T>,
  a: PipelineStage<T, A>,
  b: PipelineStage<A, B>,
  c: PipelineStage<B, C>,
): CmdletCall<C>;
export function pipe<T, A, B, C, D>(
  source: Source<T>,
  a: PipelineStage<T, A>,
  b: PipelineStage<A, B>,
  c: PipelineStage<B, C>,
  d: PipelineStage<C, D>,
): CmdletCall<D>;
export function pipe<T, A, B, C, D, E>(
  source: Source<T>,
  a: PipelineStage<T, A>,
  b: PipelineStage<A, B>,
  c: PipelineStage<B, C>,
  d: PipelineStage<C, D>,
  e: PipelineStage<D, E>,
): CmdletCall<E>;
/** Sends the records of `source` through stages. Nothing runs before the result is iterated. */
export function pipe(source: Source<unknown>, ...stages: PipelineStage<unknown, unknown>[]): CmdletCall<unknown> {
  return asCall(() =>
    stages.reduce<AsyncIterable<unknown>>(
      (input, stage) => stage(input),
      Symbol.asyncIterator in source ? source : fromIterable(source),
    ),
  );
}
