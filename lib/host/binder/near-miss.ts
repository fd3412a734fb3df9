// Finds the name somebody probably meant, by edit distance (insertions, deletions, replacements, swapped neighbours).

function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      current.push(cost);
    }
    before = previous;
    previous = current;
  }
  return previous[b.length]!;
}

/** The candidate closest to `name` regardless of case, or undefined when none is close. */
export function nearMiss(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase().slice(0, 100);
  const limit = wanted.length < 4 ? 1 : Math.ceil(wanted.length / 3);
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    const other = candidate.toLowerCase();
    const cost = other.startsWith(wanted) || wanted.startsWith(other) ? 0.5 : distance(wanted, other, limit);
    if (cost < bestDistance) {
      best = candidate;
      bestDistance = cost;
    }
  }
  return best;
}

/** ` Did you mean 'x'?` or nothing, ready to append to a message. */
export function didYouMean(name: string, candidates: Iterable<string>, prefix = ''): string {
  const near = nearMiss(name, candidates);
  return near === undefined ? '' : ` Did you mean '${prefix}${near}'?`;
}
