/** A self-relative security descriptor that differs with the generation. */
export function securityOf(generation: number): Buffer;
/** A time in ticks since 1601 that differs with the generation. */
export function ticksOf(generation: number): bigint;
